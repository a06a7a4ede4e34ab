import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Settings } from "../../api/messages.ts";
import { renderPage } from "../../api/testing/render-page.tsx";
import { status } from "../../api/testing/status.ts";
import { SettingsPage } from "./SettingsPage.tsx";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function openSettings(put: (settings: Settings) => Response) {
  const saved: Settings[] = [];
  const stored: Settings = { theme: "system", default_experiment_id: "0", allow_origins: [] };
  renderPage(SettingsPage, {
    "/settings": async (request) => {
      if (request.method !== "PUT") return Response.json(stored);
      const settings = (await request.json()) as Settings;
      saved.push(settings);
      return put(settings);
    },
    "/status": () =>
      Response.json(
        status({
          listeners: [{ role: "otlp_http", address: "127.0.0.1:43187", asked: "127.0.0.1:4318", is_fallback: true }],
          data_dir: "/data/traceloupe",
          database_bytes: 4096,
        }),
      ),
    "/experiments": () => Response.json({ experiments: [] }),
  });
  return saved;
}

const radio = (name: string): Promise<HTMLElement> => screen.findByRole("radio", { name });

test("a theme is stored with the other settings as they were, and shows at once", async () => {
  const saved = openSettings((settings) => Response.json(settings));
  await userEvent.click(await radio("Dark"));
  expect((await radio("Dark")).getAttribute("aria-checked")).toBe("true");
  await waitFor(() => expect(saved).toEqual([{ theme: "dark", default_experiment_id: "0", allow_origins: [] }]));
});

test("a setting that could not be stored goes back, and says why", async () => {
  openSettings(() => Response.json({ message: "The disk is full", code: "unavailable" }, { status: 503 }));
  await userEvent.click(await radio("Dark"));
  expect((await screen.findByRole("alert")).textContent).toContain("The disk is full");
  expect((await radio("System")).getAttribute("aria-checked")).toBe("true");
});

test("the facts of this start are there, with a port that was taken", async () => {
  openSettings((settings) => Response.json(settings));
  expect(await screen.findByText("/data/traceloupe")).toBeTruthy();
  expect(screen.getByText("127.0.0.1:4318 was taken")).toBeTruthy();
  expect(screen.getByText("4.00 KiB")).toBeTruthy();
});

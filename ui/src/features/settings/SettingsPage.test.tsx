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

function openSettings(put: (settings: Settings) => Response, more: Partial<Settings> = {}) {
  const saved: Settings[] = [];
  const stored: Settings = { theme: "system", default_experiment_id: "0", allow_origins: [], ...more };
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

const accepting = (settings: Settings): Response => Response.json(settings);

test("a bound is typed in GiB, stored in bytes and only when the user says so; empty turns it off", async () => {
  const user = userEvent.setup();
  const saved = openSettings(accepting);
  const field = await screen.findByRole("textbox", { name: "Largest size, GiB" });
  await user.type(field, "1.5");
  expect(saved).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(saved.at(-1)?.retention_max_bytes).toBe(1_610_612_736));
  expect(screen.queryByRole("button", { name: "Save" })).toBe(null);

  await user.clear(field);
  await user.click(screen.getByRole("button", { name: "Turn off" }));
  await waitFor(() => expect(saved.at(-1)?.retention_max_bytes).toBe(null));
});

test("days are stored by Enter; what is no number of days is not, and Escape goes back", async () => {
  const user = userEvent.setup();
  const saved = openSettings(accepting, { retention_max_age_days: 30 });
  const field = await screen.findByRole<HTMLInputElement>("textbox", { name: "Largest age, days" });
  expect(field.value).toBe("30");
  await user.clear(field);
  await user.type(field, "7.5{Enter}");
  expect(screen.getByRole("alert").textContent).toBe("Whole days only");
  await user.keyboard("{Escape}");
  expect(field.value).toBe("30");
  await user.clear(field);
  await user.type(field, "7{Enter}");
  await waitFor(() => expect(saved.map((one) => one.retention_max_age_days)).toEqual([7]));
});

test("origins are added as browsers send them, once, and taken away", async () => {
  const user = userEvent.setup();
  const saved = openSettings(accepting, { allow_origins: ["https://old.example"] });
  const field = await screen.findByRole("textbox", { name: "Origin to allow" });
  await user.type(field, "https://Shop.example/cart{Enter}");
  await waitFor(() => expect(saved.at(-1)?.allow_origins).toEqual(["https://old.example", "https://shop.example"]));
  await user.type(field, "ftp://shop.example{Enter}");
  expect(screen.getByRole("alert").textContent).toBe("Only http and https");
  await user.click(screen.getByRole("button", { name: "Remove https://old.example" }));
  await waitFor(() => expect(saved.at(-1)?.allow_origins).toEqual(["https://shop.example"]));
  expect(saved).toHaveLength(2);
});

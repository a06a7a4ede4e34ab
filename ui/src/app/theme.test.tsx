import { cleanup, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Theme } from "../api/messages.ts";
import { renderPage } from "../api/testing/render-page.tsx";
import { useTheme } from "./theme.ts";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  document.cookie = "traceloupe_theme=; path=/; max-age=0";
  delete document.documentElement.dataset["theme"];
});

/** An operating system whose theme a test can change. */
function stubSystem(isDark: boolean) {
  const listeners = new Set<() => void>();
  const query = {
    matches: isDark,
    addEventListener: (_type: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_type: string, listener: () => void) => listeners.delete(listener),
  };
  vi.stubGlobal("matchMedia", () => query);
  return (dark: boolean): void => {
    query.matches = dark;
    for (const listener of listeners) listener();
  };
}

function ThemedPage() {
  useTheme();
  return null;
}

function openWith(theme: Theme) {
  const settings = { theme, default_experiment_id: "0" };
  const { announce } = renderPage(ThemedPage, { "/settings": () => Response.json(settings) });
  return { settings, announce };
}

const shown = (): string | undefined => document.documentElement.dataset["theme"];

/** Runs the script that index.html runs before the first paint. */
async function startPage(): Promise<void> {
  delete document.documentElement.dataset["theme"];
  vi.resetModules();
  await import("../../public/theme.js");
}

test("the setting decides, and the next start knows it before the first paint", async () => {
  stubSystem(false);
  openWith("dark");
  await waitFor(() => expect(shown()).toBe("dark"));
  await startPage();
  expect(shown()).toBe("dark");
});

test("a change of the setting, made anywhere, is followed", async () => {
  stubSystem(false);
  const { settings, announce } = openWith("dark");
  await waitFor(() => expect(shown()).toBe("dark"));
  settings.theme = "light";
  await announce("settings");
  await waitFor(() => expect(shown()).toBe("light"));
});

test("`system` follows the operating system, while it runs and at the next start", async () => {
  const setSystem = stubSystem(true);
  openWith("system");
  await waitFor(() => expect(shown()).toBe("dark"));
  setSystem(false);
  expect(shown()).toBe("light");
  await startPage();
  expect(shown()).toBe("light");
});

test("going back to `system` forgets the hint", async () => {
  stubSystem(true);
  const { settings, announce } = openWith("light");
  await waitFor(() => expect(shown()).toBe("light"));
  settings.theme = "system";
  await announce("settings");
  await waitFor(() => expect(shown()).toBe("dark"));
  expect(document.cookie).toBe("");
});

// The window stays on the app's own pages: every other address goes to the system's browser or nowhere, and the page may call
// nothing native.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import type { WebElement } from "selenium-webdriver";
import type { Folder } from "../harness/folders.ts";
import { until } from "../harness/until.ts";
import { DrivenWindow } from "../harness/window.ts";
import { expect, test as base } from "./fixtures.ts";

type Outside = { window: DrivenWindow; opened: () => string[] };

const test = base.extend<{ outside: Outside }>({
  outside: async ({ display, folder }, use) => {
    const opened = standInForBrowser(folder);
    const window = await DrivenWindow.open(display, folder);
    await use({ window, opened });
    await window.quit();
  },
});

const addLink = `
  const link = Object.assign(document.createElement("a"), { href: arguments[0], target: arguments[1], textContent: "out" });
  link.style = "position: fixed; inset: 0; z-index: 9999";
  document.body.replaceChildren(link);
  return link;
`;

/** Clicks a link as a person does: without a real click the web view opens no window. */
async function follow({ page }: DrivenWindow, address: string, target = ""): Promise<void> {
  const link = await page.executeScript<WebElement>(addLink, address, target);
  await link.click();
}

test("a link to another site opens in the browser", async ({ outside: { window, opened } }) => {
  await follow(window, "https://example.org/docs?a=1");
  await until("the browser", 10_000, () => opened().length > 0);
  expect(opened()).toEqual(["https://example.org/docs?a=1"]);
  expect(await window.page.getCurrentUrl()).toBe(`${window.url}/`);
});

test("a link that wants a window of its own opens in the browser", async ({ outside: { window, opened }, display }) => {
  await follow(window, `${window.url}/traces`, "_blank");
  await until("the browser", 10_000, () => opened().length > 0);
  expect(opened()).toEqual([`${window.url}/traces`]);
  expect(await display.windows("Traceloupe")).toHaveLength(1);
});

test("neither files nor another port load in the window", async ({ outside: { window, opened } }) => {
  const otherPort = "http://127.0.0.1:6553/";
  await follow(window, "file:///etc/passwd");
  await follow(window, otherPort);
  // Both requests are handled in order, and only the second one is for a browser.
  await until("the browser", 10_000, () => opened().length > 0);
  expect(opened()).toEqual([otherPort]);
  expect(await window.page.getCurrentUrl()).toBe(`${window.url}/`);
});

test("the page may call nothing native", async ({ outside: { window } }) => {
  const invoke = `
    const [command, done] = arguments;
    const internals = window.__TAURI_INTERNALS__;
    if (!internals) done("refused: there is no bridge");
    else internals.invoke(command, {}).then((value) => done("allowed: " + value), (error) => done("refused: " + error));
  `;
  for (const command of ["plugin:app|version", "plugin:opener|open_url", "plugin:dialog|message"]) {
    expect(await window.page.executeAsyncScript<string>(invoke, command)).toMatch(/^refused: /);
  }
});

/** Puts a program in place of the system's browser that writes down what it is asked to open. */
function standInForBrowser(folder: Folder): () => string[] {
  const programs = folder.at("bin");
  const asked = folder.at("opened");
  mkdirSync(programs);
  writeFileSync(`${programs}/xdg-open`, `#!/bin/sh\necho "$1" >> ${asked}\n`);
  chmodSync(`${programs}/xdg-open`, 0o755);
  process.env["PATH"] = [programs, ...(process.env["PATH"] ?? "").split(delimiter)].join(delimiter);
  // Complete lines only: the file is there before its first line is.
  return () => (existsSync(asked) ? readFileSync(asked, "utf8").split("\n").slice(0, -1) : []);
}

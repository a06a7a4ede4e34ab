// How the app starts and ends: signals, window state, a second start, no display.
import { readFileSync } from "node:fs";
import { readLogs, startDesktop } from "../harness/desktop.ts";
import { cleanEnvironment, Folder } from "../harness/folders.ts";
import { traceloupeDesktop } from "../harness/paths.ts";
import { findProgram, Program } from "../harness/programs.ts";
import { freePorts, readReady } from "../harness/server.ts";
import { until } from "../harness/until.ts";
import { DrivenWindow } from "../harness/window.ts";
import { expect, test } from "./fixtures.ts";

const title = "Traceloupe";

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`${signal} ends the app in good order`, async ({ display, folder }) => {
    const app = startDesktop(display, folder);
    const { http } = await readReady(app);
    await display.window(title);
    expect((await fetch(`http://${http}/health`)).ok).toBe(true);

    expect(await app.stop(signal)).toEqual({ code: 0, signal: null });

    expect(readLogs(folder)).toContain("stopped");
    await expect(fetch(`http://${http}/health`)).rejects.toThrow();
  });
}

test("closing the window ends the app", async ({ display, folder }) => {
  const app = startDesktop(display, folder);
  await readReady(app);
  // Without a window manager there is no close button; this sends what one would send.
  await display.close(await display.window(title));
  await until("the app to end", 20_000, () => !app.isRunning);
  expect(await app.stop()).toEqual({ code: 0, signal: null });
});

test("the window comes back in the size that it had", async ({ display, folder }) => {
  const size = { width: 1111, height: 777 };
  const first = await DrivenWindow.open(display, folder);
  await display.resize(await display.window(title), size.width, size.height);
  // The page follows once the app itself knows the new size.
  const innerSize = "return innerWidth + 'x' + innerHeight";
  await until("the new size", 10_000, async () => (await first.page.executeScript(innerSize)) === "1111x777");
  await first.quit();

  const second = startDesktop(display, folder);
  await readReady(second);
  const reopened = await display.window(title);
  await until("the old size", 10_000, async () => (await display.size(reopened)).width === size.width);
  expect(await display.size(reopened)).toEqual(size);
  await second.stop();
});

test("a second start on the same data folder brings the first window to the front", async ({ display, folder }) => {
  const { bus, address } = await startSessionBus();
  const env = { DBUS_SESSION_BUS_ADDRESS: address };
  const first = startDesktop(display, folder, freePorts, env);
  const { http } = await readReady(first);
  await display.window(title);

  const second = startDesktop(display, folder, freePorts, env);
  expect(await second.ended, second.report()).toEqual({ code: 0, signal: null });

  expect(second.stdout).toBe("");
  await until("the first to notice", 10_000, () => readLogs(folder).includes("started a second time"));
  expect(await display.windows(title)).toHaveLength(1);
  expect((await fetch(`http://${http}/health`)).ok).toBe(true);

  // Another data folder is another app.
  const otherFolder = new Folder();
  const other = startDesktop(display, otherFolder, freePorts, env);
  await readReady(other);
  await until("the second window", 20_000, async () => (await display.windows(title)).length === 2);

  for (const app of [other, first]) expect((await app.stop()).code).toBe(0);
  await bus.stop();
  otherFolder.remove();
});

test("without a display it says what to do, and serves when asked to", async ({ folder }) => {
  const env = cleanEnvironment(folder);
  for (const display of [undefined, ":987"]) {
    const refused = new Program(traceloupeDesktop, freePorts, {
      env: { ...env, DISPLAY: display },
    });
    expect(await refused.ended, refused.report()).toEqual({ code: 2, signal: null });
    expect(refused.stderr).toContain("traceloupe-desktop serve");
  }

  const serving = new Program(traceloupeDesktop, ["serve", ...freePorts, "--data-dir", folder.at("data")], { env });
  const { http } = await readReady(serving);
  expect((await fetch(`http://${http}/health`)).ok).toBe(true);
  expect((await serving.stop()).code).toBe(0);
});

test("a server that wants a token lets its own window in", async ({ display, folder }) => {
  const window = await DrivenWindow.open(display, folder, "--token", "secret");
  expect((await fetch(`${window.url}/traceloupe/v1/status`)).status).toBe(401);
  const state = "return document.querySelector('[data-testid=status-dot]')?.dataset.state ?? null";
  await until("the page to be connected", 20_000, async () => (await window.page.executeScript(state)) === "ok");
  expect(await window.page.getCurrentUrl()).toBe(`${window.url}/`);
  await window.quit();
});

test("the log goes to a file of today", async ({ display, folder }) => {
  const app = startDesktop(display, folder);
  await readReady(app);
  await app.stop();
  const today = new Date().toISOString().slice(0, 10);
  expect(readFileSync(folder.at("data", "logs", `traceloupe-desktop.${today}.log`), "utf8")).not.toBe("");
});

async function startSessionBus(): Promise<{ bus: Program; address: string }> {
  const bus = new Program(findProgram("dbus-daemon"), ["--session", "--nofork", "--print-address=1"]);
  return { bus, address: await bus.line((line) => line.startsWith("unix:")) };
}

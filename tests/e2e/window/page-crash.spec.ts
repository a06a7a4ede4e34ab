// When the page's process dies, the window shows the page again.
import { readLogs, startDesktop } from "../harness/desktop.ts";
import { putTheme } from "../harness/api.ts";
import { descendants, readProcesses } from "../harness/programs.ts";
import { readReady } from "../harness/server.ts";
import { until } from "../harness/until.ts";
import { expect, test } from "./fixtures.ts";

test("a page whose process crashed is loaded again", async ({ display, folder }) => {
  const app = startDesktop(display, folder);
  const { http } = await readReady(app);
  await putTheme(`http://${http}`, "light");
  const window = await display.window("Traceloupe");
  // Killed while it starts, it would take the app with it; a page that has drawn something is past that.
  await until("the page to be painted", 20_000, async () => (await display.nColours(window)) > 8);
  const page = await until("the page's process", 20_000, () => pageProcess(app.pid));

  // WebKit catches SIGSEGV itself.
  process.kill(page, "SIGKILL");

  await until("another process for the page", 20_000, () => {
    const next = pageProcess(app.pid);
    return next !== undefined && next !== page;
  });
  expect(readLogs(folder)).toContain("the page's process ended");
  // Only a page that is loaded and listens to the server follows a change of theme.
  await putTheme(`http://${http}`, "dark");
  await until("the page to follow", 20_000, async () => (await display.brightness(window)) < 0.3);
  expect((await app.stop()).code).toBe(0);
});

function pageProcess(app: number): number | undefined {
  const below = new Set(descendants(app));
  // The kernel cuts names at 15 characters.
  const isPage = ({ pid, name, state }: { pid: number; name: string; state: string }): boolean =>
    below.has(pid) && name === "WebKitWebProces" && state !== "Z";
  return readProcesses().find(isPage)?.pid;
}

// A start that fails says so on the screen and on stderr: a window that silently fails to appear helps nobody.
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { startDesktop } from "../harness/desktop.ts";
import type { Display } from "../harness/display.ts";
import { artifacts } from "../harness/paths.ts";
import type { Program } from "../harness/programs.ts";
import { readReady } from "../harness/server.ts";
import { expect, test } from "./fixtures.ts";

const title = "Traceloupe cannot start";

test("a port that the person asked for and that is taken", async ({ display, folder }) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as { port: number };

  const app = startDesktop(display, folder, ["--listen", `127.0.0.1:${port}`]);
  await expectDialog(display, app, `${artifacts}/window/port-taken.png`);
  expect(app.stderr).toContain(String(port));
  other.close();
});

test("a data folder that another process has", async ({ display, folder }) => {
  const first = startDesktop(display, folder);
  const { http } = await readReady(first);

  const second = startDesktop(display, folder);
  await expectDialog(display, second, `${artifacts}/window/folder-locked.png`);
  expect(second.stderr).toContain(String(first.pid));
  expect(second.stderr).toContain(http);
  expect((await first.stop()).code).toBe(0);
});

test("a settings file that cannot be read", async ({ display, folder }) => {
  const file = folder.at("config.toml");
  writeFileSync(file, 'listen = "127.0.0.1:0"\nlissten = 1\n');
  const app = startDesktop(display, folder, ["--config", file]);
  await expectDialog(display, app, `${artifacts}/window/settings-file.png`);
  expect(app.stderr).toContain("lissten");
});

test("a flag that does not exist is refused without a window", async ({ display, folder }) => {
  const app = startDesktop(display, folder, ["--no-such-flag"]);
  expect((await app.ended).code).toBe(2);
  expect(app.stderr).toContain("--no-such-flag");
});

/** Waits for the dialog, answers it with its one button, and expects exit code 1. */
async function expectDialog(display: Display, app: Program, picture: string): Promise<void> {
  const dialog = await display.window(title);
  await display.picture(picture);
  await display.clickLowerMiddle(dialog);
  expect(await app.ended, app.report()).toEqual({ code: 1, signal: null });
  expect(app.stdout).toBe("");
}

// Files of traces in the real window, through the desktop's own file chooser: without a driver, which would answer in its place.
import { writeFileSync } from "node:fs";
import { startDesktop } from "../harness/desktop.ts";
import { exportRequest } from "../harness/otlp.ts";
import { readReady } from "../harness/server.ts";
import { until } from "../harness/until.ts";
import { expect, test } from "./fixtures.ts";

test("Ctrl+O shows the desktop's file chooser, and the chosen file is opened", async ({ display, folder }) => {
  const { traceId, body } = exportRequest({ spans: [{ name: "from a file", start: 0, end: 5 }] });
  const file = folder.at("from-a-file.json");
  writeFileSync(file, JSON.stringify(body));
  const app = startDesktop(display, folder);
  const { http } = await readReady(app);
  const main = await display.window("Traceloupe");
  await until("something on the screen", 20_000, async () => (await display.nColours(main)) > 20);

  const before = await display.windows(".*");
  // There is no window manager that would give the window the keys.
  await display.xdotool("windowfocus", "--sync", main);
  await display.xdotool("key", "ctrl+o");
  const chooser = await until("the file chooser", 20_000, async () =>
    (await display.windows(".*")).find((id) => !before.includes(id)),
  );
  await display.xdotool("windowfocus", "--sync", chooser);
  // A slash opens the line for a path.
  await display.xdotool("type", "--delay", "30", file);
  await display.xdotool("key", "Return");

  // The title of the window is that of the page.
  await display.window("from a file · Traceloupe");
  expect((await fetch(`http://${http}/traceloupe/v1/traces/${traceId}`)).status).toBe(200);
  expect((await app.stop()).code).toBe(0);
});

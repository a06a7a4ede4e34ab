// The same in the real window, whose engine on Linux is WebKitGTK.
import { test } from "@playwright/test";
import { Display } from "../harness/display.ts";
import { Folder } from "../harness/folders.ts";
import { DrivenWindow } from "../harness/window.ts";
import { measureTraces } from "./measure.ts";
import { windowDriver } from "./page-driver.ts";

test("traces in the window", async () => {
  test.setTimeout(1_800_000);
  const [display, folder] = [await Display.start(1280, 800), new Folder()];
  const window = await DrivenWindow.open(display, folder);
  try {
    await window.page.manage().setTimeouts({ script: 120_000 });
    await measureTraces(windowDriver(window.page), window.url);
  } finally {
    await window.quit();
    await display.stop();
    folder.remove();
  }
});

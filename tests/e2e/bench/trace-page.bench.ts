// How quickly traces open and move in Chromium, from 1,000 to 1,000,000 spans.
// Prints figures, asserts nothing but that what was measured was shown. `cargo xtask bench --pages` runs it.
import { test } from "@playwright/test";
import { Server } from "../harness/server.ts";
import { measureTraces } from "./measure.ts";
import { chromiumDriver } from "./page-driver.ts";

test("traces in Chromium", async ({ page }) => {
  test.setTimeout(1_800_000);
  const server = await Server.start();
  try {
    await measureTraces(chromiumDriver(page), server.url);
  } finally {
    await server.stop();
  }
});

// How quickly two traces are compared and moved in Chromium, from 1,000 to 50,000 spans each.
// Prints figures, asserts nothing but that what was measured was shown. `cargo xtask bench --pages` runs it.
import { test } from "@playwright/test";
import { Server } from "../harness/server.ts";
import { measureComparisons } from "./measure.ts";
import { chromiumDriver } from "./page-driver.ts";

test("comparisons in Chromium", async ({ page }) => {
  test.setTimeout(1_800_000);
  const server = await Server.start();
  try {
    await measureComparisons(chromiumDriver(page), server.url);
  } finally {
    await server.stop();
  }
});

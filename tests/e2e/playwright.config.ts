// Two projects: the pages in Chromium, and the real window through WebKitWebDriver. Nothing is retried: a test that fails
// now and then has found something.
import { defineConfig } from "@playwright/test";
import { findProgram } from "./harness/programs.ts";

const artifacts = "../../artifacts";

export default defineConfig({
  forbidOnly: true,
  retries: 0,
  reporter: [["list"]],
  expect: { timeout: 10_000 },
  projects: [
    {
      name: "browser",
      testDir: "browser",
      outputDir: `${artifacts}/e2e-browser`,
      fullyParallel: true,
      timeout: 30_000,
      use: {
        viewport: { width: 1280, height: 800 },
        trace: "retain-on-failure",
        screenshot: "only-on-failure",
        permissions: ["clipboard-read", "clipboard-write"],
        launchOptions: {
          executablePath: findProgram("chromium", "chromium-browser", "google-chrome"),
          args: [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            // A page of another origin that is on this machine all the same.
            "--host-resolver-rules=MAP shop.example 127.0.0.1",
          ],
        },
      },
    },
    { name: "window", testDir: "window", outputDir: `${artifacts}/e2e-window`, timeout: 120_000 },
  ],
});

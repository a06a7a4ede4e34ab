// Two projects: the pages in Chromium, and the real window through WebKitWebDriver. Nothing is retried: a test that fails
// now and then has found something.
import { defineConfig, type PlaywrightTestConfig } from "@playwright/test";
import { findProgram } from "./harness/programs.ts";

const artifacts = "../../artifacts";

/** Chromium of the system, which talks to nobody. */
const browserUse: NonNullable<PlaywrightTestConfig["use"]> = {
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
};

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
      use: browserUse,
    },
    // Not a test: it prints figures, and only when it is asked for.
    ...(process.env["TRACELOUPE_BENCH"] === undefined
      ? []
      : [
          {
            name: "bench",
            testDir: "bench",
            testMatch: "*.bench.ts",
            outputDir: `${artifacts}/e2e-bench`,
            workers: 1,
            use: { ...browserUse, trace: "off" as const },
          },
        ]),
    { name: "window", testDir: "window", outputDir: `${artifacts}/e2e-window`, timeout: 120_000 },
  ],
});

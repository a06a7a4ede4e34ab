// The programs of the first page, copied and run as they stand.
import { writeFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { Folder } from "../harness/folders.ts";
import { run } from "../harness/programs.ts";
import { clientPython, hasPython, installClients } from "../harness/python.ts";
import { expect, test } from "./fixtures.ts";

test("the curl command sends a trace", async ({ page }) => {
  await page.goto("/");
  await run("sh", ["-c", await copy(page, "curl", /Send one trace/)]);
  await expect(page.getByTestId("first-trace")).toContainText("First trace");

  // Copied a second time it is another trace.
  await run("sh", ["-c", await copy(page, "curl", /Send one trace/)]);
  await page.goto("/traces");
  await expect(page.getByTestId("trace-row")).toHaveCount(2);
});

test("the Python programs send a trace each", async ({ page, server }) => {
  test.skip(!hasPython(), "there is no python3");
  test.setTimeout(240_000);
  await installClients();
  const folder = new Folder();
  await page.goto("/");
  for (const [language, hasEnvironment] of [
    ["Python MLflow", false],
    ["Python OTel", true],
  ] as const) {
    writeFileSync(folder.at("hello.py"), await copy(page, language, /\.py$/));
    // As a person would: the exports in a shell, then the program in the same shell.
    const environment = hasEnvironment ? await copy(page, language, /Environment/) : "";
    await run("sh", ["-c", `${environment}\nexec ${clientPython} hello.py`], {
      cwd: folder.path,
      env: {
        ...process.env,
        MLFLOW_DISABLE_TELEMETRY: "true",
        MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
      },
    });
  }
  await page.goto(`${server.url}/traces`);
  await expect(page.getByTestId("trace-row")).toHaveCount(2);
  folder.remove();
});

/** Copies a block of a language: the one whose caption fits. */
async function copy(page: Page, language: string, caption: RegExp): Promise<string> {
  await page.getByRole("tab", { name: language, exact: true }).click();
  const panel = page.getByRole("tabpanel", { name: language });
  await panel
    .locator("figure")
    .filter({ has: page.locator("figcaption", { hasText: caption }) })
    .getByRole("button")
    .click();
  return await page.evaluate(async () => await navigator.clipboard.readText());
}

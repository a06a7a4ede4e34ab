// The programs of the first page, copied and run as they stand.
import { writeFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { Folder } from "../harness/folders.ts";
import { run } from "../harness/programs.ts";
import { clientPython, hasPython, installClients } from "../harness/python.ts";
import { expect, test } from "./fixtures.ts";

test("the curl command sends a trace", async ({ page }) => {
  await page.goto("/");
  const command = await copyBlock(page, "curl", 0);
  await run("sh", ["-c", command]);
  await expect(page.getByTestId("first-trace")).toContainText("First trace");

  // Copied a second time it is another trace.
  await run("sh", ["-c", await copyBlock(page, "curl", 0)]);
  await page.goto("/traces");
  await expect(page.getByTestId("trace-row")).toHaveCount(2);
});

test("the Python programs send a trace each", async ({ page, server }) => {
  test.skip(!hasPython(), "there is no python3");
  test.setTimeout(240_000);
  await installClients();
  const folder = new Folder();
  await page.goto("/");
  for (const tab of ["Python MLflow", "Python OTel"]) {
    const program = folder.at("program.py");
    writeFileSync(program, await copyProgram(page, tab));
    await run(clientPython, [program], {
      cwd: folder.path,
      env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: "true", MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0" },
    });
  }
  await page.goto(`${server.url}/traces`);
  await expect(page.getByTestId("trace-row")).toHaveCount(2);
  folder.remove();
});

async function copyBlock(page: Page, tab: string, index: number): Promise<string> {
  await page.getByRole("tab", { name: tab, exact: true }).click();
  await page.getByRole("tabpanel").locator("figure").nth(index).getByRole("button").click();
  return await page.evaluate(async () => await navigator.clipboard.readText());
}

/** Copies the block whose caption is the name of a Python file. */
async function copyProgram(page: Page, tab: string): Promise<string> {
  await page.getByRole("tab", { name: tab, exact: true }).click();
  const block = page.getByRole("tabpanel").locator("figure").filter({ hasText: /\.py/ }).first();
  await block.getByRole("button").click();
  return await page.evaluate(async () => await navigator.clipboard.readText());
}

// The first page: where Traceloupe listens, what to paste, and the first trace.
import { expect, test } from "./fixtures.ts";

test("the first page shows the real addresses", async ({ page, server }) => {
  await page.goto("/");
  await expect(page.getByTestId("listener-http")).toContainText(`http://${server.ready.http}`);
  await expect(page.getByTestId("listener-otlp_http")).toContainText(`http://${server.ready.otlp_http}`);
  await expect(page.getByTestId("status-dot")).toHaveAttribute("data-state", "ok");

  await page.getByTestId("listener-otlp_http").getByRole("button", { name: /copy/i }).click();
  const copied = await page.evaluate(async () => await navigator.clipboard.readText());
  expect(copied).toBe(`http://${server.ready.otlp_http}`);
});

test("every program to copy has the real address in it", async ({ page, server }) => {
  await page.goto("/");
  const tabs = page.getByRole("tab");
  await expect(tabs.first()).toBeVisible();
  const names = await tabs.allTextContents();
  expect(names.length).toBeGreaterThanOrEqual(7);
  for (const name of names) {
    await page.getByRole("tab", { name, exact: true }).click();
    const panel = page.getByRole("tabpanel", { name });
    await expect(panel).toContainText(server.ready.http);
    await expect(panel).not.toContainText(":5000");
  }
});

test("a test trace is noticed at once, and leads to its page", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByText("Waiting for the first span")).toBeVisible();
  await page.getByRole("button", { name: "Send a test trace" }).click();

  const arrival = page.getByTestId("first-trace");
  await expect(arrival).toContainText("First trace");
  await arrival.click();

  await expect(page).toHaveURL(/\/traces\/[0-9a-f]{32}$/);
  await expect(page.getByTestId("waterfall")).toBeVisible();
  await expect(page.getByTestId("waterfall-row").first()).toBeVisible();
});

test("the demo is loaded and found", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Load demo" }).click();
  await page.getByRole("link", { name: "See them" }).click();
  await expect(page).toHaveURL(/\/experiments\/\d+$/);
  await expect(page.getByTestId("trace-row").first()).toBeVisible();
});

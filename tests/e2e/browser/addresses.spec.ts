// Stable addresses: each can be opened directly, and a wrong one says so.
import { sendTrace } from "../harness/otlp.ts";
import { expect, test } from "./fixtures.ts";

test("every page has an address of its own", async ({ page }) => {
  for (const [address, title] of [
    ["/", "Traceloupe"],
    ["/traces", /^Traces/],
    ["/experiments", /^Experiments/],
    ["/experiments/0", /Default/],
    ["/settings", /^Settings/],
  ] as const) {
    await page.goto(address);
    await expect(page).toHaveTitle(title);
    await expect(page.getByTestId("status-dot")).toHaveAttribute("data-state", "ok");
  }
});

test("a trace opens by either form of its id", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, { spans: [{ name: "order", start: 0, end: 1 }] });
  for (const id of [traceId, `tr-${traceId}`]) {
    await page.goto(`/traces/${id}`);
    await expect(page.getByTestId("waterfall")).toHaveAttribute("data-trace-id", traceId);
  }
});

test("an experiment leads to its traces", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, { spans: [{ name: "order", start: 0, end: 1 }] });
  await page.goto("/experiments");
  await page.getByTestId("experiment-row").getByRole("link", { name: "Default" }).click();
  await expect(page).toHaveURL("/experiments/0");
  await expect(page.getByTestId("trace-row")).toHaveAttribute("data-trace-id", traceId);
});

test("an address that leads nowhere says so", async ({ page }) => {
  await page.goto("/no/such/page");
  await expect(page.getByText("There is nothing at this address")).toBeVisible();
  await page.goto("/traces/not-an-id");
  await expect(page.getByText("There is nothing at this address")).toBeVisible();
});

test("a trace that is not there yet appears when it arrives", async ({ page, server }) => {
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  await page.goto(`/traces/${traceId}`);
  await expect(page.getByText("This trace is not here")).toBeVisible();
  await sendTrace(server.url, { traceId, spans: [{ name: "order", start: 0, end: 1 }] });
  await expect(page.getByTestId("waterfall")).toHaveAttribute("data-trace-id", traceId);
});

test("back and forward go through the pages", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, { spans: [{ name: "order", start: 0, end: 1 }] });
  await page.goto("/traces");
  await page.getByRole("link", { name: "order" }).click();
  await expect(page).toHaveURL(`/traces/${traceId}`);
  await page.goBack();
  await expect(page.getByTestId("trace-row")).toHaveCount(1);
  await page.goForward();
  await expect(page.getByTestId("waterfall")).toBeVisible();
});

// The inbox: what was refused waits there with its reason, and can be taken after all.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportRequest, exportTrace } from "../harness/otlp.ts";
import { expect, test } from "./fixtures.ts";

test("spans for an unknown experiment wait in the inbox and are accepted", async ({ page, server }) => {
  await page.goto("/");
  await expect(page.getByTestId("status-dot")).toHaveAttribute("data-state", "ok");
  const { traceId, response } = await exportTrace(server.url, {
    headers: { "x-mlflow-experiment-id": "4242" },
    service: "rag",
    spans: [
      { name: "answer", start: 0, end: 50 },
      { name: "retrieve", parent: "answer", start: 5, end: 20 },
    ],
  });
  expect(response.status).toBe(404);

  const link = page.getByTestId("rejected");
  await expect(link).toHaveText("1 problem in the inbox, 2 waiting");
  await link.click();
  await expect(page).toHaveURL("/diagnostics");
  await expect(page.getByRole("heading", { level: 2, name: "Unknown experiment" })).toBeVisible();
  const detail = page.getByRole("region", { name: "Unknown experiment" });
  await expect(detail).toContainText("4242");
  await expect(detail.getByTestId("rejected-request")).toContainText("answer, retrieve");
  await expect(detail.getByTestId("rejected-request")).toContainText("x-mlflow-experiment-id");

  const payload = page.waitForEvent("download");
  await detail.getByRole("link", { name: /Payload/ }).click();
  await payload;

  await detail.getByRole("button", { name: "Accept" }).click();
  await expect(page.getByTestId("accepted")).toContainText("2 spans and log records stored, new traces in Default");
  await expect(page.getByText("The inbox is empty")).toBeVisible();
  await expect(page.getByTestId("rejected")).toBeHidden();
  await page.getByRole("link", { name: "Open the trace" }).click();
  await expect(page).toHaveURL(`/traces/${traceId}`);
  await expect(page.getByTestId("waterfall-row")).toHaveCount(2);
});

test("a web page of another origin is refused, allowed, and sends", async ({ page, context, server }) => {
  await using site = await openSite();
  const { origin } = site;
  const shop = await context.newPage();
  await shop.goto(origin);
  const { traceId, body } = exportRequest({ spans: [{ name: "click", start: 0, end: 5 }] });
  /** Exports from within the page, as the SDK for browsers does; null if the browser kept the answer from it. */
  const exportFromShop = (): Promise<number | null> =>
    shop.evaluate(
      async ([url, text]) => {
        const headers = { "content-type": "application/json" };
        const answer = await fetch(url, { method: "POST", headers, body: text }).catch(() => null);
        return answer === null ? null : answer.status;
      },
      [`${server.url}/v1/traces`, JSON.stringify(body)] as const,
    );

  expect(await exportFromShop()).toBe(null);
  await page.goto("/diagnostics");
  const detail = page.getByRole("region", { name: "Web page not allowed" });
  await expect(detail).toContainText(origin);
  await detail.getByRole("button", { name: "Allow this origin" }).click();
  await expect(detail.getByText("Allowed", { exact: true })).toBeVisible();

  expect(await exportFromShop()).toBe(200);
  await page.goto("/settings");
  await expect(page.getByRole("list", { name: "Allowed origins" })).toContainText(origin);
  await page.goto(`/traces/${traceId}`);
  await expect(page.getByTestId("waterfall-row")).toContainText("click");

  await page.goto("/settings");
  await page.getByRole("button", { name: `Remove ${origin}` }).click();
  await expect(page.getByRole("list", { name: "Allowed origins" })).toBeHidden();
  await expect.poll(exportFromShop).toBe(null);
});

test("the inbox is walked through by keys and emptied", async ({ page, server }) => {
  for (const id of ["4242", "4343"]) {
    await exportTrace(server.url, {
      headers: { "x-mlflow-experiment-id": id },
      spans: [{ name: `of ${id}`, start: 0, end: 5 }],
    });
  }
  await page.goto("/diagnostics");
  const current = page.locator('[data-testid="rejected-group"][aria-current="true"]');
  await expect(current).toContainText("4343");
  await page.keyboard.press("j");
  await expect(current).toContainText("4242");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Unknown experiment" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(current).toBeFocused();

  await page.getByRole("button", { name: "Empty the inbox…" }).click();
  await expect(page.getByRole("alertdialog")).toContainText("2 spans and log records");
  await page.getByRole("button", { name: "Remove all" }).click();
  await expect(page.getByText("The inbox is empty")).toBeVisible();
});

test("metrics and logs without a trace are told as not kept", async ({ page, server }) => {
  await page.goto("/diagnostics");
  await expect(page.getByTestId("health-not-kept")).toContainText("Nothing");
  const point = { asInt: "1", timeUnixNano: "1700000000000000000" };
  const metrics = [{ name: "requests", gauge: { dataPoints: [point, point] } }];
  await post(`${server.url}/v1/metrics`, { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
  await post(`${server.url}/v1/logs`, {
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: "of no trace" } }] }] }],
  });
  await page.reload();
  await expect(page.getByTestId("health-not-kept")).toContainText("2 metric points, 1 log record");
});

async function post(url: string, body: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  expect(response.status).toBe(200);
}

/** A web site of another origin; the browser is told that its name is this machine. */
async function openSite(): Promise<AsyncDisposable & { origin: string }> {
  const site = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<h1>Shop</h1>");
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  const { port } = site.address() as AddressInfo;
  return {
    origin: `http://shop.example:${port}`,
    [Symbol.asyncDispose]: async () => {
      site.closeAllConnections();
      await new Promise((resolve) => site.close(resolve));
    },
  };
}

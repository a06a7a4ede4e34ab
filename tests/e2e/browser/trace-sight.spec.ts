// What one sees of a trace: the critical path, idle time, links to a sight, copies, neighbours, and hostile shapes.
import type { Page } from "@playwright/test";
import { sendTrace, type SpanSpec, type TraceSpec } from "../harness/otlp.ts";
import { sendShape } from "../harness/shapes.ts";
import { expect, test } from "./fixtures.ts";

const order: TraceSpec = {
  spans: [
    { name: "POST /order", start: 0, end: 100 },
    { name: "plan", parent: "POST /order", start: 0, end: 40 },
    { name: "cache", parent: "POST /order", start: 5, end: 20 },
    { name: "pay", parent: "POST /order", start: 40, end: 100, error: "card refused" },
  ],
};

test("the critical path says what the trace waited for, and is part of the link", async ({ page, server }) => {
  const { traceId, spanIds } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  await expect(page.getByTestId("waterfall-row")).toHaveCount(4);
  await page.keyboard.press("x");
  const bar = page.getByTestId("critical-path");
  // `plan` ends when `pay` begins, so that the root itself is never waited for; the cache was ready before.
  await expect(bar.getByRole("button", { name: "pay" })).toHaveText("60 %pay");
  await expect(bar.getByRole("button", { name: "plan" })).toHaveText("40 %plan");
  await expect(bar).not.toContainText("cache");
  await expect(page).toHaveURL(`/traces/${traceId}?critical=1`);
  await bar.getByRole("button", { name: "pay" }).click();
  await expect(page).toHaveURL(`/traces/${traceId}?critical=1&span=${spanIds.get("pay")}`);
  await page.reload();
  await expect(page.getByTestId("critical-path")).toContainText("60 %");
  await page.keyboard.press("x");
  await expect(page.getByTestId("critical-path")).toBeHidden();
});

test("a link brings another person to the same sight", async ({ page, server, context }) => {
  const { traceId } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  await expect(page.getByTestId("waterfall-row")).toHaveCount(4);
  await page.keyboard.press("/");
  await page.keyboard.type("pay");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page).toHaveURL(`/traces/${traceId}?q=pay&filter=1`);
  await page.getByRole("button", { name: "Copy…" }).click();
  await page.getByRole("menuitem", { name: "Link to this view" }).click();
  await expect(page.getByRole("button", { name: "Copy…" })).toHaveText("Copied");
  const other = await context.newPage();
  await other.goto(await page.evaluate(() => navigator.clipboard.readText()));
  await expect(other.getByTestId("waterfall-row")).toHaveCount(2);
  await expect(other.getByRole("textbox", { name: "Find spans" })).toHaveValue("pay");
});

test("an outline and the OTLP are copied, and the copy is a trace again", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  const copied = async (item: string): Promise<string> => {
    await page.getByRole("button", { name: "Copy…" }).click();
    await page.getByRole("menuitem", { name: item }).click();
    await expect(page.getByRole("button", { name: "Copy…" })).toHaveText("Copied");
    const text = await page.evaluate(() => navigator.clipboard.readText());
    await expect(page.getByRole("button", { name: "Copy…" })).toHaveText("Copy");
    return text;
  };
  const outline = await copied("Outline for an AI (Markdown)");
  expect(outline).toContain("# Trace: POST /order");
  expect(outline).toContain("  - **pay**: checkout · 60.0 ms · at 40.0 ms · ERROR: card refused");

  const otlp = await copied("OTLP/JSON");
  const path = `/traceloupe/v1/traces/${traceId}/otlp`;
  const before: unknown = await (await fetch(server.url + path)).json();
  expect(JSON.parse(otlp)).toEqual(before);
  const response = await fetch(`${server.url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: otlp,
  });
  expect(response.status).toBe(200);
  expect(await (await fetch(server.url + path)).json()).toEqual(before);
});

test("J and K lead to the older and the newer trace", async ({ page, server }) => {
  const older = await sendTrace(server.url, {
    startedMsAgo: 9_000,
    spans: [{ name: "older", start: 0, end: 1 }],
  });
  const newer = await sendTrace(server.url, {
    startedMsAgo: 1_000,
    spans: [{ name: "newer", start: 0, end: 1 }],
  });
  await page.goto(`/traces/${newer.traceId}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("newer");
  await page.keyboard.press("J");
  await expect(page).toHaveURL(`/traces/${older.traceId}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("older");
  await page.keyboard.press("J");
  await expect(page.getByText("No older trace")).toBeVisible();
  await page.keyboard.press("K");
  await expect(page).toHaveURL(`/traces/${newer.traceId}`);
});

test("idle time is compressed and shown in full again, in place", async ({ page, server }) => {
  const spans: SpanSpec[] = [
    { name: "workflow", start: 0, end: 86_400_000 },
    { name: "first", parent: "workflow", start: 0, end: 2_000 },
    { name: "second", parent: "workflow", start: 86_397_000, end: 86_400_000 },
  ];
  const { traceId } = await sendTrace(server.url, { startedMsAgo: 86_500_000, spans });
  await page.goto(`/traces/${traceId}`);
  const offer = page.getByRole("button", { name: "Compress 24.0 h idle" });
  await offer.click();
  await expect(offer).toBeHidden();
  await page.getByRole("button", { name: "Show 24.0 h of idle time in full" }).click();
  await expect(offer).toBeVisible();
});

test.describe("is readable, and does not stall, with", () => {
  const opened = async (page: Page, traceId: string, nSpans: number): Promise<void> => {
    await page.goto(`/traces/${traceId}`);
    await expect(page.getByTestId("waterfall")).toHaveAttribute("data-n-spans", String(nSpans));
    await page.keyboard.press("End");
    await expect(page.locator('[data-testid="waterfall-row"][aria-selected="true"]')).toBeVisible();
    expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(3_000);
  };

  test("5,000 levels", async ({ page, server }) => {
    await opened(page, await sendShape(server.url, "deep", 5_000), 5_000);
    const last = page.locator('[data-testid="waterfall-row"][aria-selected="true"]');
    await expect(last).toHaveAttribute("aria-level", "5000");
    // The indent ends at twelve levels and says how many more there are.
    await expect(last).toContainText("+4987");
    await page.keyboard.press("x");
    await expect(page.getByTestId("critical-path")).toContainText("%");
  });

  test("100,000 siblings", async ({ page, server }) => {
    await opened(page, await sendShape(server.url, "wide", 100_000), 100_000);
    await page.keyboard.press("Z");
    await expect(page.getByTestId("waterfall-row")).toHaveCount(1);
    await expect(page.getByTestId("waterfall-row")).toContainText("99,999 below");
  });

  test("a parent cycle, spans of no length and reversed ones, spans years apart", async ({ page, server }) => {
    const traceId = "c".repeat(32);
    const year = 31_536_000_000;
    const span = (id: number, parent: number, start: number, end: number): object => ({
      traceId,
      spanId: id.toString(16).padStart(16, "0"),
      parentSpanId: parent.toString(16).padStart(16, "0"),
      name: `span ${id}`,
      startTimeUnixNano: `${1_500_000_000_000 + start}000000`,
      endTimeUnixNano: `${1_500_000_000_000 + end}000000`,
    });
    const spans = [span(1, 3, 0, 10), span(2, 1, 1, 1), span(3, 2, 5, 2), span(4, 1, 9 * year, 9 * year + 4)];
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    await fetch(`${server.url}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    await opened(page, traceId, 4);
    await expect(page.getByTestId("waterfall-row").first()).toContainText("parent cycle");
    await expect(page.getByText("the cycle is cut at the earliest")).toBeVisible();
    await expect(page.getByRole("button", { name: /^Compress .* idle$/ })).toBeVisible();
  });

  test("a name of a megabyte, and markup in names", async ({ page, server }) => {
    const markup = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
    const { traceId } = await sendTrace(server.url, {
      spans: [
        { name: markup, start: 0, end: 10 },
        { name: "n".repeat(1_000_000), parent: markup, start: 1, end: 9 },
      ],
    });
    await opened(page, traceId, 2);
    await page.keyboard.press("x");
    await expect(page.getByTestId("critical-path")).toContainText("%");
    await expect(page.getByTestId("waterfall-row").first()).toContainText("<img src=x");
    expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  });
});

test("binary attributes are told by their size, and are bytes again in the copy", async ({ page, server }) => {
  const bytes = Uint8Array.from({ length: 4_000 }, (_, place) => place % 256);
  const { traceId, spanIds } = await sendTrace(server.url, {
    spans: [
      { name: "upload", start: 0, end: 9, attributes: { "file.content": bytes, "file.head": bytes.slice(0, 3) } },
    ],
  });
  await page.goto(`/traces/${traceId}?span=${spanIds.get("upload")}`);
  const inspector = page.getByTestId("inspector");
  await inspector.getByRole("tab", { name: /Attributes/ }).click();
  const row = (key: string) => inspector.locator("dl > div").filter({ hasText: key });
  await expect(row("file.content")).toContainText("3.91 KiB");
  // Enough to know them by, not all of them.
  expect((await row("file.content").innerText()).length).toBeLessThan(400);
  // 0x00 0x01 0x02 in base64.
  await expect(row("file.head")).toContainText("AAEC");
  await row("file.head").hover();
  await row("file.head").getByRole("button", { name: "Copy file.head" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("AAEC");
});

test("a trace that is deleted while it is open stays readable, says so, and takes no more", async ({
  page,
  server,
}) => {
  const { traceId } = await sendTrace(server.url, {
    spans: [
      { name: "order", start: 0, end: 100 },
      { name: "pay", parent: "order", start: 10, end: 90, attributes: { amount: 12 } },
    ],
  });
  await page.goto(`/traces/${traceId}`);
  await page.getByTestId("waterfall-row").filter({ hasText: "order" }).click();
  const response = await fetch(`${server.url}/api/2.0/mlflow/traces/delete-traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ experiment_id: "0", request_ids: [`tr-${traceId}`] }),
  });
  expect(await response.json()).toEqual({ traces_deleted: 1 });
  await expect(page.getByRole("alert")).toContainText("This trace was deleted");
  await expect(page.getByTestId("waterfall-row")).toHaveCount(2);
  // A span that was not looked at before is gone with it.
  await page.keyboard.press("j");
  await expect(page.getByTestId("inspector")).toContainText("This span is not here");
  await page.reload();
  await expect(page.getByText("This trace is not here")).toBeVisible();
});

test("the palette does by name what keys do, and opens recent traces", async ({ page, server }) => {
  const other = await sendTrace(server.url, {
    startedMsAgo: 9_000,
    spans: [{ name: "another one", start: 0, end: 1 }],
  });
  const { traceId } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  await expect(page.getByTestId("waterfall-row")).toHaveCount(4);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("next err");
  await expect(page.getByRole("option")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(page.locator('[data-testid="waterfall-row"][aria-selected="true"]')).toContainText("pay");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("another");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/traces/${other.traceId}`);
});

test("y copies the id of what is selected, Y the link, and the palette has what has no key", async ({
  page,
  server,
}) => {
  const { traceId, spanIds } = await sendTrace(server.url, {
    spans: [
      { name: "run", start: 0, end: 100 },
      { name: "step", parent: "run", start: 10, end: 60 },
    ],
  });
  const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await page.goto(`/traces/${traceId}`);
  await expect(page.getByTestId("waterfall-row")).toHaveCount(2);
  await page.keyboard.press("y");
  await expect.poll(copied).toBe(traceId);
  await page.getByTestId("waterfall-row").filter({ hasText: "step" }).click();
  await expect(page).toHaveURL(/span=/);
  await page.keyboard.press("y");
  await expect.poll(copied).toBe(spanIds.get("step"));
  await page.keyboard.press("Y");
  await expect.poll(copied).toBe(page.url());
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Command or trace" }).fill("markdown");
  await page.keyboard.press("Enter");
  await expect.poll(copied).toContain("# ");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Command or trace" }).fill("12 345,6");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("waterfall-row").filter({ hasText: "step" })).toContainText("50,0 ms");
  await page.keyboard.press("Control+f");
  await expect(page.getByPlaceholder("Find spans")).toBeFocused();
});

test("at 200 % nothing covers anything, and all of the page can be reached", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, { spans: [{ name: "the only span", start: 0, end: 100 }] });
  // A window of 1280 × 800 at 200 %.
  await page.setViewportSize({ width: 640, height: 400 });
  await page.goto(`/traces/${traceId}`);
  const row = page.getByTestId("waterfall-row").first();
  await expect(row).toBeVisible();
  const [waterfall, inspector] = [page.getByTestId("waterfall"), page.getByTestId("inspector")];
  const [above, below] = [await waterfall.boundingBox(), await inspector.boundingBox()];
  expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);
  expect(above?.width).toBeGreaterThan(500);
  await inspector.getByText(traceId).scrollIntoViewIfNeeded();
  await expect(inspector.getByText(traceId)).toBeInViewport();
  await expect(page.getByText("1 span", { exact: true }).first()).toBeInViewport();
});

test("a span that Logfire announced runs until it comes, and is one row throughout", async ({ page, server }) => {
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const send = async (span: object): Promise<void> => {
    const body = { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, name: "agent run", kind: 1, ...span }] }] }] };
    const response = await fetch(`${server.url}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(response.ok).toBe(true);
  };
  const [start, end] = [BigInt(Date.now()) * 1_000_000n, BigInt(Date.now() + 250) * 1_000_000n];
  const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
  await send({
    spanId: "00f067aa0ba902b7",
    parentSpanId: "b7ad6b7169203331",
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start),
    attributes: [text("logfire.span_type", "pending_span"), text("logfire.pending_parent_id", "0000000000000000")],
  });
  await page.goto(`/traces/${traceId}`);
  const row = page.getByTestId("waterfall-row");
  await expect(row).toHaveCount(1);
  await expect(row).toContainText("running");
  await expect(row).toHaveAttribute("data-span-id", "b7ad6b7169203331");
  await row.click();
  await send({ spanId: "b7ad6b7169203331", startTimeUnixNano: String(start), endTimeUnixNano: String(end) });
  await expect(row).toContainText("250 ms");
  await expect(row).toHaveCount(1);
  await expect(row).toHaveAttribute("aria-selected", "true");
});

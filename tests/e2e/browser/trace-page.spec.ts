// The page of a trace: rows, marks, selection, inspector, growth, download.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { sendLogs, sendTrace, type TraceSpec } from "../harness/otlp.ts";
import { expect, test } from "./fixtures.ts";

const order: TraceSpec = {
  spans: [
    { name: "POST /order", start: 0, end: 100, attributes: { "http.response.status_code": 502 } },
    { name: "plan", parent: "POST /order", start: 5, end: 40 },
    { name: "look up", parent: "plan", start: 10, end: 30 },
    { name: "pay", parent: "POST /order", start: 45, end: 95, error: "card refused" },
  ],
};

test("rows stand in the order of the tree", async ({ page, server }) => {
  const { traceId, spanIds } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  const waterfall = page.getByTestId("waterfall");
  await expect(waterfall).toHaveAttribute("data-trace-id", traceId);
  await expect(waterfall).toHaveAttribute("data-n-spans", "4");

  const rows = page.getByTestId("waterfall-row");
  await expect(rows).toHaveCount(4);
  const names = order.spans.map((span) => span.name);
  for (const [place, name] of names.entries()) {
    await expect(rows.nth(place)).toContainText(name);
    await expect(rows.nth(place)).toHaveAttribute("data-span-id", spanIds.get(name) ?? "");
    await expect(rows.nth(place)).toHaveAttribute("data-source", "opentelemetry");
  }
  expect(await rows.evaluateAll((all) => all.map((row) => row.getAttribute("aria-level")))).toEqual([
    "1",
    "2",
    "3",
    "2",
  ]);
  await expect(rows.nth(3)).toContainText("50.0 ms");
  await expect(page.getByText("1 error")).toBeVisible();
});

test("an opening is marked anew each time", async ({ page, server }) => {
  const first = await sendTrace(server.url, order);
  const second = await sendTrace(server.url, { spans: [{ name: "other", start: 0, end: 1 }] });
  await page.goto(`/traces/${first.traceId}`);
  const marksOfFirst = await paintedMarks(page, first.traceId);
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await page.getByRole("link", { name: "other" }).click();
  const marksOfSecond = await paintedMarks(page, second.traceId);
  for (const { opened, painted } of [marksOfFirst, marksOfSecond]) expect(painted).toBeGreaterThan(opened);
  expect(marksOfSecond.opened).toBeGreaterThan(marksOfFirst.painted);
  expect(await hasPainted(page)).toBe(true);
});

test("a paused trace stands still, says what waits, and grows when it is resumed", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  const rows = page.getByTestId("waterfall-row");
  await expect(rows).toHaveCount(4);
  await page.keyboard.press(".");
  const paused = page.getByTestId("paused");
  await expect(paused).toContainText("Paused");

  const late = ["refund", "audit"].map((name) => ({ name, start: 200, end: 300 }));
  await sendTrace(server.url, { traceId, spans: late });
  await expect(paused).toContainText("Paused · 2 new spans");
  await expect(rows).toHaveCount(4);
  await expect(page.getByTestId("waterfall")).toHaveAttribute("data-n-spans", "4");
  await expect(page.getByText("4 spans").first()).toBeVisible();

  // The palette has it, too.
  await page.keyboard.press("Control+k");
  await page.keyboard.type("pause live");
  await page.keyboard.press("Enter");
  await expect(paused).toHaveCount(0);
  await expect(rows).toHaveCount(6);
});

test("a trace that is deleted while it is open stays readable, and nothing can be said of it any more", async ({
  page,
  server,
}) => {
  const { traceId } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  await expect(page.getByRole("button", { name: "Add feedback…" })).toBeVisible();
  const body = { experiment_id: "0", request_ids: [`tr-${traceId}`] };
  await page.request.post("/api/2.0/mlflow/traces/delete-traces", { data: body });
  await expect(page.getByText("This trace was deleted")).toBeVisible();
  await expect(page.getByTestId("waterfall-row")).toHaveCount(4);
  await expect(page.getByRole("button", { name: "Add feedback…" })).toHaveCount(0);
  await expect(page.getByTestId("inspector").getByRole("alert")).toHaveCount(0);

  await page.reload();
  await page.getByRole("link", { name: "See all traces" }).click();
  await expect(page).toHaveURL("/traces");
});

test("an ended trace without spans says why, and leads to the requests that were refused", async ({ page, server }) => {
  const id = "tr-0af7651916cd43dd8448eb211c80319c";
  const location = { type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: "0" } };
  const info = { trace_id: id, trace_location: location, request_time: new Date().toISOString(), state: "OK" };
  const started = await page.request.post("/api/3.0/mlflow/traces", { data: { trace: { trace_info: info } } });
  expect(started.status()).toBe(200);
  await page.goto(`/traces/${id.slice(3)}`);
  await expect(page.getByText("none of its spans has arrived")).toBeVisible();
  await expect(page.getByText(server.url)).toBeVisible();
  await expect(page.getByRole("link", { name: /in the inbox/ })).toHaveCount(0);

  const refused = await page.request.post("/v1/traces", { data: "no spans at all" });
  expect(refused.status()).toBe(400);
  const inbox = page.getByRole("main").getByRole("link", { name: "1 problem in the inbox" });
  await inbox.click();
  await expect(page).toHaveURL(/\/diagnostics/);
});

test("a selected span is in the address and in the inspector", async ({ page, server }) => {
  const { traceId, spanIds } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  const pay = page.getByTestId("waterfall-row").filter({ hasText: "pay" });
  await pay.click();
  await expect(pay).toHaveAttribute("aria-selected", "true");
  await expect(page).toHaveURL(`/traces/${traceId}?span=${spanIds.get("pay")}`);
  const inspector = page.getByTestId("inspector");
  await expect(inspector).toContainText("card refused");

  await page.reload();
  await expect(page.getByTestId("inspector")).toContainText("card refused");
  await expect(page.getByTestId("waterfall-row").filter({ hasText: "pay" })).toHaveAttribute("aria-selected", "true");
});

test("the keys move, fold and find the error", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  const rows = page.getByTestId("waterfall-row");
  await expect(rows).toHaveCount(4);
  const selected = page.locator('[data-testid="waterfall-row"][aria-selected="true"]');

  await page.keyboard.press("j");
  await expect(selected).toContainText("POST /order");
  await page.keyboard.press("j");
  await expect(selected).toContainText("plan");
  await page.keyboard.press("h");
  await expect(rows).toHaveCount(3);
  await expect(selected).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("l");
  await expect(rows).toHaveCount(4);
  await page.keyboard.press("e");
  await expect(selected).toContainText("pay");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("inspector").getByRole("tab", { selected: true })).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Home");
  await expect(selected).toContainText("POST /order");
});

test("a trace grows while one looks at it, and the selection stays", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  await page.getByTestId("waterfall-row").filter({ hasText: "pay" }).click();
  await sendTrace(server.url, { traceId, spans: [{ name: "late arrival", start: 50, end: 60 }] });
  await expect(page.getByTestId("waterfall")).toHaveAttribute("data-n-spans", "5");
  await expect(page.getByTestId("waterfall-row").filter({ hasText: "late arrival" })).toBeVisible();
  await expect(page.locator('[data-testid="waterfall-row"][aria-selected="true"]')).toContainText("pay");
});

test("a trace without its root says so", async ({ page, server }) => {
  const traceId = "5b8efff798038103d269b633813fc60c";
  await sendOrphan(server.url, traceId);
  await page.goto(`/traces/${traceId}`);
  await expect(page.getByText("Root span not received yet")).toBeVisible();
});

test("the raw OTLP is a download", async ({ page, server }) => {
  const { traceId, spanIds } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download as OTLP/JSON" }).click();
  const file = await (await download).path();
  const text = await readFile(file, "utf8");
  expect(JSON.parse(text)).toHaveProperty("resourceSpans");
  for (const spanId of spanIds.values()) expect(text).toContain(spanId);
});

test("the minimap zooms by a drag and fits by a double click", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  await expect(page.getByTestId("waterfall-row")).toHaveCount(4);
  const minimap = page.getByTestId("minimap");
  const box = await minimap.boundingBox();
  if (box === null) throw new Error("the minimap has a place");
  const brush = page.getByTestId("minimap-brush");
  await expect(brush).toHaveAttribute("data-all", "true");
  await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 4 });
  await page.mouse.up();
  await expect(brush).toHaveAttribute("data-all", "false");
  const width = (await brush.boundingBox())?.width ?? 0;
  expect(Math.abs(width - box.width * 0.25)).toBeLessThan(3);
  await expect(page.getByRole("button", { name: "Fit the whole trace (0)" })).toBeVisible();
  await minimap.dblclick({ position: { x: box.width * 0.8, y: 20 } });
  await expect(brush).toHaveAttribute("data-all", "true");
});

test("a drag along the axis measures, and Escape ends that before it ends the selection", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  await page.getByTestId("waterfall-row").filter({ hasText: "pay" }).click();
  const box = await page.getByTestId("waterfall").boundingBox();
  if (box === null) throw new Error("the waterfall has a place");
  const picture = (): Promise<string> =>
    page.locator('[data-testid="waterfall"] canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  await page.mouse.move(box.x + box.width * 0.55, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + 10, { steps: 4 });
  await page.mouse.up();
  // Away from the chart, so that the pointer's own line is not in the pictures.
  await page.mouse.move(box.x + 40, box.y + box.height - 20);
  const measured = await picture();
  const selected = page.locator('[data-testid="waterfall-row"][aria-selected="true"]');
  await page.keyboard.press("Escape");
  await expect.poll(picture).not.toBe(measured);
  await expect(selected).toContainText("pay");
  await page.keyboard.press("Escape");
  await expect(selected).toHaveCount(0);
});

test("ancestors stay in sight, and a subtree can be shown alone", async ({ page, server }) => {
  const leaves = Array.from({ length: 60 }, (_, index) => ({
    name: `leaf ${index}`,
    parent: "plan",
    start: 10 + index,
    end: 11 + index,
  }));
  const { traceId } = await sendTrace(server.url, {
    spans: [...order.spans.slice(0, 2), ...leaves],
  });
  await page.goto(`/traces/${traceId}`);
  await expect(page.getByTestId("waterfall")).toHaveAttribute("data-n-spans", "62");
  await page.keyboard.press("End");
  const selected = page.locator('[data-testid="waterfall-row"][aria-selected="true"]');
  await expect(selected).toContainText("leaf 59");
  // The root has scrolled away and yet stands first: a click there leads to it.
  await page.getByRole("treegrid").click({ position: { x: 100, y: 13 } });
  await expect(selected).toContainText("POST /order");
  await page.keyboard.press("End");
  await expect(selected).toContainText("leaf 59");
  await page.keyboard.press("f");
  await expect(page.getByTestId("waterfall-row").last()).toContainText("leaf 59");
  const path = page.getByRole("navigation", { name: "Focus" });
  await expect(path).toContainText("POST /order");
  await expect(path.locator("[aria-current]")).toHaveText("plan");
  await path.getByRole("button", { name: "Whole trace", exact: true }).click();
  await expect(path).toBeHidden();
  await expect(selected).toContainText("leaf 59");
});

test("spans are found by text and bound, walked through, and filtered", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  const rows = page.getByTestId("waterfall-row");
  await expect(rows).toHaveCount(4);
  const selected = page.locator('[data-testid="waterfall-row"][aria-selected="true"]');
  const count = page.getByTestId("found-count");

  await page.keyboard.press("/");
  await page.keyboard.type("l");
  // "plan" and "look up".
  await expect(count).toHaveText("2");
  await page.keyboard.press("Enter");
  await expect(count).toHaveText("1 of 2");
  await expect(selected).toContainText("plan");
  await expect(page.locator('[data-testid="waterfall-row"][data-dimmed="true"]')).toHaveCount(2);
  await page.keyboard.press("Escape");
  await expect(count).toHaveText("");
  await page.keyboard.type(">40ms");
  await expect(count).toHaveText("2");

  await page.getByRole("button", { name: "Errors" }).click();
  await expect(count).toHaveText("1");
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await expect(rows).toHaveCount(2);
  await expect(rows.last()).toContainText("pay");
  await page.getByRole("button", { name: "Ask for nothing" }).click();
  await expect(rows).toHaveCount(4);
  await page.keyboard.press("n");
  await expect(selected).toContainText("plan");
});

test("log records stand with their span and in the list of the trace", async ({ page, server }) => {
  const { traceId, spanIds } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  await expect(page.getByTestId("waterfall-row")).toHaveCount(4);
  const spanId = spanIds.get("pay") ?? "";
  await sendLogs(server.url, [
    { traceId, spanId, severityNumber: 17, body: "card refused by the bank" },
    { traceId, spanId, eventName: "gen_ai.user.message", body: { content: "Where is my order?" } },
    { traceId, body: "of no span" },
  ]);
  // They arrive while one looks.
  await expect(page.getByTestId("trace-log")).toHaveCount(3);
  await page.getByRole("button", { name: "pay" }).first().click();
  await page.getByRole("tab", { name: "Events & logs 2" }).click();
  const entries = page.getByTestId("log-entry");
  await expect(entries.filter({ hasText: "card refused by the bank" })).toContainText("ERROR");
  await expect(entries.getByTestId("genai-message")).toHaveText("userWhere is my order?");
});

test("a trace is pinned here and in the list", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  const pin = page.getByRole("button", { name: "Pin POST /order" });
  await expect(pin).toHaveAttribute("aria-pressed", "false");
  await pin.click();
  await expect(pin).toHaveAttribute("aria-pressed", "true");
  await page.goto("/traces");
  await expect(pin).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("j");
  await page.keyboard.press("P");
  await expect(pin).toHaveAttribute("aria-pressed", "false");
});

test("hostile text is only ever text", async ({ page, server }) => {
  const name = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
  const { traceId } = await sendTrace(server.url, {
    spans: [{ name, start: 0, end: 1, attributes: { [name]: name } }],
  });
  await page.goto(`/traces/${traceId}`);
  const row = page.getByTestId("waterfall-row");
  await expect(row).toContainText("<img src=x");
  await row.click();
  await page.getByRole("tab", { name: /Attributes/ }).click();
  await expect(page.getByTestId("inspector")).toContainText("onerror");
  await expect(page).not.toHaveTitle("owned");
  expect(await page.locator("img[src=x]").count()).toBe(0);
});

/** Times of the two marks, once the waterfall of this trace is painted. */
async function paintedMarks(page: Page, traceId: string): Promise<{ opened: number; painted: number }> {
  const handle = await page.waitForFunction((id) => {
    const [opened] = performance.getEntriesByName("trace-open") as PerformanceMark[];
    const [painted] = performance.getEntriesByName("waterfall-painted") as PerformanceMark[];
    const is = (mark: PerformanceMark | undefined): boolean =>
      (mark?.detail as { trace_id?: string } | undefined)?.trace_id === id;
    return is(opened) && is(painted) && { opened: opened!.startTime, painted: painted!.startTime };
  }, traceId);
  return (await handle.jsonValue()) as { opened: number; painted: number };
}

/** Whether the canvas shows more than its background. */
async function hasPainted(page: Page): Promise<boolean> {
  return await page
    .locator('[data-testid="waterfall"] canvas')
    .first()
    .evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size > 3;
    });
}

async function sendOrphan(url: string, traceId: string): Promise<void> {
  const now = BigInt(Date.now()) * 1_000_000n;
  const span = {
    traceId,
    spanId: "00f067aa0ba902b7",
    parentSpanId: "53995c3f42cd8ad8",
    name: "orphan",
    startTimeUnixNano: String(now),
    endTimeUnixNano: String(now + 1_000_000n),
  };
  const response = await fetch(`${url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  });
  expect(response.status).toBe(200);
}

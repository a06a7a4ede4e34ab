// Files of traces: chosen, dropped, split, and told about in plain words.
import { writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import type { Page, TestInfo } from "@playwright/test";
import { exportRequest, sendTrace, type TraceSpec } from "../harness/otlp.ts";
import { Server } from "../harness/server.ts";
import { expect, test } from "./fixtures.ts";

const order: TraceSpec = {
  spans: [
    { name: "POST /order", start: 0, end: 100 },
    { name: "pay", parent: "POST /order", start: 45, end: 95, error: "card refused" },
  ],
};

/** Writes files and chooses them as a person would, by the key and the browser's own chooser. */
async function choose(page: Page, info: TestInfo, files: Record<string, string | Uint8Array>): Promise<void> {
  const paths = await Promise.all(
    Object.entries(files).map(async ([name, content]) => {
      const path = info.outputPath(name);
      await writeFile(path, content);
      return path;
    }),
  );
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Control+o");
  await (await chooser).setFiles(paths);
}

test("a file of one trace opens that trace, pretty-printed or packed", async ({ page, server }, info) => {
  const pretty = exportRequest(order);
  await page.goto("/");
  await expect(page.getByTestId("status-dot")).toHaveAttribute("data-state", "ok");
  await choose(page, info, { "order.json": JSON.stringify(pretty.body, null, 2) });
  await expect(page).toHaveURL(`/traces/${pretty.traceId}`);
  await expect(page.getByTestId("waterfall")).toHaveAttribute("data-n-spans", "2");

  const packed = exportRequest({ spans: [{ name: "packed", start: 0, end: 1 }] });
  await choose(page, info, { "packed.json.gz": gzipSync(JSON.stringify(packed.body)) });
  await expect(page).toHaveURL(`/traces/${packed.traceId}`);
  void server;
});

test("our own downloads are read again: OTLP as JSON and as protobuf, and MLflow's traces.json", async ({
  page,
  server,
}, info) => {
  const { traceId } = await sendTrace(server.url, order);
  const read = async (path: string) => new Uint8Array(await (await fetch(server.url + path)).arrayBuffer());
  const files = {
    "otlp.json": await read(`/traceloupe/v1/traces/${traceId}/otlp`),
    "otlp.pb": await read(`/traceloupe/v1/traces/${traceId}/otlp?format=protobuf`),
    "traces.json": await read(`/api/2.0/mlflow-artifacts/artifacts/0/traces/tr-${traceId}/artifacts/traces.json`),
  };
  for (const [name, content] of Object.entries(files)) {
    const other = await Server.start();
    await page.goto(other.url);
    await expect(page.getByTestId("status-dot")).toHaveAttribute("data-state", "ok");
    await choose(page, info, { [name]: content });
    await page.waitForURL(/\/traces\//);
    await expect(page.getByTestId("waterfall-row")).toHaveText([/POST \/order/, /pay/]);
    await page.goto("about:blank");
    await other.stop();
  }
});

test("lines are taken one by one, and each that is not is named with its reason", async ({ page }, info) => {
  const first = exportRequest(order);
  const second = exportRequest({ spans: [{ name: "second", start: 0, end: 1 }] });
  const halfBad = exportRequest({ spans: [{ name: "good", start: 0, end: 1 }] });
  const bad = JSON.parse(JSON.stringify(halfBad.body)) as {
    resourceSpans: { scopeSpans: { spans: { name: string; spanId: string }[] }[] }[];
  };
  bad.resourceSpans[0]?.scopeSpans[0]?.spans.push({ name: "no id", spanId: "" });
  const lines = [
    JSON.stringify(first.body),
    "",
    '{"resourceSpans": [',
    JSON.stringify(second.body),
    JSON.stringify(bad),
    '{"resourceMetrics": []}',
  ];
  await page.goto("/traces");
  await choose(page, info, { "collector.jsonl": lines.join("\n"), "notes.txt": "nothing of the kind" });
  const report = page.getByTestId("open-file-report");
  await expect(report).toContainText("Opened files");
  await expect(report).toContainText("4 spans of 3 traces");
  await expect(report).toContainText(/line 3:.*no JSON/);
  await expect(report).toContainText(/line 5: 1 span refused:.*no id/);
  await expect(report).toContainText(/line 6:.*metrics/);
  await expect(report).toContainText("Nothing was taken");
  await report.getByRole("link", { name: "Show the list of traces" }).click();
  await expect(report).toHaveCount(0);
  await expect(page.getByTestId("trace-row")).toHaveCount(3);
});

test("a file larger than a request may be is sent in pieces", async ({ page }, info) => {
  const spans = Array.from({ length: 60 }, (_, place) => ({
    name: `span ${place}`,
    start: place,
    end: place + 1,
    attributes: { text: "x".repeat(1_500_000), place: 9_007_199_254_740 + place },
  }));
  const { traceId, body } = exportRequest({ spans });
  // The server takes 64 MB at once.
  const text = JSON.stringify(body);
  expect(text.length).toBeGreaterThan(64 << 20);
  await page.goto("/traces");
  await choose(page, info, { "large.json": text });
  await expect(page).toHaveURL(`/traces/${traceId}`, { timeout: 25_000 });
  await expect(page.getByTestId("waterfall")).toHaveAttribute("data-n-spans", "60");
});

test("a file that is dropped on the window is opened", async ({ page }) => {
  const { traceId, body } = exportRequest(order);
  await page.goto("/traces");
  const dropped = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "order.json"));
    return transfer;
  }, JSON.stringify(body));
  await page.dispatchEvent("body", "dragenter", { dataTransfer: dropped });
  await expect(page.getByText("Drop to open")).toBeVisible();
  await page.dispatchEvent("body", "drop", { dataTransfer: dropped });
  await expect(page).toHaveURL(`/traces/${traceId}`);
  await expect(page.getByText("Drop to open")).toHaveCount(0);
});

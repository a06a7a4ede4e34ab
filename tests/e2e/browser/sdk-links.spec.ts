// The links that MLflow's SDK prints, and the frame that it puts into notebooks, open here.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { seriousFindings } from "../harness/axe.ts";
import { sendTrace } from "../harness/otlp.ts";
import { run } from "../harness/programs.ts";
import { clientPython, hasPython, installClients } from "../harness/python.ts";
import { expect, test } from "./fixtures.ts";

/** Makes a run with a trace in it, prints what the SDK prints at the end of it, and the frame for the trace. */
const program = `
import mlflow
from mlflow.tracing.display.display_handler import get_notebook_iframe_html

mlflow.set_experiment("links")
with mlflow.start_run():
    with mlflow.start_span("inside the run") as span:
        span.set_inputs({"question": "where?"})
with mlflow.start_span("outside") as span:
    pass
mlflow.flush_trace_async_logging()
traces = mlflow.search_traces(return_type="list")
print("frame:", get_notebook_iframe_html(traces).replace("\\n", " "))
`;

test("what the SDK prints at the end of a run, and its frame for notebooks", async ({ page, server, browser }) => {
  test.skip(!hasPython(), "there is no python3");
  test.setTimeout(180_000);
  await installClients();
  const printed = await run(clientPython, ["-c", program], {
    env: { ...process.env, MLFLOW_TRACKING_URI: server.url, MLFLOW_DISABLE_TELEMETRY: "true" },
  });
  const link = (title: string): string => new RegExp(`View ${title}.* at: (\\S+)`).exec(printed)?.[1] ?? "";
  expect(link("run")).toContain("/#/experiments/");

  await page.goto(link("run"));
  await expect(page.getByTestId("trace-row")).toHaveText([/inside the run/]);
  await expect(page.getByTestId("run-line")).toHaveText(/^Run .+finished/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("links");
  await page.goto(link("run").replace(/runs\/.*/, "runs/0123"));
  await expect(page.getByTestId("run-line")).toContainText("There is no run 0123 here");
  await page.goto(link("experiment"));
  await expect(page.getByTestId("run-line")).toHaveCount(0);
  await expect(page.getByTestId("trace-row")).toHaveCount(2);

  // The frame as the SDK writes it, in a page of another origin.
  const frame = (/frame: (.*)/.exec(printed)?.[1] ?? "").replaceAll("&amp;", "&");
  const notebook = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><html lang="en"><title>Notebook</title>${frame}`);
  });
  await new Promise<void>((resolve) => notebook.listen(0, "127.0.0.1", resolve));
  const context = await browser.newContext();
  try {
    const shown = await context.newPage();
    await shown.goto(`http://127.0.0.1:${(notebook.address() as AddressInfo).port}/`);
    const inside = shown.frameLocator("#trace-renderer");
    await expect(inside.getByRole("heading", { level: 1 })).toHaveText("outside");
    await inside.getByText("2", { exact: true }).click();
    await expect(inside.getByRole("heading", { level: 1 })).toHaveText("inside the run");
    await expect(inside.getByTestId("inspector")).toBeVisible();
    // Nothing in it leads elsewhere in the frame, or changes anything.
    await expect(inside.getByRole("navigation")).toHaveCount(0);
    await expect(inside.getByRole("button", { name: /^(Pin|Unpin)/ })).toHaveCount(0);
    await expect(inside.getByRole("link", { name: "Open in Traceloupe" })).toHaveAttribute("target", "_blank");
  } finally {
    await context.close();
    notebook.close();
  }
});

test("a trace opens as MLflow's own pages have it in their address", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, { spans: [{ name: "order", start: 0, end: 5 }] });
  await page.goto(`/#/experiments/0/traces?selectedEvaluationId=tr-${traceId}`);
  await expect(page).toHaveURL(`/traces/${traceId}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("order");
  // The address of a page that is open already is changed alone.
  await page.evaluate(() => (location.hash = "#/experiments/0"));
  await expect(page.getByTestId("trace-row")).toHaveText([/order/]);
});

test("only the page for notebooks may be framed", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, { spans: [{ name: "order", start: 0, end: 5 }] });
  const notebookPage = `/static-files/lib/notebook-trace-renderer/index.html?trace_id=tr-${traceId}&experiment_id=0`;
  const headers = async (path: string) => (await page.request.get(path)).headers();
  expect((await headers(notebookPage))["content-security-policy"]).toContain("frame-ancestors *");
  expect((await headers(notebookPage))["x-frame-options"]).toBeUndefined();
  for (const path of ["/", `/traces/${traceId}`, "/static-files/lib/notebook-trace-renderer/index.html/x"]) {
    expect((await headers(path))["content-security-policy"], path).toContain("frame-ancestors 'none'");
    expect((await headers(path))["x-frame-options"], path).toBe("SAMEORIGIN");
  }
  await page.goto(notebookPage);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("order");
  expect(await seriousFindings(page)).toEqual([]);
  await page.goto("/static-files/lib/notebook-trace-renderer/index.html");
  await expect(page.getByText("No trace is named")).toBeVisible();
});

test("a trace that its client named opens by its name, and says it", async ({ page, server }) => {
  const name = "order 17";
  const path = `/api/2.0/mlflow-artifacts/artifacts/0/traces/${encodeURIComponent(name)}/artifacts/traces.json`;
  const span = {
    span_id: "0101010101010101",
    name: "take the order",
    start_time_unix_nano: 1e9,
    end_time_unix_nano: 2e9,
  };
  const stored = await fetch(server.url + path, { method: "PUT", body: JSON.stringify({ spans: [span] }) });
  expect(stored.status).toBe(200);
  await page.goto(`/#/experiments/0/traces?selectedEvaluationId=${encodeURIComponent(name)}`);
  await expect(page).toHaveURL(/\/traces\/[0-9a-f]{32}$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("take the order");
  await expect(page.getByTitle(`MLflow's clients call it ${name}`)).toHaveText("id order 17");
  await page.getByRole("button", { name: "Copy…" }).click();
  await page.getByRole("menuitem", { name: "Trace id" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(name);
  await page.goto(`/static-files/lib/notebook-trace-renderer/index.html?trace_id=${encodeURIComponent(name)}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("take the order");
  await page.goto("/traces/order%2018");
  await expect(page.getByText("There is nothing at this address")).toBeVisible();
});

import { act, cleanup, configure, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { renderPage } from "../../api/testing/render-page.tsx";
import type { Answers } from "../../api/testing/render-page.tsx";
import type { TraceDetail, TraceSummary } from "../../api/messages.ts";
import { logRecord, spanDetail } from "../../span-detail/testing/span.ts";
import { decodeSpanTable } from "../../trace-model/decode.ts";
import type { TestSpan } from "../../trace-model/testing/build.ts";
import { encodeCriticalPath } from "../../trace-model/testing/encode-path.ts";
import { encodeTable, testTraceId } from "../../trace-model/testing/build.ts";
import { drawSpans } from "../../trace-model/testing/draw.ts";
import { fakeLayout } from "../../waterfall/testing/fake-layout.ts";
import { type TraceView, wholeView } from "./trace-view.ts";
import { TracePage } from "./TracePage.tsx";

// On a busy machine a page takes its time.
configure({ asyncUtilTimeout: 4000 });

beforeEach(() => fakeLayout(1200, 600));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const drawn = drawSpans(`
                  0....5....10...15...20    service.name=agent
  plan            [===================]     type=AGENT source=mlflow
    llm.chat        [=========]             type=LLM source=mlflow
    http.get                   [====]       kind=client source=opentelemetry-inferred !error
`);

/** A server with one trace, which a test may change. */
interface Served {
  spans: readonly TestSpan[];
  summary: Partial<TraceSummary>;
  table?: () => Response;
  nLogs?: number;
}

function answersOf(served: Served): Answers {
  const path = `/traces/${testTraceId}`;
  return {
    [path]: () => Response.json(detailOf(served)),
    [`${path}/spans`]: () => served.table?.() ?? new Response(encodeTable(served.spans)),
    [`${path}/spans/*`]: (_request, url) => {
      const spanId = url.pathname.split("/").at(-1) ?? "";
      return Response.json(spanDetail({ span_id: spanId, name: served.spans[Number(spanId) - 1]?.name ?? "?" }));
    },
  };
}

function detailOf({ spans, summary, nLogs = 0 }: Served): TraceDetail {
  return {
    summary: {
      trace_id: testTraceId,
      experiment_id: "1",
      name: "plan",
      has_root: true,
      services: ["agent"],
      sources: ["mlflow", "opentelemetry"],
      start_time_unix_nano: "1700000000000000000",
      duration_ns: "20000000",
      n_spans: spans.length,
      n_errors: 1,
      state: "OK",
      is_pinned: false,
      assessments: [],
      ...summary,
    },
    experiment_name: "Agents",
    tags: { env: "dev" },
    metadata: {},
    request_preview: "Where is my order?",
    n_logs: nLogs,
  };
}

/** Opens the page; what it selects is its address, as in the app. */
function open(
  served: Partial<Served> = {},
  spanId: string | null = null,
  answers: Answers = {},
  firstView: TraceView = wholeView,
) {
  const all: Served = { spans: drawn, summary: {}, ...served };
  const addresses: (string | null)[] = [];
  const views: TraceView[] = [];
  const Page = (): React.ReactNode => {
    const [address, setAddress] = useState(spanId);
    const write = (next: string | null): void => {
      addresses.push(next);
      setAddress(next);
    };
    const [view, setView] = useState(firstView);
    views.push(view);
    return <TracePage traceId={testTraceId} spanId={address} onSelectSpan={write} view={view} onView={setView} />;
  };
  return { addresses, views, served: all, ...renderPage(() => <Page />, { ...answersOf(all), ...answers }) };
}

const rowNames = (): string[] =>
  screen.queryAllByTestId("waterfall-row").map((row) => row.querySelector('[data-part="label"]')?.textContent ?? "");
const inspectedName = (): string | null => screen.getByTestId("inspector").querySelector("h2")?.textContent ?? null;

test("shows the whole trace and sets the marks of this opening", async () => {
  performance.mark("waterfall-painted", { detail: { trace_id: "an older one" } });
  open();
  await waitFor(() => expect(rowNames()).toEqual(["plan", "llm.chat", "http.get"]));
  const waterfall = screen.getByTestId("waterfall");
  expect(waterfall.dataset).toMatchObject({ traceId: testTraceId, nSpans: "3" });
  await waitFor(() => expect(performance.getEntriesByName("waterfall-painted")).toHaveLength(1));
  const [opened] = performance.getEntriesByName("trace-open") as PerformanceMark[];
  const [painted] = performance.getEntriesByName("waterfall-painted") as PerformanceMark[];
  expect([opened?.detail, painted?.detail]).toEqual([{ trace_id: testTraceId }, { trace_id: testTraceId }]);
  expect(painted?.startTime).toBeGreaterThanOrEqual(opened?.startTime ?? Infinity);
  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("plan");
  expect(screen.getByText("Where is my order?")).toBeTruthy();
  expect(screen.queryByText(/Root span not received/)).toBe(null);
});

test("a click selects a span for the inspector and the address; Escape selects none", async () => {
  const user = userEvent.setup();
  const { addresses } = open();
  await waitFor(() => expect(rowNames()).toHaveLength(3));
  screen.getByRole("treegrid").focus();
  await user.keyboard("jj");
  await waitFor(() => expect(inspectedName()).toBe("llm.chat"));
  expect(screen.getByRole("row", { selected: true }).dataset["spanId"]).toBe("0000000000000002");
  await waitFor(() => expect(addresses.at(-1)).toBe("0000000000000002"));
  await user.keyboard("{Escape}");
  await waitFor(() => expect(addresses.at(-1)).toBe(null));
  expect(inspectedName()).toBe("Trace");
});

test("keys in quick succession ask the server and write the address for the last span only", async () => {
  const asked: string[] = [];
  const count = (_request: Request, url: URL): Response => {
    const spanId = url.pathname.split("/").at(-1) ?? "";
    asked.push(spanId);
    return Response.json(spanDetail({ span_id: spanId, name: `span ${spanId}` }));
  };
  const spans = Array.from({ length: 20 }, (_, i) => ({ name: `s${i}`, depth: 0, start: i, duration: 1 }));
  const { addresses } = open({ spans }, null, { [`/traces/${testTraceId}/spans/*`]: count });
  await waitFor(() => expect(rowNames()).toHaveLength(20));
  const grid = screen.getByRole("treegrid");
  act(() => {
    for (let press = 0; press < 15; press++) {
      grid.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true, cancelable: true }));
    }
  });
  await waitFor(() => expect(inspectedName()).toBe("span 000000000000000f"));
  // The first one at once, the last one at rest.
  expect(asked).toEqual(["0000000000000001", "000000000000000f"]);
  expect(addresses).toEqual(asked);
});

test("the address selects a span, also one that arrives later", async () => {
  const { served, announce } = open({ spans: drawn.slice(0, 2) }, "0000000000000003");
  await waitFor(() => expect(rowNames()).toEqual(["plan", "llm.chat"]));
  served.spans = drawn;
  await announce(`trace:${testTraceId}`);
  await waitFor(() => expect(rowNames()).toHaveLength(3));
  await waitFor(() => expect(screen.getByRole("row", { selected: true }).dataset["spanId"]).toBe("0000000000000003"));
});

test("a partial trace says so, and grows in place", async () => {
  const { served, announce } = open({ spans: drawn.slice(0, 2), summary: { has_root: false, state: "IN_PROGRESS" } });
  expect((await screen.findByText(/Root span not received yet/)).textContent).toContain("2 spans so far");
  served.spans = drawn;
  served.summary = {};
  await announce(`trace:${testTraceId}`);
  await waitFor(() => expect(rowNames()).toHaveLength(3));
  expect(screen.queryByText(/Root span not received/)).toBe(null);
});

test("a trace that is not there says so, and appears when it arrives", async () => {
  const answers = answersOf({ spans: drawn, summary: {} });
  let isThere = false;
  const later = Object.fromEntries(
    Object.entries(answers).map(([path, answer]) => [
      path,
      (request: Request, url: URL) =>
        isThere ? answer(request, url) : Response.json({ message: "no", code: "not_found" }, { status: 404 }),
    ]),
  );
  const { announce } = open({}, null, later);
  await screen.findByText("This trace is not here");
  isThere = true;
  await announce(`trace:${testTraceId}`);
  await waitFor(() => expect(rowNames()).toHaveLength(3));
});

test("a trace that is deleted while it is open stays readable, and says so", async () => {
  let isThere = true;
  const gone = (): Response => Response.json({ message: "no", code: "not_found" }, { status: 404 });
  const detail = (): Response => (isThere ? Response.json(detailOf({ spans: drawn, summary: {} })) : gone());
  const { announce } = open({}, null, { [`/traces/${testTraceId}`]: detail });
  await waitFor(() => expect(rowNames()).toHaveLength(3));
  isThere = false;
  await announce(`trace:${testTraceId}`);
  await screen.findByText(/This trace was deleted/);
  expect(rowNames()).toHaveLength(3);
});

test("a table that cannot be read says why", async () => {
  open({ table: () => new Response(new TextEncoder().encode("<!doctype html> not a table at all")) });
  expect((await screen.findByText(/Cannot read the span table/)).textContent).toContain("body is not a span table");
});

test("a running trace without spans is not an empty page", async () => {
  open({ spans: [], summary: { state: "IN_PROGRESS", has_root: false } });
  expect(await screen.findByText("No spans of this trace have arrived yet")).toBeTruthy();
  expect(screen.queryByTestId("waterfall")).toBe(null);
  expect(screen.queryByText(/Root span not received/)).toBe(null);
});

test("an ended trace without spans says why that can be, and how to mend it", async () => {
  open({ spans: [] });
  await screen.findByText("This trace has ended, and none of its spans has arrived");
  for (const hint of [
    "mlflow.flush_trace_async_logging()",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "x-mlflow-experiment-id=1",
  ]) {
    expect(screen.getByText(hint)).toBeTruthy();
  }
});

test("the trace is pinned by its button and by the key, and says so", async () => {
  const user = userEvent.setup();
  const asked: string[] = [];
  const served: Partial<Served> = {};
  const path = `/traces/${testTraceId}/pin`;
  const page = open(served, null, {
    [path]: (request) => {
      asked.push(request.method);
      page.served.summary = { is_pinned: request.method === "PUT" };
      return new Response(null, { status: 204 });
    },
  });
  const button = await screen.findByRole("button", { name: "Pin plan" });
  await user.click(button);
  await page.announce(`trace:${testTraceId}`);
  await waitFor(() => expect(button.getAttribute("aria-pressed")).toBe("true"));
  await user.keyboard("P");
  await page.announce(`trace:${testTraceId}`);
  await waitFor(() => expect(button.getAttribute("aria-pressed")).toBe("false"));
  expect(asked).toEqual(["PUT", "DELETE"]);
});

test("log records of the trace are listed, and lead to their spans", async () => {
  const user = userEvent.setup();
  const logs = [
    logRecord({ body: { stringValue: "of no span" } }),
    logRecord({ body: { stringValue: "of a span" }, span_id: "0000000000000002" }),
    logRecord({ body: { stringValue: "of a span to come" }, span_id: "00000000000000ff" }),
  ];
  open({ nLogs: 3 }, null, { [`/traces/${testTraceId}/logs`]: () => Response.json({ logs }) });
  await screen.findByText("of no span");
  expect(screen.getAllByTestId("trace-log")).toHaveLength(3);
  expect(screen.getByText("span not received")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "llm.chat" }));
  await waitFor(() => expect(inspectedName()).toBe("llm.chat"));
});

test("the critical path is fetched when it is asked for, and says what the trace waited for", async () => {
  const table = decodeSpanTable(encodeTable(drawn));
  const asked = vi.fn<() => Response>(
    () =>
      new Response(
        encodeCriticalPath(table, [
          { span: 1, start: 0, end: 15e6 },
          { span: 2, start: 15e6, end: 20e6 },
        ]),
      ),
  );
  open({}, null, { [`/traces/${testTraceId}/critical-path`]: asked });
  await screen.findByText("llm.chat");
  expect(asked).not.toHaveBeenCalled();
  await userEvent.keyboard("x");
  const bar = await screen.findByRole("region", { name: "Critical path" });
  await waitFor(() => expect(bar.textContent).toBe("Critical path75 %llm.chat25 %http.get"));
  await userEvent.keyboard("x");
  expect(screen.queryByRole("region", { name: "Critical path" })).toBeNull();
});

test("an address brings one to the same sight, and follows what one changes", async () => {
  const view = { ...wholeView, query: { ...wholeView.query, text: "llm" }, isFilter: true, focus: "0000000000000001" };
  const { views } = open({}, null, {}, view);
  await waitFor(() => expect(rowNames()).toEqual(["plan", "llm.chat"]));
  expect(screen.getByRole("navigation", { name: "Focus" })).toBeTruthy();
  expect(screen.getByRole("textbox", { name: "Find spans" })).toHaveProperty("value", "llm");
  await userEvent.click(screen.getByRole("button", { name: "Filter" }));
  await userEvent.click(screen.getByRole("button", { name: "Show the whole trace (F)" }));
  await waitFor(() => expect(views.at(-1)).toEqual({ ...view, isFilter: false, focus: null }));
  expect(rowNames()).toEqual(["plan", "llm.chat", "http.get"]);
});

test("c compares with the trace before it that has its name, and says so if there is none", async () => {
  const user = userEvent.setup();
  let traces: readonly object[] = [];
  let asked = new URLSearchParams();
  const list = (_request: Request, url: URL): Response => {
    asked = url.searchParams;
    return Response.json({ traces });
  };
  open({}, null, { "/traces": list });
  await screen.findByText("llm.chat");
  await user.keyboard("c");
  expect(await screen.findByText("No earlier trace of this name")).toBeTruthy();
  expect(Object.fromEntries(asked)).toMatchObject({
    experiment_id: "1",
    filter: "name = 'plan'",
    before: "1700000000000000000",
  });
  traces = [
    { trace_id: "e".repeat(32), name: "planning" },
    { trace_id: "f".repeat(32), name: "plan" },
  ];
  await user.keyboard("c");
  expect(await screen.findByText("at /compare")).toBeTruthy();
});

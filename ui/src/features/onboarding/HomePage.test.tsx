import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Listener, TraceSummary } from "../../api/messages.ts";
import { type Answers, renderPage } from "../../api/testing/render-page.tsx";
import { status } from "../../api/testing/status.ts";
import { ClipboardContext } from "../../components/clipboard-context.ts";
import { HomePage } from "./HomePage.tsx";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const listeners: Listener[] = [
  { role: "http", address: "127.0.0.1:50123", asked: "127.0.0.1:0", is_fallback: false },
  { role: "otlp_http", address: "127.0.0.1:43187", asked: "127.0.0.1:4318", is_fallback: true },
  { role: "otlp_grpc", address: "127.0.0.1:4317", asked: "127.0.0.1:4317", is_fallback: false },
];

const trace: TraceSummary = {
  trace_id: "a".repeat(32),
  experiment_id: "0",
  name: "answer_question",
  has_root: true,
  services: [],
  sources: ["mlflow"],
  start_time_unix_nano: "1700000000000000000",
  duration_ns: "1290000000",
  n_spans: 3,
  n_errors: 0,
  state: "OK",
  is_pinned: false,
  assessments: [],
};

function openHome(more: Answers = {}) {
  const traces: TraceSummary[] = [];
  const copied: string[] = [];
  const copyText = (text: string): Promise<void> => {
    copied.push(text);
    return Promise.resolve();
  };
  const experiment = (experiment_id: string, name: string) => ({
    experiment_id,
    name,
    lifecycle_stage: "active",
    creation_time_ms: 0,
    n_traces: 0,
  });
  const page = () => (
    <ClipboardContext value={copyText}>
      <HomePage />
    </ClipboardContext>
  );
  const { announce } = renderPage(page, {
    "/status": () => Response.json(status({ listeners })),
    "/experiments": () => Response.json({ experiments: [experiment("0", "Default"), experiment("731", "FastAPI")] }),
    "/traces": () => Response.json({ traces, n_total: traces.length }),
    ...more,
  });
  return { traces, copied, announce };
}

test("each listener is listed with its real address, a fall-back says so", async () => {
  openHome();
  expect(within(await screen.findByTestId("listener-http")).getByText("http://127.0.0.1:50123")).toBeTruthy();
  const fallback = within(screen.getByTestId("listener-otlp_http"));
  expect(fallback.getByText("http://127.0.0.1:43187")).toBeTruthy();
  expect(fallback.getByText(/Port 4318 is taken/)).toBeTruthy();
  const grpc = within(screen.getByTestId("listener-otlp_grpc"));
  expect(grpc.getByText("http://127.0.0.1:4317")).toBeTruthy();
  expect(grpc.getByText("OTLP/gRPC")).toBeTruthy();
});

test("the snippets follow the chosen experiment, and the copy is what is shown", async () => {
  const user = userEvent.setup();
  const { copied } = openHome();
  await user.click(await screen.findByRole("tab", { name: "Python OTel" }));
  const panel = await screen.findByTestId("snippet-python-otel");
  expect(panel.textContent).toContain("http://127.0.0.1:50123/v1/traces");
  expect(panel.textContent).toContain("x-mlflow-experiment-id=0");

  await user.click(screen.getByRole("combobox", { name: "Experiment for the traces" }));
  await user.click(await screen.findByRole("option", { name: /FastAPI/ }));
  await waitFor(() => expect(panel.textContent).toContain("x-mlflow-experiment-id=731"));

  await user.click(within(panel).getByRole("button", { name: "Copy Environment" }));
  expect(copied[0]).toContain("x-mlflow-experiment-id=731");
  expect(panel.textContent).toContain(copied[0]);
});

test("each copy of the curl request is another trace", async () => {
  const user = userEvent.setup();
  const { copied } = openHome();
  await user.click(await screen.findByRole("tab", { name: "curl" }));
  const copy = within(await screen.findByTestId("snippet-curl")).getByRole("button");
  await user.click(copy);
  await user.click(copy);
  const ids = copied.map((text) => /"traceId": "([0-9a-f]{32})"/.exec(text)?.[1]);
  expect(ids).toHaveLength(2);
  expect(ids[0]).not.toBe(ids[1]);
});

test("the first trace is offered as it arrives, without a reload", async () => {
  const { traces, announce } = openHome();
  expect(await screen.findByText("Waiting for the first span")).toBeTruthy();
  traces.push(trace);
  await announce("traces");
  const offer = await screen.findByTestId("first-trace");
  expect(offer.textContent).toContain("First trace: answer_question");
  expect(offer.textContent).toContain("3 spans");
  expect(offer.getAttribute("href")).toBe(`/traces/${trace.trace_id}`);

  traces[0] = { ...trace, n_spans: 9 };
  await announce("traces");
  await waitFor(() => expect(offer.textContent).toContain("9 spans"));
});

test("a trace that was there when the page opened is no news", async () => {
  const { traces } = openHome();
  traces.push(trace);
  expect(await screen.findByText("answer_question")).toBeTruthy();
  expect(screen.queryByTestId("first-trace")).toBeNull();
  expect(screen.queryByText("Waiting for the first span")).toBeNull();
});

test("the test trace goes to the default experiment, and its failure is shown", async () => {
  const user = userEvent.setup();
  const asked: string[] = [];
  openHome({
    "/test-trace": (request, url) => {
      asked.push(`${request.method} ${url.search}`);
      return asked.length === 1
        ? Response.json({ trace_id: trace.trace_id })
        : Response.json({ message: "The store is full", code: "unavailable" }, { status: 503 });
    },
  });
  const button = await screen.findByRole("button", { name: "Send a test trace" });
  await user.click(button);
  const link = await screen.findByRole("link", { name: "Open the trace" });
  expect(link.getAttribute("href")).toBe(`/traces/${trace.trace_id}`);
  await user.click(button);
  expect(await screen.findByText("The store is full")).toBeTruthy();
  expect(asked).toEqual(["POST ?experiment_id=0", "POST ?experiment_id=0"]);
});

test("what is said is about the last thing asked for", async () => {
  const user = userEvent.setup();
  openHome({
    "/demo": () => Response.json({ experiment_id: "731", trace_ids: ["1", "2"] }),
    "/test-trace": () => Response.json({ trace_id: trace.trace_id }),
  });
  await user.click(await screen.findByRole("button", { name: "Load demo" }));
  expect((await screen.findByRole("link", { name: "See them" })).getAttribute("href")).toBe("/experiments/731");
  expect(screen.getByText(/2 demo traces loaded/)).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Send a test trace" }));
  expect(await screen.findByRole("link", { name: "Open the trace" })).toBeTruthy();
  expect(screen.queryByText(/demo traces loaded/)).toBeNull();
});

test("a server that does not answer is said, with what to do", async () => {
  openHome({ "/status": () => Response.json({ message: "broken", code: "internal" }, { status: 500 }) });
  expect((await screen.findByRole("alert")).textContent).toContain("broken");
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});

import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, test, vi } from "vitest";
import { AttributeTable } from "./AttributeTable.tsx";
import { Evaluations } from "./Evaluations.tsx";
import { EventsLogs } from "./EventsLogs.tsx";
import { InputsOutputs } from "./InputsOutputs.tsx";
import { Links } from "./Links.tsx";
import { Origins } from "./Origins.tsx";
import { llmView } from "./testing/llm.ts";
import { logRecord, originOf, spanDetail } from "./testing/span.ts";

afterEach(cleanup);

const hostile = `<script>alert(1)</script><img src=x onerror="alert(1)">`;

describe("inputs and outputs", () => {
  test("JSON in a text is a tree with all digits, other text is text", () => {
    const inputs = { stringValue: '{"seed":9007199254740993,"messages":[{"role":"user","content":"Hi\\nthere"}]}' };
    render(<InputsOutputs span={spanDetail({ inputs, outputs: { stringValue: hostile } })} />);
    expect(screen.getByText("9007199254740993")).toBeTruthy();
    expect(screen.getByText(/Hi\s+there/)).toBeTruthy();
    expect(screen.getByText(hostile)).toBeTruthy();
    expect(document.querySelector("script, img")).toBe(null);
  });

  test("branches close and open; the text view is the whole value", async () => {
    const user = userEvent.setup();
    const inputs = { kvlistValue: { values: [{ key: "k", value: { arrayValue: { values: [{ intValue: "7" }] } } }] } };
    render(<InputsOutputs span={spanDetail({ inputs })} />);
    const branch = screen.getByRole("treeitem", { name: /k/, expanded: true });
    await user.click(branch);
    expect(branch.getAttribute("aria-expanded")).toBe("false");
    expect(screen.queryByText("7")).toBe(null);
    await user.click(screen.getByRole("button", { name: "Text" }));
    expect(screen.getByText(/"k": \[/).textContent).toBe('{\n  "k": [\n    7\n  ]\n}');
  });

  test("a value of megabytes shows its first 64 kB until one asks for all", async () => {
    const user = userEvent.setup();
    const text = `${"line\n".repeat(200_000)}end`;
    const { container } = render(<InputsOutputs span={spanDetail({ outputs: { stringValue: text } })} />);
    expect((container.textContent ?? "").length).toBeLessThan(70_000);
    await user.click(screen.getByRole("button", { name: /Show all/ }));
    expect(container.textContent).toContain("line\nend");
  });

  test("a list of thousands comes by the hundred", async () => {
    const user = userEvent.setup();
    const values = Array.from({ length: 1234 }, (_, i) => ({ stringValue: `item ${i}` }));
    render(<InputsOutputs span={spanDetail({ inputs: { arrayValue: { values } } })} />);
    expect(screen.getAllByRole("treeitem")).toHaveLength(100);
    await user.click(screen.getByRole("button", { name: "Show 100 more of 1,234" }));
    expect(screen.getByText("item 199")).toBeTruthy();
  });

  test("none is said", () => {
    render(<InputsOutputs span={spanDetail()} />);
    expect(screen.getByText(/no inputs or outputs/)).toBeTruthy();
  });
});

describe("attributes", () => {
  test("have types, can be filtered, and say what was dropped", async () => {
    const user = userEvent.setup();
    const attributes = [
      { key: "http.status_code", value: { intValue: "503" } },
      { key: "ratio", value: { doubleValue: "0.25" } },
      ...Array.from({ length: 10 }, (_, i) => ({ key: `key.${i}`, value: { stringValue: hostile } })),
    ];
    render(<AttributeTable attributes={attributes} nDropped={2} />);
    expect(screen.getByText("int")).toBeTruthy();
    expect(screen.getByText("2 more were dropped by the sender")).toBeTruthy();
    expect(document.querySelector("script, img")).toBe(null);
    await user.type(screen.getByRole("searchbox"), "RATIO");
    expect(screen.getAllByRole("term").map(({ textContent }) => textContent)).toEqual(["ratio"]);
    await user.type(screen.getByRole("searchbox"), "x");
    expect(screen.getByText("None has this text")).toBeTruthy();
  });

  test("a long text is folded and opens as what it is", async () => {
    const user = userEvent.setup();
    const text = JSON.stringify({ messages: Array.from({ length: 30 }, (_, i) => `message ${i} ${"x".repeat(20)}`) });
    render(<AttributeTable attributes={[{ key: "mlflow.spanInputs", value: { stringValue: text } }]} />);
    await user.click(screen.getByRole("button", { name: "Show all" }));
    expect(screen.getByText(/^message 29/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Show less" }));
    expect(screen.queryByText(/^message 29/)).toBe(null);
  });
});

test("keys, names and values of a megabyte, and binary ones, are told by their beginning", () => {
  const long = `${hostile}${"k".repeat(1_000_000)}`;
  const attributes = [
    { key: long, value: { bytesValue: "AAEC".repeat(300_000) } },
    { key: "list", value: { arrayValue: { values: [{ stringValue: long }] } } },
    { key: "text", value: { stringValue: long } },
  ];
  const event = { time_unix_nano: "1700000000001500000", name: long, attributes, dropped_attributes_count: 0 };
  const logs = [logRecord({ event_name: long, severity_text: long, body: { stringValue: long } })];
  const { container } = render(<EventsLogs span={spanDetail({ events: [event], logs })} />);
  // Three bytes in four characters.
  expect(screen.getByText(/^879 KiB/)).toBeTruthy();
  expect((container.textContent ?? "").length).toBeLessThan(80_000);
  expect(container.querySelector("script, img")).toBe(null);
});

test("an exception shows its type, its message and a readable stack", () => {
  const attributes = [
    { key: "exception.type", value: { stringValue: "ValueError" } },
    { key: "exception.message", value: { stringValue: "no" } },
    { key: "exception.stacktrace", value: { stringValue: 'File "/lib/python3.12/x.py"\nValueError: no' } },
    { key: "exception.escaped", value: { boolValue: false } },
  ];
  const event = { time_unix_nano: "1700000000001500000", name: "exception", attributes, dropped_attributes_count: 0 };
  render(<EventsLogs span={spanDetail({ events: [event] })} />);
  expect(screen.getByText("+1.50 ms")).toBeTruthy();
  expect(screen.getByText("ValueError").parentElement?.textContent).toBe("ValueError: no");
  expect(screen.getByRole("region", { name: "Stack trace" }).textContent).toContain('File "/lib/python3.12/x.py"');
  expect(screen.getAllByRole("term").map(({ textContent }) => textContent)).toEqual(["exception.escaped"]);
});

test("frames of libraries are folded where they are many, in events and in log records", async () => {
  const user = userEvent.setup();
  const frames = Array.from({ length: 5 }, (_, i) => `    at step${i} (/app/node_modules/express/lib/layer.js:${i}:5)`);
  const stack = ["Error: no", "    at handler (/app/server.js:3:9)", ...frames].join("\n");
  const attributes = [
    { key: "exception.type", value: { stringValue: "Error" } },
    { key: "exception.stacktrace", value: { stringValue: stack } },
  ];
  render(<EventsLogs span={spanDetail({ logs: [logRecord({ attributes })] })} />);
  const trace = screen.getByRole("region", { name: "Stack trace" });
  expect(trace.textContent).toBe("Error: noat handler (/app/server.js:3:9)5 frames of libraries");
  await user.click(screen.getByRole("button", { name: "5 frames of libraries" }));
  expect(trace.textContent).toContain("layer.js:4:5");
});

describe("events and logs", () => {
  const event = {
    time_unix_nano: "1700000000002000000",
    name: "cache.miss",
    attributes: [],
    dropped_attributes_count: 0,
  };

  test("stand in one list by time, with severity and body", () => {
    const logs = [
      logRecord({ time_unix_nano: "1700000000001000000", severity_number: 17, body: { stringValue: "no route" } }),
      logRecord({ time_unix_nano: "1700000000003000000", severity_number: 9, body: { stringValue: hostile } }),
    ];
    render(<EventsLogs span={spanDetail({ events: [event], logs })} />);
    const entries = screen.getAllByRole("listitem");
    expect(entries.map((entry) => entry.querySelector("time")?.textContent)).toEqual([
      "+1.00 ms",
      "+2.00 ms",
      "+3.00 ms",
    ]);
    expect(within(entries[0] as HTMLElement).getByText("ERROR")).toBeTruthy();
    expect(within(entries[0] as HTMLElement).getByText("no route")).toBeTruthy();
    expect(within(entries[1] as HTMLElement).getByText("cache.miss")).toBeTruthy();
    expect(within(entries[2] as HTMLElement).getByText(hostile)).toBeTruthy();
    expect(document.querySelector("script, img")).toBe(null);
  });

  test("a record without its own time has the one at which it was observed, else none", () => {
    const logs = [
      logRecord({ time_unix_nano: "0", observed_time_unix_nano: "0", body: { stringValue: "whenever" } }),
      logRecord({ time_unix_nano: "0", observed_time_unix_nano: "1700000000004000000" }),
    ];
    render(<EventsLogs span={spanDetail({ events: [event], logs })} />);
    const entries = screen.getAllByRole("listitem").map((entry) => entry.querySelector("[class*=offset]")?.textContent);
    expect(entries).toEqual(["+2.00 ms", "+4.00 ms", "no time"]);
  });

  test("a structured body is a tree", () => {
    const body = { kvlistValue: { values: [{ key: "order", value: { intValue: "8841" } }] } };
    render(<EventsLogs span={spanDetail({ logs: [logRecord({ body })] })} />);
    expect(screen.getByText("order")).toBeTruthy();
    expect(screen.getByText("8841")).toBeTruthy();
  });

  test("a GenAI event reads as a message", () => {
    const text = (stringValue: string) => ({ stringValue });
    const object = (entries: [string, { stringValue: string }][]) => ({
      kvlistValue: { values: entries.map(([key, value]) => ({ key, value })) },
    });
    const message = object([
      ["role", text("assistant")],
      ["content", text("It left\nyesterday")],
    ]);
    const choice = {
      kvlistValue: {
        values: [
          { key: "finish_reason", value: text("stop") },
          { key: "message", value: message },
        ],
      },
    };
    const logs = [
      logRecord({ event_name: "gen_ai.user.message", body: object([["content", text("Where is my order?")]]) }),
      logRecord({ event_name: "", attributes: [{ key: "event.name", value: text("gen_ai.choice") }], body: choice }),
    ];
    render(<EventsLogs span={spanDetail({ logs })} />);
    const [asked, answered] = screen.getAllByTestId("genai-message");
    expect(asked?.textContent).toBe("userWhere is my order?");
    expect(answered?.textContent).toMatch(/^assistantIt left\nyesterdayfinish_reason\s*stop$/);
    expect(screen.queryByText("event.name")).toBe(null);
  });

  test("thousands come by the hundred", async () => {
    const user = userEvent.setup();
    const logs = Array.from({ length: 1234 }, (_, i) => logRecord({ body: { stringValue: `line ${i}` } }));
    render(<EventsLogs span={spanDetail({ logs })} />);
    expect(screen.getAllByTestId("log-entry")).toHaveLength(100);
    await user.click(screen.getByRole("button", { name: "Show 100 more of 1,234" }));
    expect(screen.getByText("line 199")).toBeTruthy();
  });
});

test("links lead both ways; one to a span that is not here does not", async () => {
  const user = userEvent.setup();
  const onOpen = vi.fn<() => void>();
  const link = { trace_state: "", attributes: [], dropped_attributes_count: 0, flags: 0, is_known: true };
  const span = spanDetail({
    links: [
      { ...link, trace_id: spanDetail().trace_id, span_id: "0000000000000002" },
      { ...link, trace_id: "9".repeat(32), span_id: "0000000000000003", is_known: false },
    ],
    linked_from: [{ trace_id: "b".repeat(32), span_id: "0000000000000004" }],
  });
  render(<Links span={span} onOpen={onOpen} />);
  const links = screen.getAllByRole("link");
  expect(links.map((one) => one.getAttribute("href"))).toEqual([
    `/traces/${span.trace_id}?span=0000000000000002`,
    `/traces/${"b".repeat(32)}?span=0000000000000004`,
  ]);
  expect(screen.getByText("not received")).toBeTruthy();
  await user.click(links[1] as HTMLElement);
  expect(onOpen).toHaveBeenCalledWith({ traceId: "b".repeat(32), spanId: "0000000000000004" });
});

test("origins list each copy and why the span has its badge", () => {
  const source = { name: "opentelemetry", is_inferred: true, reason: "it came without a scope" } as const;
  const { scope: _, ...bare } = originOf("mlflow", { n_attributes: 1 });
  render(<Origins span={spanDetail({ source, origins: [bare, originOf("opentelemetry")] })} />);
  expect(screen.getByTestId("source-badge").textContent).toBe("OTel?");
  expect(screen.getByText("it came without a scope")).toBeTruthy();
  const [first, second] = screen.getAllByRole("listitem") as [HTMLElement, HTMLElement];
  expect(within(first).getByText("MLflow exporter")).toBeTruthy();
  expect(within(first).getByText("The exporter sent no scope")).toBeTruthy();
  expect(within(second).getByText("opentelemetry.test")).toBeTruthy();
});

test("the resource of a lone copy is open, those of several are folded", async () => {
  const user = userEvent.setup();
  const { rerender } = render(<Origins span={spanDetail({ origins: [originOf("opentelemetry")] })} />);
  expect(screen.getByText("service.name")).toBeTruthy();
  rerender(<Origins key="two" span={spanDetail({ origins: [originOf("mlflow"), originOf("opentelemetry")] })} />);
  expect(screen.queryByText("service.name")).toBe(null);
  await user.click(screen.getAllByRole("button", { name: /Resource/ })[1] as HTMLElement);
  expect(screen.getByText("service.name")).toBeTruthy();
});

describe("evaluations", () => {
  const judged = spanDetail({
    llm: llmView({
      evaluations: [
        { name: "relevance", score: 0.123456, label: "pass", explanation: hostile },
        { name: "", error: "timeout" },
      ],
    }),
  });

  test("stand with score and label, and say why when asked", async () => {
    const user = userEvent.setup();
    render(<Evaluations evaluations={judged.llm?.evaluations ?? []} />);
    const strip = screen.getByRole("button", { name: "Evaluations of this span, 2" });
    expect(strip.textContent).toBe("relevance0.123 · passevaluationtimeout");
    await user.click(strip);
    const card = screen.getByRole("article", { name: "relevance" });
    expect(within(card).getByText(hostile)).toBeTruthy();
    expect(document.querySelector("script, img")).toBe(null);
  });

  test("of none nothing is shown", () => {
    const { container } = render(<Evaluations evaluations={[]} />);
    expect(container.childElementCount).toBe(0);
  });
});

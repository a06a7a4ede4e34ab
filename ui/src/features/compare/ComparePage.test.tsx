import { cleanup, configure, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Comparison, SpanComparison } from "../../api/messages.ts";
import { renderPage } from "../../api/testing/render-page.tsx";
import type { Answers } from "../../api/testing/render-page.tsx";
import { baselineId, candidateId, encodeComparison } from "../../compare-model/testing/build.ts";
import { sampleBaseline, sampleCandidate, sampleRows } from "../../compare-model/testing/sample.ts";
import { fakeLayout } from "../../waterfall/testing/fake-layout.ts";
import { ComparePage } from "./ComparePage.tsx";
import type { CompareView } from "./compare-view.ts";

// On a busy machine a page takes its time.
configure({ asyncUtilTimeout: 4000 });

beforeEach(() => fakeLayout(1200, 600));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const sideOf = (id: string, durationNs: number, nSpans: number) => ({
  id,
  name: "answer",
  start_time_unix_nano: "1700000000000000000",
  duration_ns: durationNs,
  has_ended: true,
  n_spans: nSpans,
  n_errors: 0,
  tokens: 100,
  cost: null,
});

const document: Comparison = {
  baseline: sideOf(baselineId, 20e6, 6),
  candidate: sideOf(candidateId, 24e6, 7),
  delta: { duration_ns: 4e6, n_spans: 1, n_errors: 2, tokens: 120, cost: null },
  headline: "+4.00 ms: chat +4.00 ms (100 %)",
  contributors: [
    {
      label: "chat",
      delta_ns: 4e6,
      share: 1,
      baseline_ns: 4e6,
      candidate_ns: 8e6,
      n_baseline: 1,
      n_candidate: 1,
      row: 4,
    },
    {
      label: "search",
      delta_ns: 2e6,
      share: 0.5,
      baseline_ns: 0,
      candidate_ns: 2e6,
      n_baseline: 0,
      n_candidate: 2,
      row: 6,
    },
    {
      label: "cache",
      delta_ns: -2e6,
      share: -0.5,
      baseline_ns: 2e6,
      candidate_ns: 0,
      n_baseline: 1,
      n_candidate: 0,
      row: 3,
    },
  ],
  token_contributors: [{ label: "chat", delta: 120, share: 1, row: 4 }],
  cost_contributors: [],
  counts: { unchanged: 2, changed: 3, added: 2, removed: 1, moved: 0 },
  row_rules: [],
  first_divergence: { label: "chat", baseline_span_id: "5", candidate_span_id: "4", row: 4, n_downstream: 4 },
  n_new_errors: 2,
  new_errors: [],
  notes: ["The candidate tells no cost: their difference is unknown"],
};

const same = { changes: [], n_more: 0 };

const chat: SpanComparison = {
  baseline_span_id: "0000000000000005",
  candidate_span_id: "0000000000000004",
  chips: [
    { name: "model", before: "small", after: "large", is_changed: true },
    { name: "top_p", before: "1", after: "1", is_changed: false },
  ],
  input_messages: [
    {
      role: "system",
      state: "changed",
      baseline_index: 0,
      candidate_index: 0,
      segments: [
        { kind: "same", text: "Be ", n_omitted: 0 },
        { kind: "removed", text: "brief", n_omitted: 0 },
        { kind: "added", text: "thorough", n_omitted: 0 },
      ],
    },
    {
      role: "user",
      state: "same",
      baseline_index: 1,
      candidate_index: 1,
      segments: [{ kind: "same", text: "Where is my order?", n_omitted: 0 }],
    },
  ],
  output_messages: [],
  inputs: {
    changes: [
      { path: "/messages/0/a~1b", kind: "changed", from: null, before: "0", after: "0.7", words: [] },
      { path: "/old", kind: "removed", from: null, before: '"x"', after: null, words: [] },
    ],
    n_more: 3,
  },
  outputs: same,
  attributes: same,
  prompt_prefix: { message_index: 0, place: "system", n_same_chars: 3, n_prefix_chars: 3, n_lost_tokens: 24 },
};

/** What the server was asked to compare. */
let askedSpans: URLSearchParams | null = null;

const answers: Answers = {
  "/compare/span": (_request, url) => {
    askedSpans = url.searchParams;
    return Response.json(chat);
  },
  "/compare": () => Response.json(document),
  "/compare/table": () => new Response(encodeComparison(sampleBaseline, sampleCandidate, sampleRows)),
  "/traces": () => Response.json({ traces: [] }),
  "/baselines": () => Response.json({ baselines: [] }),
};

let addressed: CompareView;

/** Opens the page; what it selects is its address, as in the app. */
function open(change: Partial<CompareView> = {}, more: Answers = {}) {
  addressed = {
    baseline: baselineId,
    candidate: candidateId,
    layout: "merged",
    isOnlyChanges: false,
    span: null,
    ...change,
  };
  function Page() {
    const [view, setView] = useState(addressed);
    const onView = (next: Partial<CompareView>): void =>
      setView((former) => {
        addressed = { ...former, ...next };
        return addressed;
      });
    return <ComparePage view={view} onView={onView} />;
  }
  return renderPage(Page, { ...answers, ...more });
}

const rowNames = (): (string | null | undefined)[] =>
  screen.getAllByTestId("waterfall-row").map((row) => row.querySelector('[data-part="label"]')?.textContent);

test("the difference is one number, its pieces sum to it, and rows say what became of them", async () => {
  open();
  expect((await screen.findByTestId("headline")).textContent).toBe("+4.00 ms");
  const pieces = within(screen.getByRole("list", { name: document.headline })).getAllByRole("listitem");
  expect(pieces.map((piece) => piece.textContent)).toEqual(["+4.00 ms chat", "+2.00 ms search", "−2.00 ms cache"]);
  expect(screen.getByTestId("strip-sum").textContent).toBe("= +4.00 ms");
  expect(screen.getByText(/tells no cost/)).toBeTruthy();

  await waitFor(() => expect(rowNames()).toHaveLength(9));
  const rows = screen.getAllByTestId("waterfall-row");
  expect(rows.map((row) => row.dataset["verdict"])).toEqual(
    "changed unchanged unchanged removed changed added added added changed".split(" "),
  );
  expect(rows[4]?.querySelector('[data-part="sign"]')?.textContent).toBe("changed: duration, content, ");
  expect(rows[4]?.querySelector('[data-part="hint"]')?.textContent).toBe("first divergence");
  const cells = Array.from(rows[4]?.querySelectorAll<HTMLElement>("[data-column]") ?? []);
  expect(cells.map(({ dataset, textContent }) => [dataset["column"], textContent])).toEqual([
    ["delta-duration", "+4.00 ms"],
    ["delta-self", "+4.00 ms"],
    ["delta-tokens", "+120"],
    ["delta-cost", "+$0.0003"],
    ["delta-status", ""],
  ]);
  expect(rows[8]?.querySelector('[data-column="delta-status"]')?.textContent).toBe("→ error");
  expect(rows[8]?.querySelector('[data-part="sign"]')?.textContent).toBe(
    "changed: status, after the first divergence, ",
  );
});

test("u shows only what changed, with the rest under a gap that opens", async () => {
  open();
  await waitFor(() => expect(rowNames()).toHaveLength(9));
  await userEvent.keyboard("u");
  await waitFor(() => expect(rowNames()).toContain("… 2 unchanged spans"));
  expect(rowNames()).toEqual([
    "answer",
    "… 2 unchanged spans",
    "cache",
    "chat",
    "search ×2",
    "search",
    "search",
    "send",
  ]);
  expect(addressed.isOnlyChanges).toBe(true);
  await userEvent.keyboard("jjl");
  await waitFor(() => expect(rowNames()).toContain("rank"));
  await userEvent.keyboard("u");
  await waitFor(() => expect(rowNames()).not.toContain("… 2 unchanged spans"));
});

test("] goes to the next change, v shows both side by side, and both are in the address", async () => {
  open();
  await waitFor(() => expect(rowNames()).toHaveLength(9));
  await userEvent.keyboard("]]v");
  await waitFor(() => expect(addressed.span).not.toBeNull());
  expect(screen.getByRole("row", { selected: true }).textContent).toContain("cache");
  expect(screen.getByTestId("merged-waterfall").dataset["split"]).toBe("true");
  expect(addressed.layout).toBe("side");
});

test("a piece of the strip, and the first divergence, lead to their row", async () => {
  open({ isOnlyChanges: true });
  await userEvent.click(await screen.findByRole("button", { name: /cache/ }));
  await waitFor(() => expect(screen.getByRole("row", { selected: true }).textContent).toContain("cache"));
  await userEvent.click(screen.getByTestId("first-divergence"));
  await waitFor(() => expect(screen.getByRole("row", { selected: true }).textContent).toContain("chat"));
});

test("the content of the selected pair: parameters, messages by words, values by path, where the prompts part", async () => {
  open({ span: "0000000000000004" });
  const pane = await screen.findByTestId("pair-pane");
  const messages = await within(pane).findAllByTestId("compared-message");
  expect(askedSpans?.get("baseline_span")).toBe("0000000000000005");
  expect(askedSpans?.get("candidate_span")).toBe("0000000000000004");
  expect(messages.map(({ dataset }) => dataset["state"])).toEqual(["changed", "same"]);
  expect(messages[0]?.querySelector("del")?.textContent).toBe("brief");
  expect(messages[0]?.querySelector("ins")?.textContent).toBe("thorough");
  expect(within(pane).getByTestId("prompt-prefix").textContent).toBe(
    "prompts part in message 1 (system): about 24 tokens of a prompt cache lost",
  );
  expect(within(pane).getByText("small").tagName).toBe("DEL");

  await userEvent.click(within(pane).getByRole("tab", { name: /Inputs and outputs/ }));
  const [first, second] = within(pane).getAllByRole("row").slice(1);
  expect(first?.textContent).toBe("messages › 0 › a/b0 → 0.7");
  expect(second?.textContent).toBe('old"x"');
  expect(within(pane).getByText("… and 3 more changes")).toBeTruthy();

  await userEvent.click(within(pane).getByRole("button", { name: /Close/ }));
  await waitFor(() => expect(screen.queryByTestId("pair-pane")).toBeNull());
});

test("a span that one side alone has is asked for alone", async () => {
  open();
  await waitFor(() => expect(rowNames()).toHaveLength(9));
  await userEvent.keyboard("]]");
  await screen.findByTestId("pair-pane");
  await waitFor(() => expect(askedSpans?.get("baseline_span")).toBe("0000000000000004"));
  expect(askedSpans?.has("candidate_span")).toBe(false);
});

test("the strip also says which calls took the tokens", async () => {
  open();
  await userEvent.click(await screen.findByRole("radio", { name: "Tokens" }));
  expect(screen.getByTestId("strip-sum").textContent).toBe("= +120");
});

test("a button that was clicked does not keep the keys from the waterfall", async () => {
  open();
  await waitFor(() => expect(rowNames()).toHaveLength(9));
  await userEvent.click(screen.getByRole("button", { name: "Only changes" }));
  await waitFor(() => expect(addressed.isOnlyChanges).toBe(true));
  await userEvent.keyboard("u");
  await waitFor(() => expect(addressed.isOnlyChanges).toBe(false));
});

test("the sides are swapped by a button", async () => {
  open({ span: "0000000000000001" });
  await userEvent.click(await screen.findByRole("button", { name: /Swap/ }));
  expect([addressed.baseline, addressed.candidate, addressed.span]).toEqual([candidateId, baselineId, null]);
});

test("an unknown trace is named by its side", async () => {
  const missing = () =>
    Response.json({ message: "candidate: trace bbbb is not here", code: "not_found" }, { status: 404 });
  open({}, { "/compare": missing, "/compare/table": missing });
  expect(await screen.findByText("The candidate is not here")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Choose others" }));
  expect(addressed.baseline).toBeNull();
});

test("a body that cannot be read is said, not drawn", async () => {
  open({}, { "/compare/table": () => new Response(new ArrayBuffer(8)) });
  expect(await screen.findByText(/Cannot read the comparison: body ends after 8 bytes/)).toBeTruthy();
});

test("without two traces there is a choice: the newest one against the one before it of its name", async () => {
  const trace = (id: string, name: string) => ({
    trace_id: id.repeat(32),
    experiment_id: "1",
    name,
    has_root: true,
    services: [],
    sources: [],
    start_time_unix_nano: "1700000000000000000",
    duration_ns: "1000000",
    n_spans: 1,
    n_errors: 0,
    state: "OK",
    is_pinned: false,
  });
  const traces = [trace("1", "answer"), trace("2", "other"), trace("3", "answer")];
  open({ baseline: null, candidate: null }, { "/traces": () => Response.json({ traces }) });
  await userEvent.click(await screen.findByRole("button", { name: "Compare" }));
  expect([addressed.baseline, addressed.candidate]).toEqual(["3".repeat(32), "1".repeat(32)]);
});

test("neither side has spans", async () => {
  open({}, { "/compare/table": () => new Response(encodeComparison([], [], [])) });
  expect(await screen.findByText("Neither trace has any spans yet")).toBeTruthy();
});

test("a removed row is said to be a row of the candidate, and the server is told", async () => {
  let told: unknown = null;
  const pins = async (request: Request): Promise<Response> => {
    told = await request.json();
    return new Response(null, { status: 204 });
  };
  open({}, { "/compare/pins": pins });
  await waitFor(() => expect(rowNames()).toHaveLength(9));
  await userEvent.keyboard("]]");
  await screen.findByRole("heading", { name: "cache" });
  await userEvent.click(await screen.findByRole("button", { name: "Is another row…" }));
  expect(screen.getByText("select its row in the candidate")).toBeTruthy();
  screen.getByRole("treegrid").focus();
  await userEvent.keyboard("{Home}jjjjjj");
  // The pane follows when the user rests on a row.
  await screen.findByRole("heading", { name: "search" });
  await userEvent.click(await screen.findByRole("button", { name: "It is the baseline’s cache" }));
  await waitFor(() =>
    expect(told).toEqual({
      baseline: baselineId,
      candidate: candidateId,
      baseline_span_id: "0000000000000004",
      candidate_span_id: "0000000000000005",
    }),
  );
});

test("the baseline is pinned for later traces of its name or experiment, and shows that it is", async () => {
  let baselines: object[] = [];
  const told: unknown[] = [];
  let forgotten: string | null = null;
  const answer = async (request: Request): Promise<Response> => {
    if (request.method === "GET") return Response.json({ baselines });
    if (request.method === "PUT") told.push(await request.json());
    else forgotten = new URL(request.url).search;
    baselines = [{ experiment_id: "1", name: "answer", trace_id: baselineId }];
    return new Response(null, { status: 204 });
  };
  const page = open({}, { "/baselines": answer });
  await userEvent.click(await screen.findByRole("button", { name: "Measure later traces against it" }));
  await userEvent.click(await screen.findByRole("menuitemcheckbox", { name: "those named answer" }));
  await waitFor(() => expect(told).toEqual([{ trace_id: baselineId, scope: "name" }]));
  await page.connection("open");
  await page.announce("baselines");
  const ofName = await screen.findByRole("menuitemcheckbox", { name: "those named answer", checked: true });
  await userEvent.click(await screen.findByRole("menuitemcheckbox", { name: "all of its experiment", checked: false }));
  await waitFor(() => expect(told.slice(1)).toEqual([{ trace_id: baselineId, scope: "experiment" }]));
  await userEvent.click(ofName);
  await waitFor(() => expect(forgotten).toBe("?experiment_id=1&name=answer"));
  await userEvent.keyboard("{Escape}");
  await screen.findByRole("button", { name: "Later traces are measured against it: those named answer" });
});

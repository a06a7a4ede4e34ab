import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { LlmView, SpanDetail } from "../../api/messages.ts";
import { makeQueryClient } from "../../api/query-client.ts";
import { drawTable } from "../../trace-model/testing/draw.ts";
import { llmView, message, toolCall, toolResult } from "../testing/llm.ts";
import { spanDetail } from "../testing/span.ts";
import { ChatPane } from "./ChatPane.tsx";

const hostile = `<script>alert(1)</script><img src=https://evil.example/x onerror="alert(1)">`;

const table = drawTable(`
                   0....5....10...15...20
  agent            [===================]     type=AGENT
    llm.chat       [==]                      type=LLM
    llm.chat           [==]                  type=LLM
`);

/** Spans by id, as the server would give them. */
let served: Record<string, SpanDetail> = {};
let asked: string[] = [];

beforeEach(() => {
  [served, asked] = [{}, []];
  vi.stubGlobal("fetch", (request: Request) => {
    asked.push(new URL(request.url).pathname);
    const spanId = request.url.split("/").at(-1) ?? "";
    return Promise.resolve(Response.json(served[spanId] ?? { message: "no", code: "not_found" }));
  });
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function show(view: Partial<LlmView>, spanId = "0000000000000002") {
  const llm = llmView(view);
  const span = spanDetail({ span_id: spanId, llm });
  return render(
    <QueryClientProvider client={makeQueryClient()}>
      <ChatPane span={span} llm={llm} table={table} onOpen={() => {}} />
    </QueryClientProvider>,
  );
}

test("roles, instructions with about their tokens, answers and the reason to stop", async () => {
  const user = userEvent.setup();
  show({
    input_messages: [message("system", `Be kind. ${"x".repeat(391)}`), message("user", "Where is my order?")],
    output_messages: [{ ...message("assistant", "It left **yesterday**"), finish_reason: "stop" }],
  });
  // 400 characters, four to a token.
  expect(screen.getByText("≈ 100 tokens")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: /system/ }));
  expect(screen.getByText(/^Be kind\. x+$/, { selector: "p" })).toBeTruthy();
  const answer = screen.getByRole("article", { name: "assistant, answer" });
  expect(answer.textContent).toContain("It left yesterday");
  expect(within(answer).getByText("stop")).toBeTruthy();
});

test("models, tokens, cost and parameters, with how they are known", () => {
  show({
    input_messages: [message("user", "Hi")],
    model_asked: "gpt-4o",
    model_answered: "gpt-4o-2024-08-06",
    tokens: { input: 1204, cached_read: 512, output: 188, reasoning: 64, total: 1392 },
    cost: { total_pico_usd: "290000000", is_computed: true, priced_as: "gpt-4o" },
    time_to_first_token_ns: "420000000",
    parameters: [{ name: "temperature", value: { doubleValue: "0.2" } }],
    provenance: [{ target: "tokens", convention: "OpenInference" }],
  });
  const facts = screen.getByTestId("llm-facts").textContent;
  expect(facts).toContain("gpt-4o→gpt-4o-2024-08-06");
  expect(facts).toContain("1,204 in (512 cached)188 out (64 reasoning)");
  expect(facts).toContain("$0.00029computed");
  expect(facts).toContain("after 420 ms");
  expect(facts).toContain("temperature 0.2");
  expect(screen.getByTestId("via").textContent).toBe("via OpenInference");
});

test("a tool call, its arguments and its result are one card; a failed one says so", () => {
  show({
    input_messages: [
      message("assistant", toolCall("search_orders", "call_1")),
      message("tool", { ...toolResult("call_1", "in transit"), is_error: true } as never),
    ],
    tools: [{ name: "search_orders", description: "Finds orders" }],
  });
  const card = screen.getByTestId("tool-card");
  expect(card.textContent).toContain("search_orders");
  expect(card.textContent).toContain("8841");
  expect(card.textContent).toContain("in transit");
  expect(within(card).getByText("failed")).toBeTruthy();
  expect(screen.getByTestId("tool-definitions").textContent).toContain("1 search_orders");
});

test("answers are numbered where each says why it ended, not the items of one answer", () => {
  const stopped = { finish_reason: "stop" };
  const { unmount } = show({
    output_messages: [
      { ...message("assistant", "One"), ...stopped },
      { ...message("assistant", "Two"), ...stopped },
    ],
  });
  expect(screen.getByText(/answer 2 of 2/)).toBeTruthy();
  unmount();
  // OpenAI's Responses: a thought, a call and a text are three items.
  const thought = { type: "reasoning", text: "Count them" } as const;
  show({ output_messages: [message("assistant", thought), message("assistant", "There are three")] });
  expect(screen.getByText("There are three")).toBeTruthy();
  expect(screen.queryByText(/answer \d of/)).toBe(null);
});

test("reasoning is folded, refusals and structured output are told as such", async () => {
  const user = userEvent.setup();
  show({
    output_messages: [
      message("assistant", { type: "reasoning", text: "They ask for an order" }, `{"status":"sent","items":[1,2]}`),
      message("assistant", { type: "refusal", text: "I cannot help with that" }, { type: "reasoning", text: "" }),
    ],
  });
  expect(screen.queryByText("They ask for an order")).toBe(null);
  await user.click(screen.getByRole("button", { name: /Reasoning/ }));
  expect(screen.getByText("They ask for an order")).toBeTruthy();
  expect(screen.getByRole("treeitem", { name: /status sent/ })).toBeTruthy();
  expect(screen.getByText("refused")).toBeTruthy();
  expect(screen.getByText(/encrypted or left out/)).toBeTruthy();
});

describe("media", () => {
  const media = { type: "media", modality: "image", media_type: "image/png", n_bytes: 5, index: 1 } as const;

  test("come from the store, or not at all", () => {
    const { container } = show({
      input_messages: [
        message("user", media, { ...media, index: null, n_bytes: null, uri: "https://evil.example/cat.png" }),
        message("user", { ...media, modality: "audio", media_type: "audio/wav", index: 2 }),
      ],
    });
    const base = `/traceloupe/v1/traces/${spanDetail().trace_id}/spans/0000000000000002/media`;
    const sources = Array.from(container.querySelectorAll("img, audio, video"), (one) => one.getAttribute("src"));
    expect(sources).toEqual([`${base}/1`, `${base}/2`]);
    expect(screen.getByText("https://evil.example/cat.png")).toBeTruthy();
    expect(screen.getByText("Elsewhere: not loaded")).toBeTruthy();
  });
});

test("what the previous call had too is folded, and a link leads there", async () => {
  const user = userEvent.setup();
  const question = [message("system", "Be kind"), message("user", "Where is my order?")];
  const answer = message("assistant", toolCall("search_orders", "1"));
  served["0000000000000002"] = spanDetail({
    span_id: "0000000000000002",
    llm: llmView({ input_messages: question, output_messages: [answer] }),
  });
  show(
    {
      input_messages: [...question, answer, message("tool", toolResult("1", "in transit"))],
      output_messages: [message("assistant", "It is on its way")],
    },
    "0000000000000003",
  );
  const fold = await screen.findByTestId("same-as-previous");
  expect(fold.textContent).toContain("3 messages");
  expect(screen.queryByText("Where is my order?")).toBe(null);
  expect(screen.getByTestId("tool-card").textContent).toContain("in transit");
  expect(within(fold).getByRole("link").getAttribute("href")).toContain("span=0000000000000002");
  await user.click(within(fold).getByRole("button", { name: /Same as the previous call/ }));
  expect(screen.getByText("Where is my order?")).toBeTruthy();
});

test("the first call of an agent asks for no other", () => {
  show({ input_messages: [message("user", "Hi"), message("user", "again")] });
  expect(asked).toEqual([]);
});

test("thousands of messages come by the hundred, with the end in sight", async () => {
  const user = userEvent.setup();
  const input_messages = Array.from({ length: 5000 }, (_, i) => message("user", `message ${i}`));
  show({ input_messages, output_messages: [message("assistant", "done")] });
  expect(screen.getAllByTestId("chat-message")).toHaveLength(50);
  expect(screen.getByText("message 0")).toBeTruthy();
  expect(screen.getByText("done")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Show 100 more of 4,951 folded messages" }));
  expect(screen.getByText("message 109")).toBeTruthy();
});

test("markup in roles, names, texts, tools and addresses is only ever text", () => {
  const long = `${hostile}${"x".repeat(1_000_000)}`;
  const { container } = show({
    input_messages: [
      { ...message("other", hostile), role_text: hostile, name: hostile },
      message("user", long, { type: "other", kind: hostile, value: { stringValue: hostile } }),
      message("assistant", toolCall(long, hostile), "```html\n<script>alert(1)</script>\n```"),
      message("tool", toolResult(hostile, hostile)),
    ],
    tools: [{ name: long, description: long }],
    model_asked: long,
    parameters: [{ name: hostile, value: { stringValue: long } }],
    finish_reasons: [hostile],
  });
  expect(container.querySelector("script, img, iframe, object")).toBe(null);
  // A megabyte is folded, not laid out.
  expect((container.textContent ?? "").length).toBeLessThan(40_000);
});

test("content that was not captured says how to get it", () => {
  const not_captured = { reason: "The SDK hides inputs", enable_with: "OPENINFERENCE_HIDE_INPUTS=false" };
  show({ model_asked: "gpt-4o", not_captured });
  expect(screen.getByTestId("not-captured").textContent).toContain("OPENINFERENCE_HIDE_INPUTS=false");
});

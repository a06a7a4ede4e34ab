import { beforeEach, expect, test } from "vitest";
import type { LlmView } from "../api/messages.ts";
import { firstTabOf, forgetTabs, hasChat, hasRetrieval, rememberTab } from "./inspector-tabs.ts";
import { llmView, message } from "./testing/llm.ts";
import { spanDetail } from "./testing/span.ts";

beforeEach(forgetTabs);

const io = { inputs: { stringValue: "in" }, outputs: { stringValue: "out" } };
const withLlm = (llm: Partial<LlmView>, more = {}) => spanDetail({ llm: llmView(llm), ...more });
const talk = { input_messages: [message("user", "Hi")] };

test.each([
  ["a call with messages", withLlm({ kind: "LLM", ...talk }, io), "chat"],
  ["an agent with messages", withLlm({ kind: "AGENT", ...talk }, io), "chat"],
  ["an agent of which nothing is known", withLlm({ kind: "AGENT" }, io), "io"],
  ["a call without content", withLlm({ kind: "LLM", model_asked: "gpt-4o" }), "chat"],
  ["a chain with messages and values", withLlm({ kind: "CHAIN", ...talk }, io), "io"],
  ["a chain with messages only", withLlm({ kind: "CHAIN", ...talk }), "chat"],
  ["a retrieval", withLlm({ kind: "RETRIEVER", documents: [{ content: "x" }] }, io), "retrieval"],
  ["an embedding", withLlm({ kind: "EMBEDDING", embeddings: { count: 1, dimension: 3 } }, io), "retrieval"],
  ["a tool", withLlm({ kind: "TOOL", tool: { name: "t", arguments: { stringValue: "a" } } }), "io"],
  ["a plain span", spanDetail(), "attributes"],
])("the first tab of %s", (_, span, tab) => expect(firstTabOf(span)).toBe(tab));

test("a choice holds for the spans of its kind, where they have the tab", () => {
  const call = withLlm({ kind: "LLM", ...talk }, io);
  rememberTab(call, "attributes");
  expect(firstTabOf(withLlm({ kind: "LLM", ...talk }))).toBe("attributes");
  expect(firstTabOf(withLlm({ kind: "AGENT", ...talk }))).toBe("chat");
  const chain = withLlm({ kind: "CHAIN", ...talk }, io);
  rememberTab(chain, "chat");
  expect(firstTabOf(withLlm({ kind: "CHAIN" }, io))).toBe("io");
});

test("documents make a retrieval, not a conversation", () => {
  const span = withLlm({ kind: "RERANKER", query: "q", ...talk });
  expect([hasRetrieval(span), hasChat(span)]).toEqual([true, false]);
});

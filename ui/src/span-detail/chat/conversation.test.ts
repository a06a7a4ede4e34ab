import { describe, expect, test } from "vitest";
import { drawTable } from "../../trace-model/testing/draw.ts";
import { llmView, message, toolCall, toolResult } from "../testing/llm.ts";
import type { Turn } from "./conversation.ts";
import { conversationOf, estimatedTokens, sharedPrefix } from "./conversation.ts";
import { neighbourCall } from "./neighbour-call.ts";

/** `assistant[get: 1 → sunny]`: a call with its argument and its result. */
function said(turns: readonly Turn[]): string[] {
  return turns.map(({ message: { role }, pieces, isOutput }) => {
    const texts = pieces.map((piece) => {
      if (piece.kind === "part") return piece.part.type === "text" ? piece.part.text : piece.part.type;
      if (piece.kind === "moved") return `moved ${piece.call.name}`;
      return `${piece.call?.name ?? "?"} → ${piece.result?.content.stringValue ?? "?"}`;
    });
    return `${isOutput ? "> " : ""}${role}[${texts.join(", ")}]`;
  });
}

describe("tool calls stand with their results", () => {
  test("by id, in whatever order the results come", () => {
    const { fresh } = conversationOf(
      llmView({
        input_messages: [
          message("user", "Which?"),
          message("assistant", toolCall("a", "1"), toolCall("b", "2")),
          message("tool", toolResult("2", "two")),
          message("tool", toolResult("1", "one")),
        ],
        output_messages: [message("assistant", "Both")],
      }),
    );
    expect(said(fresh)).toEqual(["user[Which?]", "assistant[a → one, b → two]", "> assistant[Both]"]);
  });

  test("without ids by name, the oldest open call first", () => {
    const { fresh } = conversationOf(
      llmView({
        input_messages: [
          message("assistant", toolCall("a", null, "1"), toolCall("b", null), toolCall("a", null, "2")),
          message("tool", toolResult(null, "of b", "b"), toolResult(null, "first of a", "a")),
          message("tool", toolResult(null, "second of a", "a")),
        ],
      }),
    );
    expect(said(fresh)).toEqual(["assistant[a → first of a, b → of b, a → second of a]"]);
  });

  test("a result whose call is not here, a second result and an open call stand alone", () => {
    const { fresh } = conversationOf(
      llmView({
        input_messages: [
          message("tool", toolResult("9", "stray")),
          message("assistant", toolCall("a", "1")),
          message("tool", toolResult("1", "one"), toolResult("1", "again")),
        ],
        output_messages: [message("assistant", toolCall("b", "2"))],
      }),
    );
    expect(said(fresh)).toEqual(["tool[? → stray]", "assistant[a → one]", "tool[? → again]", "> assistant[b → ?]"]);
  });

  test("a call that was known comes again with its new result", () => {
    const view = llmView({
      input_messages: [
        message("user", "Which?"),
        message("assistant", toolCall("a", "1")),
        message("tool", toolResult("1", "one")),
      ],
    });
    const { known, fresh } = conversationOf(view, 2);
    expect(said(known)).toEqual(["user[Which?]", "assistant[moved a]"]);
    expect(said(fresh)).toEqual(["tool[a → one]"]);
  });
});

test("what an answer called has its result from the next call", () => {
  const view = llmView({
    input_messages: [message("user", "Which?")],
    output_messages: [message("assistant", toolCall("a", "1"), toolCall("b", "2"))],
  });
  const { fresh } = conversationOf(view, 0, [message("tool", toolResult("1", "one")), message("user", "And?")]);
  expect(said(fresh)).toEqual(["user[Which?]", "> assistant[a → one, b → ?]"]);
  expect(fresh[1]?.pieces).toMatchObject([{ isLater: true }, { isLater: false }]);
});

describe("an answer that was sent token by token", () => {
  const words = ["The ", "weather ", "is ", "sunny"];

  test("is one message", () => {
    const output = words.map((word) => message("assistant", word));
    const { fresh } = conversationOf(llmView({ output_messages: output }));
    expect(said(fresh)).toEqual(["> assistant[The weather is sunny]"]);
    expect(fresh[0]?.nFragments).toBe(4);
  });

  test("is not what several long answers are, nor messages of several speakers", () => {
    const long = words.map((word) => message("assistant", word.repeat(20)));
    expect(conversationOf(llmView({ output_messages: long })).fresh).toHaveLength(4);
    const several = words.map((word, place) => message(place === 0 ? "user" : "assistant", word));
    expect(conversationOf(llmView({ output_messages: several })).fresh).toHaveLength(4);
  });
});

test("what a call shares with the previous one is its input and its answer, as far as they are the same", () => {
  const first = llmView({
    input_messages: [message("system", "Be kind"), message("user", "Which?")],
    output_messages: [{ ...message("assistant", toolCall("a", "1")), finish_reason: "tool_calls" }],
  });
  const second = llmView({
    input_messages: [
      ...first.input_messages,
      message("assistant", toolCall("a", "1")),
      message("tool", toolResult("1", "one")),
    ],
  });
  expect(sharedPrefix(second, first)).toBe(3);
  expect(sharedPrefix(first, second)).toBe(2);
  expect(sharedPrefix(llmView({ input_messages: [message("user", "Be kind")] }), first)).toBe(0);
  const media = (index: number) =>
    message("user", { type: "media" as const, modality: "image" as const, index, n_bytes: 5 });
  expect(sharedPrefix(llmView({ input_messages: [media(3)] }), llmView({ input_messages: [media(0)] }))).toBe(1);
});

test("media that MLflow stored anew for each call are the same by their type and size", () => {
  const media = (id: string, size: number) =>
    message("user", {
      type: "media" as const,
      modality: "image" as const,
      uri: `mlflow-attachment://${id}?content_type=image%2Fpng&trace_id=tr-1&size=${size}`,
    });
  const shared = (one: ReturnType<typeof media>, other: ReturnType<typeof media>): number =>
    sharedPrefix(llmView({ input_messages: [one] }), llmView({ input_messages: [other] }));
  expect(shared(media("a", 70), media("b", 70))).toBe(1);
  expect(shared(media("a", 70), media("b", 71))).toBe(0);
});

test("a token is about four characters", () => {
  expect(estimatedTokens("")).toBe(0);
  expect(estimatedTokens("x".repeat(401))).toBe(101);
});

describe("the calls before and after a call", () => {
  const table = drawTable(`
                   0....5....10...15...20
  agent            [===================]     type=AGENT
    llm.chat       [==]                      type=LLM
    step               [======]              type=CHAIN
      llm.chat         [==]                  type=LLM
      llm.embed            [=]               type=EMBEDDING
      llm.chat               [=]             type=LLM
    helper                     [=====]       type=AGENT
      llm.chat                  [=]          type=LLM
      llm.chat                     [=]       type=LLM
    llm.wrap                            [=]  type=LLM
      llm.chat                          [=]  type=LLM
`);
  test.each([
    ["the first of an agent has none", 1, null],
    ["it may be beside the step that the call is in", 3, 1],
    ["embeddings are none", 5, 3],
    ["another agent's is none", 7, null],
    ["it is the one before, not the first", 8, 7],
    ["that of a helper is none", 9, 5],
    ["nor is the wrapper around it", 10, 5],
  ])("%s", (_, span, expected) => expect(neighbourCall(table, span, -1)).toBe(expected));

  test.each([
    ["the one after it in time", 1, 3],
    ["past embeddings", 3, 5],
    ["none of another agent, but one of its own after that", 5, 10],
    ["none within the agent", 8, null],
    ["the last has none", 10, null],
  ])("after: %s", (_, span, expected) => expect(neighbourCall(table, span, 1)).toBe(expected));
});

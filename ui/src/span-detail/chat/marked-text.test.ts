import { expect, test } from "vitest";
import { blocksOf, runsOf } from "./marked-text.ts";

test("fenced code is code with its language, all else is text", () => {
  expect(blocksOf("Run\n\n```sh\nls\n```\n\nthen stop")).toEqual([
    { kind: "text", text: "Run" },
    { kind: "code", language: "sh", text: "ls" },
    { kind: "text", text: "then stop" },
  ]);
});

// CommonMark 0.31, examples 120, 122, 128: the other mark and a shorter one do not close; without an end it runs to the last line.
test.each([
  ["```\naaa\n~~~\n```", [{ kind: "code", language: "", text: "aaa\n~~~" }]],
  ["````\naaa\n```\n``````", [{ kind: "code", language: "", text: "aaa\n```" }]],
  ["```\n\n```x\naaa", [{ kind: "code", language: "", text: "\n```x\naaa" }]],
])("%j", (text, blocks) => expect(blocksOf(text)).toEqual(blocks));

test("code and strong words lose their marks, half of a mark stays", () => {
  expect(runsOf("Order **8841**, see `x < 1`, 2 ** 3 and `")).toEqual([
    { kind: "plain", text: "Order " },
    { kind: "strong", text: "8841" },
    { kind: "plain", text: ", see " },
    { kind: "code", text: "x < 1" },
    { kind: "plain", text: ", 2 ** 3 and `" },
  ]);
});

test("headings are strong lines without their signs", () => {
  expect(runsOf("## What **Langfuse** does ##\n#hashtag")).toEqual([
    { kind: "strong", text: "What Langfuse does" },
    { kind: "plain", text: "\n#hashtag" },
  ]);
});

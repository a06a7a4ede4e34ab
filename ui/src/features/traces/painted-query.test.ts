import { expect, test } from "vitest";
import type { QueryReading } from "../../api/messages.ts";
import { paintedParts } from "./painted-query.ts";

const answer = (more: Partial<QueryReading>): QueryReading => ({
  parts: [
    { kind: "key", start: 0, end: 6 },
    { kind: "operator", start: 7, end: 8 },
    { kind: "text", start: 9, end: 13 },
  ],
  suggestions: [],
  replace_start: 0,
  replace_end: 0,
  ...more,
});
const draw = (text: string, of: string, more: Partial<QueryReading> = {}): string =>
  paintedParts(text, { text: of, answer: answer(more) })
    .map((part) => `${part.kind}${part.isWrong ? "!" : ""}[${part.text}]`)
    .join("");

test("parts have the colour of their kind, and together they are the text", () => {
  expect(draw("status = 'OK'", "status = 'OK'")).toBe("key[status]other[ ]operator[=]other[ ]text['OK']");
});

test("what is wrong is marked where it is", () => {
  const error = { message: "no", start: 9, end: 13 };
  expect(draw("status = 'OK'", "status = 'OK'", { error })).toBe("key[status]other[ ]operator[=]other[ ]text!['OK']");
});

test("until the next answer the start keeps its colours and nothing is called wrong", () => {
  const error = { message: "no", start: 9, end: 13 };
  expect(draw("status > 'OK'", "status = 'OK'", { error })).toBe("key[status]other[ > 'OK']");
  expect(draw("", "status = 'OK'")).toBe("");
  expect(draw("sta", "status = 'OK'")).toBe("key[sta]");
});

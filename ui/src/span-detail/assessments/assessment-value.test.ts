import { expect, test } from "vitest";
import { draftOf, errorOf, shortValue, sourceText, valueOf } from "./assessment-value.ts";

test.each([true, false, 0, 0.875, -3, "yes", 'it\'s "so"', [1, "a"], { a: null }])(
  "%j is edited and stays itself",
  (value) => {
    expect(valueOf(draftOf(JSON.stringify(value)))).toEqual({ value });
  },
);

test("what is no value is told", () => {
  expect(valueOf({ kind: "boolean", text: "" })).toEqual({ problem: "Choose yes or no" });
  expect(valueOf({ kind: "number", text: "1,5" })).toEqual({ problem: "This is no number" });
  expect(valueOf({ kind: "number", text: " " })).toEqual({ problem: "This is no number" });
  expect(valueOf({ kind: "text", text: " " })).toEqual({ problem: "The value is missing" });
  expect(valueOf({ kind: "json", text: "{a" })).toEqual({ problem: "This is not JSON" });
  expect(valueOf({ kind: "json", text: "null" })).toEqual({ problem: "null says nothing" });
});

test.each([
  ["true", "yes", "yes"],
  ["false", "no", "no"],
  ["1.0", "1", "plain"],
  ["0.123456", "0.123", "plain"],
  ['"helpful"', "helpful", "plain"],
  ['{"a": 1}', '{"a": 1}', "plain"],
  // The list cuts long values, so that they are no JSON any more.
  ['"a long te', '"a long te', "plain"],
  [null, "error", "no"],
  ["null", "error", "no"],
])("%s reads %s", (json, text, tone) => {
  expect(shortValue(json)).toEqual({ text, tone });
});

test("an error of MLflow's clients reads as an exception, any other as it is", () => {
  expect(errorOf('{"error_code": "ValueError", "error_message": "no JSON", "stack_trace": "at x"}')).toEqual([
    { key: "exception.type", value: { stringValue: "ValueError" } },
    { key: "exception.message", value: { stringValue: "no JSON" } },
    { key: "exception.stacktrace", value: { stringValue: "at x" } },
  ]);
  expect(errorOf('{"error_code": "ValueError"}')).toEqual([
    { key: "exception.type", value: { stringValue: "ValueError" } },
  ]);
  for (const text of ["timeout", "[1]", "null", '{"reason": "x"}']) {
    expect(errorOf(text)).toEqual([{ key: "exception.message", value: { stringValue: text } }]);
  }
});

test("sources have their words, strangers their own", () => {
  expect(sourceText("HUMAN", "ada")).toBe("ada, person");
  expect(sourceText("LLM_JUDGE", null)).toBe("LLM judge");
  expect(sourceText("constructor", "x")).toBe("x, constructor");
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AnyValue } from "../../api/messages.ts";
import type { JsonNode } from "./json-node.ts";
import { longestAtOnce, nodeOfAnyValue, nodeOfJsonText, nodeOfValue, textOfNode } from "./json-node.ts";
import { firstChildren, firstOpenPaths } from "./open-paths.ts";
import { parseJson, rootOf } from "./parse-json.ts";
import { JsonScanner } from "./scan-json.ts";

describe("JSON text", () => {
  test.each([
    ["null", "null"],
    [" [1, 2.50, -0, 1e400] ", "[\n  1,\n  2.50,\n  -0,\n  1e400\n]"],
    ['{"id":9007199254740993}', '{\n  "id": 9007199254740993\n}'],
    ['{"a":1,"a":2}', '{\n  "a": 1,\n  "a": 2\n}'],
    ['["\\u00e9\\n\\"", "𝄞"]', '[\n  "é\\n\\"",\n  "𝄞"\n]'],
    ["[NaN,-Infinity]", "[\n  NaN,\n  -Infinity\n]"],
    ["[[],{}]", "[\n  [],\n  {}\n]"],
  ])("%s keeps every digit, key and order", (text, expected) => {
    const node = parseJson(text);
    expect(node === null ? null : textOfNode(node)).toBe(expected);
  });

  test.each([
    "",
    "{",
    "[1,]",
    '{"a"}',
    "{a:1}",
    "01",
    "1 2",
    '"\\x"',
    '"open',
    '"new\nline"',
    "[1",
    "nul",
    "['a']",
    "-",
  ])("%j is none", (text) => expect(parseJson(text)).toBe(null));

  test("reads what JSON.parse reads, and refuses what it refuses", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const node = parseJson(text);
        expect(node).not.toBe(null);
        expect(JSON.parse(JSON.stringify(plain(node as JsonNode)))).toEqual(JSON.parse(text));
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('{}[]:,"\\ -01e.ntu')) }), (text) => {
        expect(parseJson(text) !== null).toBe(isJson(text));
      }),
      { numRuns: 2000 },
    );
  });

  test("nesting without end and strings of megabytes neither overflow nor stall", () => {
    expect(parseJson("[".repeat(100_000))).toBe(null);
    const long = "x".repeat(1_500_000);
    expect(parseJson(JSON.stringify([long]))).toMatchObject({ kind: "array", size: 1 });
    // What is read at once is bounded; longer texts are read in slices.
    expect(nodeOfJsonText(`["${"x".repeat(longestAtOnce - 4)}"]`)).not.toBe(null);
    expect(nodeOfJsonText(`["${"x".repeat(longestAtOnce - 3)}"]`)).toBe(null);
  });

  test("2,000 levels are a tree, one more are none", () => {
    const nested = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;
    const root = parseJson(nested(2000)) as JsonNode;
    expect(textOfNode(root).replaceAll(/\s/g, "")).toBe(nested(2000));
    expect(parseJson(nested(2001))).toBe(null);
  });

  test("reads the same in steps of any size", () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 1, max: 20 }), (text, size) => {
        const scanner = new JsonScanner(text);
        let state = scanner.run(size);
        while (state === "more") state = scanner.run(size);
        expect(state).toBe("done");
        expect(textOfNode(rootOf(scanner.tape()))).toBe(textOfNode(parseJson(text) as JsonNode));
      }),
    );
  });
});

describe("OTLP values", () => {
  const cases: [AnyValue, string][] = [
    [{ stringValue: "" }, ""],
    [{ stringValue: "<script>" }, "<script>"],
    [{ boolValue: false }, "false"],
    [{ intValue: "-9223372036854775808" }, "-9223372036854775808"],
    [{ doubleValue: "NaN" }, "NaN"],
    [{ doubleValue: "0.1" }, "0.1"],
    [{ bytesValue: "AAEC" }, "AAEC"],
    [{}, "null"],
    [{ arrayValue: { values: [] } }, "[]"],
    [{ arrayValue: { values: [{ intValue: "1" }, { stringValue: "a" }] } }, '[\n  1,\n  "a"\n]'],
    [
      { kvlistValue: { values: [{ key: "k", value: { arrayValue: { values: [{}] } } }] } },
      '{\n  "k": [\n    null\n  ]\n}',
    ],
  ];
  test.each(cases)("%j", (value, text) => {
    expect(textOfNode(nodeOfAnyValue(value))).toBe(text);
  });

  test("a text that spells an object is shown as one; a plain text or number stays text", () => {
    expect(nodeOfValue({ stringValue: ' {"a": 1}' })).toMatchObject({ kind: "object", size: 1 });
    expect(nodeOfValue({ stringValue: "42" })).toEqual({ kind: "string", value: "42" });
    expect(nodeOfValue({ stringValue: "{not json}" })).toEqual({ kind: "string", value: "{not json}" });
  });
});

test("at first as much is open as one can take in, however large the value", () => {
  const small = parseJson('{"a":{"b":[1,2]},"c":3}') as JsonNode;
  expect([...firstOpenPaths(small)]).toEqual(["", "0", "0/0"]);
  const wide = parseJson(JSON.stringify(Array.from({ length: 500 }, () => [1, 2, 3]))) as JsonNode;
  expect([...firstOpenPaths(wide)]).toEqual([""]);
  expect(firstChildren).toBeLessThan(500);
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(firstOpenPaths(parseJson(text) as JsonNode).size).toBeLessThanOrEqual(41);
    }),
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case "array":
      return node.children().map((entry) => plain(entry.node));
    case "object":
      return Object.fromEntries(node.children().map(({ key, node: child }) => [key, plain(child)]));
    case "number":
      return JSON.parse(node.text);
    case "null":
      return null;
    case "bytes":
      return node.base64;
    case "string":
    case "boolean":
      return node.value;
    default:
      return node satisfies never;
  }
}

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findInJson, mostFound, placesIn } from "./find-in-json.ts";
import type { JsonNode } from "./json-node.ts";
import { firstOpenPaths } from "./open-paths.ts";
import { parseJson } from "./parse-json.ts";
import { addressOf, pathsAbove, visibleRows } from "./tree-rows.ts";

const root = parseJson(
  JSON.stringify({
    messages: [
      { role: "user", content: "Where is order 8841?" },
      { role: "assistant", "tool calls": [{ arguments: '{"order_id": 8841}' }] },
    ],
    n: 8841,
  }),
) as JsonNode;

function found(query: string, node = root): string[] {
  return Array.from(findInJson(node, query)).filter((path) => path !== null);
}

test("rows are what is open, in order, with their level", () => {
  const rows = visibleRows(root, new Set(["", "0", "0/1", "0/1/1", "0/1/1/0", "0/1/1/0/0"]));
  expect(rows.map(({ depth, key }) => `${"  ".repeat(depth)}${key}`)).toEqual([
    "messages",
    "  0",
    "  1",
    "    role",
    "    tool calls",
    "      0",
    "        arguments",
    // The text is JSON itself.
    "          order_id",
    "n",
  ]);
});

test("addresses are written as programs write them", () => {
  expect(addressOf(root, "")).toBe("$");
  expect(addressOf(root, "0/0/1")).toBe("$.messages[0].content");
  expect(addressOf(root, "0/1/1/0/0/0")).toBe('$.messages[1]["tool calls"][0].arguments.order_id');
  expect(pathsAbove("0/1/10")).toEqual(["", "0", "0/1"]);
});

describe("the search", () => {
  test("looks at keys and values, within texts that are JSON too, in any case", () => {
    expect(found("8841")).toEqual(["0/0/1", "0/1/1/0/0/0", "1"]);
    expect(found("ROLE")).toEqual(["0/0/0", "0/1/0"]);
    expect(found("order_ID")).toEqual(["0/1/1/0/0/0"]);
    expect(found("0")).toEqual([]);
  });

  test("takes signs of expressions as they are", () => {
    const node = parseJson(JSON.stringify(["a.b", "axb", "c*(", "[x]/y"])) as JsonNode;
    expect(found("a.b", node)).toEqual(["0"]);
    expect(found("*(", node)).toEqual(["2"]);
    expect(found("[x]/", node)).toEqual(["3"]);
  });

  test("finds each value where the rows show it", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom("a", "e", "1", "ul"), (text, query) => {
        const node = parseJson(text) as JsonNode;
        const paths = found(query, node);
        const open = new Set(paths.flatMap(pathsAbove));
        const shown = new Set(visibleRows(node, open).map(({ path }) => path));
        expect(paths.filter((path) => !shown.has(path))).toEqual([]);
      }),
    );
  });

  test("has an end in a text", () => {
    expect(placesIn("Abcabc", "BC")).toEqual([1, 4]);
    expect(placesIn("x".repeat(5000), "x")).toHaveLength(mostFound);
  });
});

test("ten megabytes have rows for what is open only, and 100,000 children all of theirs", () => {
  const items = Array.from({ length: 100_000 }, (_, i) => ({ id: i, text: "x".repeat(80) }));
  const text = JSON.stringify({ items });
  expect(text.length).toBeGreaterThan(10_000_000);
  const large = parseJson(text) as JsonNode;
  const open = firstOpenPaths(large);
  expect(visibleRows(large, open)).toHaveLength(1);
  const rows = visibleRows(large, new Set(["", "0", "0/99999"]));
  expect(rows).toHaveLength(100_003);
  expect(rows.at(-2)?.node).toEqual({ kind: "number", text: "99999" });
});

import { expect, test } from "vitest";
import { parseSpanId, parseTraceId, parseTraceName } from "./address.ts";

const id = "0123456789abcdef0123456789abcdef";

test.each([
  [id, id],
  [`tr-${id}`, id],
  [id.toUpperCase(), id],
  [`TR-${id}`, id],
  [id.slice(1), null],
  [`${id}0`, null],
  [`tr-tr-${id}`, null],
  ["", null],
])("trace id %s → %s", (text, want) => expect(parseTraceId(text)).toBe(want));

// What MLflow's server takes as the id of a new trace, and what it refuses.
test.each([
  [`tr-${id}`, id],
  ["order 17", "order 17"],
  ["..x", "..x"],
  ["ü😀".repeat(125), "ü😀".repeat(125)],
  ["x".repeat(251), null],
  ["a/b", null],
  ["a%2Fb", null],
  ["a#b", null],
  ["a\tb", null],
  ["a\u007f", null],
  ["..", null],
  ["a ", null],
  ["", null],
])("trace name %s → %s", (text, want) => expect(parseTraceName(text)).toBe(want));

test.each([
  ["0123456789abcdef", "0123456789abcdef"],
  ["0123456789ABCDEF", "0123456789abcdef"],
  ["0123456789012345", "0123456789012345"],
  ["0123456789abcde", null],
  [1234567890123456, null],
  [undefined, null],
])("span id %s → %s", (value, want) => expect(parseSpanId(value)).toBe(want));

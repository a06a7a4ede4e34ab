import { expect, test } from "vitest";
import { parseSpanId, parseTraceId } from "./address.ts";

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

test.each([
  ["0123456789abcdef", "0123456789abcdef"],
  ["0123456789ABCDEF", "0123456789abcdef"],
  ["0123456789012345", "0123456789012345"],
  ["0123456789abcde", null],
  [1234567890123456, null],
  [undefined, null],
])("span id %s → %s", (value, want) => expect(parseSpanId(value)).toBe(want));

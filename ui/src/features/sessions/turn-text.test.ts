import { expect, test } from "vitest";
import { spokenText } from "./turn-text.ts";

test.each([
  ['"Where is it?"', "Where is it?"],
  ['"two\\nlines"', "two\nlines"],
  ["plain", "plain"],
  ['{"question": "x"}', '{"question": "x"}'],
  ['"cut in the mid', '"cut in the mid'],
  [null, ""],
  [undefined, ""],
])("%j says %j", (preview, text) => {
  expect(spokenText(preview)).toBe(text);
});

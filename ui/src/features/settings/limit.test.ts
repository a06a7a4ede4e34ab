import { expect, test } from "vitest";
import { bytesPerGib, gibOf, parseLimit, parseOrigin } from "./limit.ts";

test.each([
  ["", { kind: "none" }],
  ["  ", { kind: "none" }],
  ["20", { kind: "value", value: 20 }],
  ["0.5", { kind: "value", value: 0.5 }],
  ["0,5", { kind: "value", value: 0.5 }],
  ["0", { kind: "invalid", reason: "More than 0, or empty for none" }],
  ["-1", { kind: "invalid", reason: "Not a number" }],
  ["1e9", { kind: "invalid", reason: "Not a number" }],
  ["Infinity", { kind: "invalid", reason: "Not a number" }],
  ["ten", { kind: "invalid", reason: "Not a number" }],
])("a bound typed as %j", (text, want) => expect(parseLimit(text, false)).toEqual(want));

test("days are whole", () => {
  expect(parseLimit("1.5", true)).toEqual({ kind: "invalid", reason: "Whole days only" });
  expect(parseLimit("30", true)).toEqual({ kind: "value", value: 30 });
});

test("bytes are told in GiB", () => {
  expect(gibOf(20 * bytesPerGib)).toBe(20);
  expect(gibOf(bytesPerGib / 2)).toBe(0.5);
});

test.each([
  ["https://app.example", "https://app.example"],
  ["https://app.example/", "https://app.example"],
  ["https://App.Example:443/path?x", "https://app.example"],
  ["http://10.0.0.7:3000", "http://10.0.0.7:3000"],
  ["app.example", "https://app.example"],
])("%s has the origin %s", (text, origin) => expect(parseOrigin(text)).toEqual({ origin }));

test.each(["", "http://", "ftp://app.example", "a b"])("%j is no origin", (text) => {
  expect(parseOrigin(text)).toHaveProperty("reason");
});

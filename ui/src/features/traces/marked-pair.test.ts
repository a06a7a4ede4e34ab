import { expect, test } from "vitest";
import { pairOf } from "./marked-pair.ts";
import { summary } from "./testing/summary.ts";

const [a, b] = [summary("a"), summary("b")];

test("the older one is the baseline, whichever was marked first", () => {
  const pair = { baseline: a.trace_id, candidate: b.trace_id };
  expect(pairOf([a.trace_id, b.trace_id], [b, a])).toEqual(pair);
  expect(pairOf([b.trace_id, a.trace_id], [b, a])).toEqual(pair);
});

test("two are compared, not one and not three", () => {
  expect(pairOf([], [a])).toBeNull();
  expect(pairOf([a.trace_id], [a])).toBeNull();
  expect(pairOf([a.trace_id, b.trace_id, "c"], [a, b])).toBeNull();
});

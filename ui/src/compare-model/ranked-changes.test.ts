import { expect, test } from "vitest";
import { decodeComparison } from "./decode.ts";
import { rankedChanges } from "./ranked-changes.ts";
import { encodeComparison } from "./testing/build.ts";
import { sampleBaseline, sampleCandidate, sampleRows } from "./testing/sample.ts";

const comparison = decodeComparison(encodeComparison(sampleBaseline, sampleCandidate, sampleRows));

test("what differs most comes first, by more or by less; equal ones keep their order, heads of groups are left out", () => {
  // Durations: answer +4 ms, cache −2, chat +4, two searches +2, send 0; rows 1 and 2 are unchanged, 5 is a head.
  expect(rankedChanges(comparison, "duration")).toEqual([0, 4, 3, 6, 7, 8]);
  // Self: answer +1 ms.
  expect(rankedChanges(comparison, "self")).toEqual([4, 3, 6, 7, 0, 8]);
});

test("what tells no tokens comes after what does", () => {
  expect(rankedChanges(comparison, "tokens")).toEqual([4, 0, 3, 6, 7, 8]);
});

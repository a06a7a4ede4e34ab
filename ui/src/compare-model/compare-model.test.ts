import { expect, test } from "vitest";
import { checkTree } from "../trace-model/check-invariants.ts";
import { spanIdOf } from "../trace-model/span-table.ts";
import { drawSpans } from "../trace-model/testing/draw.ts";
import { decodeComparison } from "./decode.ts";
import { mergedTraceOf, nSpansBelow } from "./merged-trace.ts";
import type { TestRow } from "./testing/build.ts";
import { baselineId, buildComparison, candidateId, encodeComparison } from "./testing/build.ts";

const baseline = drawSpans(`
             0....5....10...15...20
  answer     [===================]
    embed     [=]
    rank        [=]
    cache         [=]
    chat             [=====]
    send                     [=]
    log                         [=]
`);
const candidate = drawSpans(`
             0....5....10...15...20...25
  answer     [=======================]
    embed     [=]
    rank        [=]
    chat             [=========]
    search                     [=]
    search                         [=]
    send                              [=]
    log                                 [=]
`);
const rows: TestRow[] = [
  { depth: 0, verdict: "changed", baseline: 0, candidate: 0, changes: 1 },
  { depth: 1, verdict: "unchanged", baseline: 1, candidate: 1 },
  { depth: 1, verdict: "unchanged", baseline: 2, candidate: 2 },
  { depth: 1, verdict: "removed", baseline: 3 },
  { depth: 1, verdict: "changed", baseline: 4, candidate: 3, changes: 1 },
  { depth: 1, verdict: "changed", label: "search ×2", groupKind: 1, iterations: [0, 2] },
  { depth: 2, verdict: "added", candidate: 4 },
  { depth: 2, verdict: "added", candidate: 5 },
  { depth: 1, verdict: "unchanged", baseline: 5, candidate: 6 },
  { depth: 1, verdict: "unchanged", baseline: 6, candidate: 7 },
];

/** The rows of a table, one a line: level by indent, then name and time in milliseconds. */
function drawn({ table }: ReturnType<typeof mergedTraceOf>): string[] {
  return Array.from({ length: table.nSpans }, (_, place) => {
    const time = `${(table.start[place] ?? 0) / 1e6}..${(table.end[place] ?? 0) / 1e6}`;
    return `${"  ".repeat(table.depth[place] ?? 0)}${table.strings.label(table.name[place] ?? 0)} ${time}`;
  });
}

test("a comparison is read with both of its tables", () => {
  const comparison = buildComparison(baseline, candidate, rows);
  expect([comparison.baselineId, comparison.candidateId]).toEqual([baselineId, candidateId]);
  expect([comparison.baseline.nSpans, comparison.candidate.nSpans, comparison.nRows]).toEqual([7, 8, 10]);
  expect(comparison.strings.label(comparison.label[5] ?? 0)).toBe("search ×2");
});

test("merged rows have the candidate's names, and reach around the bars of both sides", () => {
  expect(drawn(mergedTraceOf(buildComparison(baseline, candidate, rows), false))).toEqual([
    "answer 0..24",
    "  embed 1..3",
    "  rank 3..5",
    "  cache 5..7",
    "  chat 8..18",
    "  search ×2 18..24",
    "    search 18..20",
    "    search 22..24",
    "  send 16..27",
    "  log 19..29",
  ]);
});

test("runs of unchanged rows stand below a gap, where they were", () => {
  const merged = mergedTraceOf(buildComparison(baseline, candidate, rows), true);
  expect(drawn(merged)).toEqual([
    "answer 0..24",
    "  … 2 unchanged spans 1..5",
    "    embed 1..3",
    "    rank 3..5",
    "  cache 5..7",
    "  chat 8..18",
    "  search ×2 18..24",
    "    search 18..20",
    "    search 22..24",
    "  … 2 unchanged spans 16..29",
    "    send 16..27",
    "    log 19..29",
  ]);
  expect(Array.from(merged.closed)).toEqual([1, 9]);
  expect(Array.from(merged.changed)).toEqual([0, 4, 5, 6, 7, 8]);
  expect(() => checkTree(merged.table)).not.toThrow();
});

test("what is below a row is counted in spans: neither gaps nor heads of groups are any", () => {
  const merged = mergedTraceOf(buildComparison(baseline, candidate, rows), true);
  // answer, its gap of two, the head of a group of two, the gap at the end.
  expect([0, 1, 6, 9].map((place) => nSpansBelow(merged, place))).toEqual([8, 2, 2, 2]);
});

test("a single unchanged row is its own best sign, and an unchanged parent of a change stays", () => {
  const spans = drawSpans(`
             0....5....10
    a        [=========]
      b      [===]
      c           [=]
    `);
  const comparison = buildComparison(spans, spans.slice(0, 2), [
    { depth: 0, verdict: "unchanged", baseline: 0, candidate: 0 },
    { depth: 1, verdict: "unchanged", baseline: 1, candidate: 1 },
    { depth: 1, verdict: "removed", baseline: 2 },
  ]);
  expect(mergedTraceOf(comparison, true).closed).toHaveLength(0);
});

test("nothing changed is one gap", () => {
  const spans = baseline.slice(0, 3);
  const same = spans.map(({ depth }, span): TestRow => ({
    depth,
    verdict: "unchanged",
    baseline: span,
    candidate: span,
  }));
  const merged = mergedTraceOf(buildComparison(spans, spans, same), true);
  expect(drawn(merged)[0]).toBe("… 3 unchanged spans 0..20");
  expect(Array.from(merged.table.parent)).toEqual([-1, 0, 1, 1]);
});

test("both sides start together, whenever each was", () => {
  const late = candidate.map((span) => ({ ...span, start: span.start + 5e6 }));
  const merged = mergedTraceOf(buildComparison(baseline, late, rows), false);
  expect(merged.candidate.start[0]).toBe(0);
  expect(merged.baseline.start[0]).toBe(0);
  expect(merged.candidate.start[4]).toBe(8e6);
});

test("a side has no bar where it has no span, and the head of a group has one around its iterations", () => {
  const merged = mergedTraceOf(buildComparison(baseline, candidate, rows), false);
  expect(merged.candidate.start[3]).toBeNaN();
  expect([merged.candidate.start[5], merged.candidate.end[5]]).toEqual([18e6, 24e6]);
  expect(merged.baseline.start[5]).toBeNaN();
  const { ownParts } = merged.candidate;
  expect(Array.from(ownParts.starts)).toEqual([18e6, 22e6]);
  expect([ownParts.offsets[5], ownParts.offsets[6]]).toEqual([0, 2]);
});

test("ids are of their own even where both sides use the same ones", () => {
  const merged = mergedTraceOf(buildComparison(baseline, candidate, rows), true);
  const ids = Array.from({ length: merged.table.nSpans }, (_, place) => spanIdOf(merged.table, place));
  expect(new Set(ids).size).toBe(ids.length);
  // The candidate's own where it has the span.
  expect(ids[0]).toBe("0000000000000001");
  const all = mergedTraceOf(buildComparison(baseline, candidate, rows), false);
  for (let row = 0; row < all.table.nSpans; row++) expect(ids).toContain(spanIdOf(all.table, row));
});

function spoiled(name: string, values: number[]): () => unknown {
  return () =>
    decodeComparison(
      encodeComparison(baseline, candidate, rows, (columns) =>
        columns.map((column) => (column.name === name ? { ...column, values } : column)),
      ),
    );
}

test.each([
  ["verdict", [9, 0, 0, 0, 0, 0, 0, 0, 0, 0], "verdict of row 0 is not known"],
  ["candidate_row", [0, 1, 2, -1, 3, -1, 4, 4, 6, 7], "span 4 of the candidate is in more than one row"],
  ["candidate_row", [0, 1, 2, -1, 3, -1, 4, -1, 6, 7], "1 spans of the candidate are in no row"],
  ["baseline_row", [0, 1, 2, 3, 4, -1, -1, -1, 5, 7], "row 9 names a span that the baseline does not have"],
  ["loop_group", [-1, -1, -1, -1, -1, -1, 10, 5, -1, -1], "row 6 names a row that is not there"],
  ["depth", [0, 1, 1, 1, 1, 1, 2, 3, 1, 1], "depth of span 7 does not follow from its parent's"],
])("a body with a wrong %s is refused", (name, values, message) => {
  expect(spoiled(name, values)).toThrow(message);
});

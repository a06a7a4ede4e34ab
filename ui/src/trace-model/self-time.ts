// When a span worked itself: the parts of it in which none of its children ran.

import type { RelativeNanos } from "../base/units.ts";
import type { Intervals } from "./intervals.ts";
import type { SpanIndex, SpanTable } from "./span-table.ts";
import { hasChildren } from "./span-table.ts";

/** Returns the intervals of each parent (a leaf has none: it is its own time); O(spans), since siblings come in order of their start. */
export function selfTimeOf(table: SpanTable): Intervals {
  const { nSpans, subtreeEnd, start, end } = table;
  const offsets = new Uint32Array(nSpans + 1);
  // Before each child and after the last one there is at most one interval.
  const starts = new Float64Array(nSpans * 2);
  const ends = new Float64Array(nSpans * 2);
  let nIntervals = 0;
  const push = (from: RelativeNanos, to: RelativeNanos): void => {
    if (from >= to) return;
    starts[nIntervals] = from;
    ends[nIntervals++] = to;
  };
  for (let span: SpanIndex = 0; span < nSpans; span++) {
    const spanEnd = end[span] as number;
    const afterLast = subtreeEnd[span] as number;
    let covered = start[span] as number;
    for (let child = span + 1; child < afterLast; child = subtreeEnd[child] as number) {
      push(covered, Math.min(start[child] as number, spanEnd));
      covered = Math.max(covered, end[child] as number);
    }
    if (afterLast > span + 1) push(covered, spanEnd);
    offsets[span + 1] = nIntervals;
  }
  const lengthBefore = new Float64Array(nIntervals + 1);
  for (let interval = 0; interval < nIntervals; interval++) {
    const length = (ends[interval] as number) - (starts[interval] as number);
    lengthBefore[interval + 1] = (lengthBefore[interval] as number) + length;
  }
  return { offsets, starts: starts.slice(0, nIntervals), ends: ends.slice(0, nIntervals), lengthBefore };
}

/** Returns how long a span ran without any of its children, from its children alone. */
export function ownTimeOf({ start, end, subtreeEnd }: SpanTable, span: SpanIndex): RelativeNanos {
  const spanEnd = end[span] ?? 0;
  const afterLast = subtreeEnd[span] ?? 0;
  let covered = start[span] ?? 0;
  let own = 0;
  for (let child = span + 1; child < afterLast; child = subtreeEnd[child] ?? afterLast) {
    own += Math.max(0, Math.min(start[child] ?? 0, spanEnd) - covered);
    covered = Math.max(covered, end[child] ?? 0);
  }
  return own + Math.max(0, spanEnd - covered);
}

/** Returns how long a span worked itself, at once: a leaf all of its time, an open one as far as is known. */
export function ownTimeAt({ offsets, lengthBefore }: Intervals, table: SpanTable, span: SpanIndex): RelativeNanos {
  if (!hasChildren(table, span)) return (table.end[span] ?? 0) - (table.start[span] ?? 0);
  return (lengthBefore[offsets[span + 1] ?? 0] ?? 0) - (lengthBefore[offsets[span] ?? 0] ?? 0);
}

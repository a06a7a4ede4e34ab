// Questions about the errors of a trace: how many are in a subtree, which comes next.

import { lowerBound, upperBound } from "../base/binary-search.ts";
import type { SpanIndex, SpanTable } from "./span-table.ts";
import { statusError } from "./span-table.ts";

export function isError(table: SpanTable, span: SpanIndex): boolean {
  return table.status[span] === statusError;
}

/** Returns how many descendants of a span have status error. */
export function countErrorsBelow(table: SpanTable, span: SpanIndex): number {
  const first = lowerBound(table.errors, span + 1);
  return lowerBound(table.errors, table.subtreeEnd[span] ?? 0, first) - first;
}

/** Returns the error after (or before) a span of a range in waterfall order, round its end; null if the range has none. */
export function nextError(
  table: SpanTable,
  from: SpanIndex | null,
  direction: 1 | -1,
  range: { readonly from: SpanIndex; readonly to: SpanIndex } = { from: 0, to: table.nSpans },
): SpanIndex | null {
  return nextOf(table.errors, from, direction, range);
}

/** Returns the neighbour of a span among ascending spans of a range, round its end; null if there is none. */
export function nextOf(
  spans: Uint32Array,
  from: SpanIndex | null,
  direction: 1 | -1,
  range: { readonly from: SpanIndex; readonly to: SpanIndex },
): SpanIndex | null {
  const first = lowerBound(spans, range.from);
  const count = lowerBound(spans, range.to, first) - first;
  if (count === 0) return null;
  if (from === null) return spans[direction === 1 ? first : first + count - 1] ?? null;
  const place = (direction === 1 ? upperBound(spans, from) : lowerBound(spans, from) - 1) - first;
  return spans[first + (((place % count) + count) % count)] ?? null;
}

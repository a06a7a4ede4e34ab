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

/** Returns the error after (or before) a span in waterfall order, round the end; null if the trace has none. */
export function nextError(table: SpanTable, from: SpanIndex | null, direction: 1 | -1): SpanIndex | null {
  const { errors } = table;
  if (errors.length === 0) return null;
  if (from === null) return (direction === 1 ? errors[0] : errors.at(-1)) ?? null;
  const place = direction === 1 ? upperBound(errors, from) : lowerBound(errors, from) - 1;
  return errors[(place + errors.length) % errors.length] ?? null;
}

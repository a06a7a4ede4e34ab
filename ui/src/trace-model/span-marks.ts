// The moments of a span that its bar shows: events, log records, the first token.

import { lowerBound } from "../base/binary-search.ts";
import type { RelativeNanos } from "../base/units.ts";
import type { SpanColumns, SpanIndex } from "./span-table.ts";

/** Values of the `mark_kind` column by name, as in docs/formats/span-table.md. */
export const markKinds = { event: 0, exception: 1, log: 2, errorLog: 3, firstToken: 4 } as const;

/** Returns the place of the first mark of a span, or of the next span that has one. */
export function firstMarkOf({ markSpan }: SpanColumns, span: SpanIndex): number {
  return lowerBound(markSpan, span);
}

/** Returns when the first token of a span came; null if nobody told, or if it is not within the span. */
export function firstTokenOf(table: SpanColumns, span: SpanIndex): RelativeNanos | null {
  const { markSpan, markKind, markTime, start, duration } = table;
  for (let mark = firstMarkOf(table, span); markSpan[mark] === span; mark++) {
    if (markKind[mark] !== markKinds.firstToken) continue;
    const after = (markTime[mark] as number) - (start[span] as number);
    return after > 0 && after < (duration[span] as number) ? (markTime[mark] as number) : null;
  }
  return null;
}

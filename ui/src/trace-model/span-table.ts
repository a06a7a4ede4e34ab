// The spans of one trace as columns in waterfall order, with what every reader of them needs computed once.

import type { UnixNanos } from "../base/time.ts";
import type { RelativeNanos } from "../base/units.ts";
import { categoriesOf } from "./span-category.ts";
import type { SpanIdIndex } from "./span-id-index.ts";
import { createSpanIdIndex } from "./span-id-index.ts";
import type { StringTable } from "./string-table.ts";

/** Place of a span in its table: depth first, siblings by start. */
export type SpanIndex = number;

/** Bits of the `flags` column, as in docs/formats/span-table.md. */
export const spanFlags = {
  notEnded: 1 << 0,
  orphan: 1 << 1,
  cycleCut: 1 << 2,
  hasEvents: 1 << 3,
  hasLinks: 1 << 4,
  bothExporters: 1 << 5,
  hasLogs: 1 << 6,
} as const;

/** Value of the `status` column for an error. */
export const statusError = 2;

/** What arrives on the wire, or what a test draws. */
export interface SpanColumns {
  readonly traceId: string;
  readonly baseTime: UnixNanos;
  readonly nSpans: number;
  readonly strings: StringTable;
  /** Raw ids, eight bytes each. */
  readonly spanId: Uint8Array;
  /** Index of the parent, −1 for a root. */
  readonly parent: Int32Array;
  /** Index after the last descendant. */
  readonly subtreeEnd: Uint32Array;
  readonly depth: Uint16Array;
  readonly name: Uint32Array;
  readonly service: Uint32Array;
  readonly spanType: Uint32Array;
  readonly scope: Uint32Array;
  readonly kind: Uint8Array;
  readonly status: Uint8Array;
  readonly source: Uint8Array;
  readonly flags: Uint8Array;
  readonly start: Float64Array;
  readonly duration: Float64Array;
  /** −1 if unknown; so in the next two. */
  readonly inputTokens: Float64Array;
  readonly outputTokens: Float64Array;
  readonly cost: Float64Array;
  /** Moments that bars show: the span of each (ascending), what happened (see span-marks.ts), and when. */
  readonly markSpan: Uint32Array;
  readonly markKind: Uint8Array;
  readonly markTime: Float64Array;
}

/** Columns whose invariants were checked, with the columns derived from them. */
export interface SpanTable extends SpanColumns {
  /** Where the bar of a span ends; a span that has not ended reaches to the end of the trace. */
  readonly end: Float64Array;
  /** See span-category.ts. */
  readonly category: Uint8Array;
  /** Spans with status error, ascending. */
  readonly errors: Uint32Array;
  /** From the earliest start to the latest end; never empty, so that it can be a scale. */
  readonly extentStart: RelativeNanos;
  readonly extentEnd: RelativeNanos;
  readonly ids: SpanIdIndex;
}

/** Derives what readers need from columns that keep the invariants of the format. */
export function createSpanTable(columns: SpanColumns): SpanTable {
  const { nSpans, start, duration, flags, status } = columns;
  let extentStart = nSpans === 0 ? 0 : Infinity;
  let extentEnd = 0;
  let nErrors = 0;
  for (let span = 0; span < nSpans; span++) {
    const spanStart = start[span] as number;
    extentStart = Math.min(extentStart, spanStart);
    extentEnd = Math.max(extentEnd, spanStart + (duration[span] as number));
    if (status[span] === statusError) nErrors++;
  }
  if (extentEnd <= extentStart) extentEnd = extentStart + smallestExtent(extentStart);

  const end = new Float64Array(nSpans);
  const errors = new Uint32Array(nErrors);
  let nErrorsSeen = 0;
  for (let span = 0; span < nSpans; span++) {
    const hasEnded = ((flags[span] as number) & spanFlags.notEnded) === 0;
    end[span] = hasEnded ? (start[span] as number) + (duration[span] as number) : extentEnd;
    if (status[span] === statusError) errors[nErrorsSeen++] = span;
  }
  return {
    ...columns,
    end,
    category: categoriesOf(columns),
    errors,
    extentStart,
    extentEnd,
    ids: createSpanIdIndex(columns.spanId, nSpans),
  };
}

/** A microsecond, or what a double can still tell apart that far from the base. */
function smallestExtent(at: RelativeNanos): RelativeNanos {
  return Math.max(1000, Math.abs(at) * 2 ** -40);
}

/** Whether a fact of `spanFlags` is true of a span. */
export function hasFlag(table: SpanColumns, span: SpanIndex, flag: number): boolean {
  return ((table.flags[span] ?? 0) & flag) !== 0;
}

/** Returns the id of a span as 16 hex digits. */
export function spanIdOf(table: SpanColumns, span: SpanIndex): string {
  let hex = "";
  for (let byte = span * 8; byte < span * 8 + 8; byte++) {
    hex += (table.spanId[byte] ?? 0).toString(16).padStart(2, "0");
  }
  return hex;
}

/** Returns the span with an id of 16 hex digits, or null. */
export function findSpan(table: SpanTable, spanId: string): SpanIndex | null {
  return table.ids.find(spanId);
}

/** Whether a span has children. */
export function hasChildren(table: SpanColumns, span: SpanIndex): boolean {
  return (table.subtreeEnd[span] ?? 0) > span + 1;
}

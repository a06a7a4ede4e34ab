// Writes a critical path as the server does; used by tests only.

import type { SpanTable } from "../span-table.ts";
import { encodeColumns } from "./encode.ts";

/** A stretch of the path: a span of the table, or the bytes of an id that no table has; nanoseconds since the base. */
export interface TestSegment {
  readonly span: number;
  readonly start: number;
  readonly end: number;
}

/** Returns the body of a path; its base is that of the table plus `baseShift`. */
export function encodeCriticalPath(table: SpanTable, segments: readonly TestSegment[], baseShift = 0n): ArrayBuffer {
  const header = {
    trace_id: table.traceId,
    base_time_unix_nano: String(table.baseTime + baseShift),
    n_segments: segments.length,
  };
  const unknown = Array.from<number>({ length: 8 }).fill(0xee);
  const idOf = (span: number): number[] =>
    span < table.nSpans ? Array.from(table.spanId.subarray(span * 8, span * 8 + 8)) : unknown;
  return encodeColumns("TLCP", 1, header, [
    { name: "span_id", type: "u8", values: segments.flatMap(({ span }) => idOf(span)) },
    { name: "start", type: "f64", values: segments.map(({ start }) => start) },
    { name: "end", type: "f64", values: segments.map(({ end }) => end) },
  ]);
}

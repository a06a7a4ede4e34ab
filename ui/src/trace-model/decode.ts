// Reads the span table of docs/formats/span-table.md: bytes into typed arrays, without parsing a row.
// Nothing about a body is believed: a wrong length, index or shape ends in a `SpanTableError`, never in another error.

import { checkInvariants } from "./check-invariants.ts";
import { formatVersion, magic } from "./column-layout.ts";
import { ColumnReader } from "./column-reader.ts";
import type { SpanColumns, SpanTable } from "./span-table.ts";
import { createSpanTable } from "./span-table.ts";
import { createStringTable } from "./string-table.ts";

/** Returns the table that a body holds. The arrays are views of the body, so it must not change afterwards. */
export function decodeSpanTable(body: ArrayBuffer): SpanTable {
  const reader = new ColumnReader(body, magic, formatVersion);
  const nSpans = reader.count("n_spans");
  const stringOffsets = reader.column("string_offsets", "u32", reader.count("n_strings") + 1);
  const stringBytes = reader.column("string_bytes", "u8", reader.lengthOf("string_bytes"));
  const nMarks = reader.lengthOf("mark_row");
  const columns: SpanColumns = {
    traceId: reader.traceId(),
    baseTime: reader.baseTime(),
    nSpans,
    strings: createStringTable(stringOffsets, stringBytes),
    spanId: reader.column("span_id", "u8", nSpans * 8),
    parent: reader.column("parent", "i32", nSpans),
    subtreeEnd: reader.column("subtree_end", "u32", nSpans),
    depth: reader.column("depth", "u16", nSpans),
    name: reader.column("name", "u32", nSpans),
    service: reader.column("service", "u32", nSpans),
    spanType: reader.column("span_type", "u32", nSpans),
    scope: reader.column("scope", "u32", nSpans),
    kind: reader.column("kind", "u8", nSpans),
    status: reader.column("status", "u8", nSpans),
    source: reader.column("source", "u8", nSpans),
    flags: reader.column("flags", "u8", nSpans),
    start: reader.column("start", "f64", nSpans),
    duration: reader.column("duration", "f64", nSpans),
    inputTokens: reader.column("input_tokens", "f64", nSpans),
    outputTokens: reader.column("output_tokens", "f64", nSpans),
    cost: reader.column("cost", "f64", nSpans),
    markSpan: reader.column("mark_row", "u32", nMarks),
    markKind: reader.column("mark_kind", "u8", nMarks),
    markTime: reader.column("mark_time", "f64", nMarks),
  };
  checkInvariants(columns, stringOffsets, stringBytes.length);
  return createSpanTable(columns);
}

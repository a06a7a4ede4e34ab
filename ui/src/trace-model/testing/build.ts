// Builds span tables for tests, through the real decoder; used by tests only.

import { decodeSpanTable } from "../decode.ts";
import { SpanTableError } from "../span-table-error.ts";
import type { SpanTable } from "../span-table.ts";
import type { EncodedColumn } from "./encode.ts";
import { encodeSpanTable, encodeStrings } from "./encode.ts";

/** A span to build; spans are listed depth first. Times are nanoseconds. */
export interface TestSpan {
  readonly name: string;
  readonly depth: number;
  readonly start: number;
  readonly duration: number;
  readonly spanId?: bigint;
  readonly service?: string;
  readonly spanType?: string;
  readonly scope?: string;
  readonly kind?: number;
  readonly status?: number;
  readonly source?: number;
  readonly flags?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cost?: number;
  readonly marks?: readonly TestMark[];
}

/** A moment of a span; see span-marks.ts. */
export interface TestMark {
  readonly kind: number;
  readonly time: number;
}

export const testTraceId = "0af7651916cd43dd8448eb211c80319c";
const testBaseTime = "1700000000000000000";

/** Returns the table of spans in depth-first order. Span `i` has the id `i + 1` unless it names another. */
export function buildTable(spans: readonly TestSpan[]): SpanTable {
  return decodeSpanTable(encodeTable(spans));
}

/** Returns the bytes of that table. */
export function encodeTable(spans: readonly TestSpan[]): ArrayBuffer {
  const columns = columnsOf(spans);
  const nStrings = (columns.find(({ name }) => name === "string_offsets")?.values.length ?? 1) - 1;
  const counts = { n_spans: spans.length, n_strings: nStrings };
  return encodeSpanTable({ trace_id: testTraceId, base_time_unix_nano: testBaseTime, ...counts }, columns);
}

/** Returns the columns of that table, for tests that spoil one. */
export function columnsOf(spans: readonly TestSpan[]): EncodedColumn[] {
  const strings = new Map<string, number>([["", 0]]);
  const intern = (text: string | undefined): number => {
    const known = strings.get(text ?? "");
    if (known !== undefined) return known;
    strings.set(text ?? "", strings.size);
    return strings.size - 1;
  };
  const { parent, subtreeEnd } = treeOf(spans.map(({ depth }) => depth));
  const columns: EncodedColumn[] = [
    { name: "span_id", type: "u8", values: spans.flatMap(({ spanId }, span) => idBytes(spanId ?? BigInt(span + 1))) },
    { name: "parent", type: "i32", values: parent },
    { name: "subtree_end", type: "u32", values: subtreeEnd },
    { name: "depth", type: "u16", values: spans.map(({ depth }) => depth) },
    { name: "name", type: "u32", values: spans.map(({ name }) => intern(name)) },
    { name: "service", type: "u32", values: spans.map(({ service }) => intern(service)) },
    { name: "span_type", type: "u32", values: spans.map(({ spanType }) => intern(spanType)) },
    { name: "scope", type: "u32", values: spans.map(({ scope }) => intern(scope)) },
    { name: "kind", type: "u8", values: spans.map(({ kind }) => kind ?? 1) },
    { name: "status", type: "u8", values: spans.map(({ status }) => status ?? 0) },
    { name: "source", type: "u8", values: spans.map(({ source }) => source ?? 0) },
    { name: "flags", type: "u8", values: spans.map(({ flags }) => flags ?? 0) },
    { name: "start", type: "f64", values: spans.map(({ start }) => start) },
    { name: "duration", type: "f64", values: spans.map(({ duration }) => duration) },
    { name: "input_tokens", type: "f64", values: spans.map(({ inputTokens }) => inputTokens ?? -1) },
    { name: "output_tokens", type: "f64", values: spans.map(({ outputTokens }) => outputTokens ?? -1) },
    { name: "cost", type: "f64", values: spans.map(({ cost }) => cost ?? -1) },
    { name: "mark_row", type: "u32", values: spans.flatMap(({ marks = [] }, span) => marks.map(() => span)) },
    { name: "mark_kind", type: "u8", values: spans.flatMap(({ marks = [] }) => marks.map(({ kind }) => kind)) },
    { name: "mark_time", type: "f64", values: spans.flatMap(({ marks = [] }) => marks.map(({ time }) => time)) },
  ];
  return [...columns, ...encodeStrings([...strings.keys()])];
}

function idBytes(spanId: bigint): number[] {
  return Array.from({ length: 8 }, (_, byte) => Number((spanId >> BigInt(56 - byte * 8)) & 0xffn));
}

function treeOf(depths: readonly number[]): { parent: number[]; subtreeEnd: number[] } {
  const parent: number[] = [];
  const subtreeEnd = depths.map(() => depths.length);
  const open: number[] = [];
  for (const [span, depth] of depths.entries()) {
    if (depth > open.length) throw new SpanTableError(`test span ${span} skips a level`);
    for (const closed of open.splice(depth)) subtreeEnd[closed] = span;
    parent.push(open.at(-1) ?? -1);
    open.push(span);
  }
  return { parent, subtreeEnd };
}

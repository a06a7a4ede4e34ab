// Reads the span table of docs/formats/span-table.md: bytes into typed arrays, without parsing a row.
// Nothing about a body is believed: a wrong length, index or shape ends in a `SpanTableError`, never in another error.

import type { UnixNanos } from "../base/time.ts";
import { parseUnixNanos } from "../base/time.ts";
import { checkInvariants } from "./check-invariants.ts";
import type { ColumnType } from "./column-layout.ts";
import { bytesPerElement, columnTypes, formatVersion, magic } from "./column-layout.ts";
import { SpanTableError } from "./span-table-error.ts";
import type { SpanColumns, SpanTable } from "./span-table.ts";
import { createSpanTable } from "./span-table.ts";
import { createStringTable } from "./string-table.ts";

/** Returns the table that a body holds. The arrays are views of the body, so it must not change afterwards. */
export function decodeSpanTable(body: ArrayBuffer): SpanTable {
  const header = readHeader(body);
  const { nSpans, nStrings } = header;
  const column = <T extends ColumnType>(name: string, type: T, length: number): ArrayOf[T] => {
    const found = header.columns.get(name);
    if (found === undefined) throw new SpanTableError(`column "${name}" is missing`);
    if (found.type !== type) throw new SpanTableError(`column "${name}" has type ${found.type}, not ${type}`);
    if (found.length !== length) {
      throw new SpanTableError(`column "${name}" has ${found.length} elements, not ${length}`);
    }
    return viewOf(body, found, type);
  };
  const stringOffsets = column("string_offsets", "u32", nStrings + 1);
  const stringBytes = column("string_bytes", "u8", header.columns.get("string_bytes")?.length ?? 0);
  const columns: SpanColumns = {
    traceId: header.traceId,
    baseTime: header.baseTime,
    nSpans,
    strings: createStringTable(stringOffsets, stringBytes),
    spanId: column("span_id", "u8", nSpans * 8),
    parent: column("parent", "i32", nSpans),
    subtreeEnd: column("subtree_end", "u32", nSpans),
    depth: column("depth", "u16", nSpans),
    name: column("name", "u32", nSpans),
    service: column("service", "u32", nSpans),
    spanType: column("span_type", "u32", nSpans),
    scope: column("scope", "u32", nSpans),
    kind: column("kind", "u8", nSpans),
    status: column("status", "u8", nSpans),
    source: column("source", "u8", nSpans),
    flags: column("flags", "u8", nSpans),
    start: column("start", "f64", nSpans),
    duration: column("duration", "f64", nSpans),
    inputTokens: column("input_tokens", "f64", nSpans),
    outputTokens: column("output_tokens", "f64", nSpans),
    cost: column("cost", "f64", nSpans),
  };
  checkInvariants(columns, stringOffsets, stringBytes.length);
  return createSpanTable(columns);
}

interface ArrayOf {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  readonly u64: BigUint64Array;
}

interface ColumnPlace {
  readonly type: ColumnType;
  readonly offset: number;
  readonly length: number;
}

interface Header {
  readonly traceId: string;
  readonly baseTime: UnixNanos;
  readonly nSpans: number;
  readonly nStrings: number;
  readonly columns: ReadonlyMap<string, ColumnPlace>;
}

const fixedBytes = 16;

function readHeader(body: ArrayBuffer): Header {
  if (body.byteLength < fixedBytes) throw new SpanTableError(`body ends after ${body.byteLength} bytes`);
  const fixed = new DataView(body);
  for (let byte = 0; byte < magic.length; byte++) {
    if (fixed.getUint8(byte) !== magic.charCodeAt(byte)) throw new SpanTableError("body is not a span table");
  }
  const version = fixed.getUint32(4, true);
  if (version !== formatVersion) {
    throw new SpanTableError(`version ${version} is not known, only ${formatVersion}; reload the page after an update`);
  }
  const headerEnd = fixedBytes + fixed.getUint32(8, true);
  const firstColumn = fixed.getUint32(12, true);
  if (headerEnd > firstColumn || firstColumn > body.byteLength || firstColumn % 8 !== 0) {
    throw new SpanTableError("header does not fit the body");
  }
  return parseHeader(new Uint8Array(body, fixedBytes, headerEnd - fixedBytes), firstColumn, body.byteLength);
}

function parseHeader(bytes: Uint8Array, firstColumn: number, bodyLength: number): Header {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SpanTableError("header is not JSON", { cause });
  }
  if (!isRecord(header)) throw new SpanTableError("header is not an object");
  const traceId = header["trace_id"];
  if (typeof traceId !== "string" || !/^[0-9a-f]{32}$/.test(traceId))
    throw new SpanTableError("trace_id is not 32 hex");
  const base = header["base_time_unix_nano"];
  const baseTime = typeof base === "string" ? parseUnixNanos(base) : null;
  if (baseTime === null) throw new SpanTableError("base_time_unix_nano is not a decimal string");
  return {
    traceId,
    baseTime,
    nSpans: countOf(header["n_spans"], "n_spans"),
    nStrings: countOf(header["n_strings"], "n_strings"),
    columns: parseColumns(header["columns"], firstColumn, bodyLength),
  };
}

function parseColumns(list: unknown, firstColumn: number, bodyLength: number): Map<string, ColumnPlace> {
  if (!Array.isArray(list)) throw new SpanTableError("columns is not an array");
  const columns = new Map<string, ColumnPlace>();
  for (const item of list as readonly unknown[]) {
    if (!isRecord(item)) throw new SpanTableError("a column is not an object");
    const { name, type } = item;
    if (typeof name !== "string") throw new SpanTableError("a column has no name");
    if (columns.has(name)) throw new SpanTableError(`column "${name}" is there twice`);
    // Of a type from the future nothing is known but that we do not need it.
    if (!isColumnType(type)) continue;
    const offset = countOf(item["offset"], `offset of column "${name}"`);
    const length = countOf(item["length"], `length of column "${name}"`);
    if (offset % 8 !== 0 || offset < firstColumn || offset + length * bytesPerElement[type] > bodyLength) {
      throw new SpanTableError(`column "${name}" lies outside of the body`);
    }
    columns.set(name, { type, offset, length });
  }
  return columns;
}

/** Views are in the byte order of the machine; every platform that has a browser engine today is little-endian. */
function viewOf<T extends ColumnType>(body: ArrayBuffer, place: ColumnPlace, type: T): ArrayOf[T] {
  const make: { readonly [K in ColumnType]: () => ArrayOf[K] } = {
    u8: () => new Uint8Array(body, place.offset, place.length),
    u16: () => new Uint16Array(body, place.offset, place.length),
    u32: () => new Uint32Array(body, place.offset, place.length),
    i32: () => new Int32Array(body, place.offset, place.length),
    f64: () => new Float64Array(body, place.offset, place.length),
    u64: () => new BigUint64Array(body, place.offset, place.length),
  };
  return make[type]();
}

function countOf(value: unknown, what: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new SpanTableError(`${what} is not a count`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isColumnType(value: unknown): value is ColumnType {
  return (columnTypes as readonly unknown[]).includes(value);
}

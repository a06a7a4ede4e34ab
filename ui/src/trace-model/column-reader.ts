// Reads the container of docs/formats/span-table.md: columns of numbers behind a small header, as views of the body.
// Nothing about a body is believed: a wrong length, index or shape ends in a `SpanTableError`, never in another error.

import type { UnixNanos } from "../base/time.ts";
import { parseUnixNanos } from "../base/time.ts";
import type { ColumnType } from "./column-layout.ts";
import { bytesPerElement, columnTypes } from "./column-layout.ts";
import { SpanTableError } from "./span-table-error.ts";

export interface ArrayOf {
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

/** What a body says before its columns, and its columns by name. */
export class ColumnReader {
  readonly #header: Readonly<Record<string, unknown>>;
  readonly #columns: ReadonlyMap<string, ColumnPlace>;
  readonly #body: ArrayBuffer;

  /** Reads the header of a body that starts with `magic`; a version that is not known is refused. */
  constructor(body: ArrayBuffer, magic: string, formatVersion: number) {
    const { header, firstColumn } = readHeader(body, magic, formatVersion);
    this.#header = header;
    this.#columns = parseColumns(header["columns"], firstColumn, body.byteLength);
    this.#body = body;
  }

  /** Returns a trace id of the header. */
  traceId(name = "trace_id"): string {
    const traceId = this.#header[name];
    if (typeof traceId === "string" && /^[0-9a-f]{32}$/.test(traceId)) return traceId;
    throw new SpanTableError(`${name} is not 32 hex`);
  }

  /** Returns the time that the times of the columns count from. */
  baseTime(): UnixNanos {
    const base = this.#header["base_time_unix_nano"];
    const baseTime = typeof base === "string" ? parseUnixNanos(base) : null;
    if (baseTime === null) throw new SpanTableError("base_time_unix_nano is not a decimal string");
    return baseTime;
  }

  /** Returns a count of the header. */
  count(name: string): number {
    return countOf(this.#header[name], name);
  }

  /** Returns how many elements a column has; 0 if it is not there. */
  lengthOf(name: string): number {
    return this.#columns.get(name)?.length ?? 0;
  }

  /** Whether a column is there. */
  has(name: string): boolean {
    return this.#columns.has(name);
  }

  /** Returns a column, which must have this type and length. The array is a view of the body. */
  column<T extends ColumnType>(name: string, type: T, length: number): ArrayOf[T] {
    const found = this.#columns.get(name);
    if (found === undefined) throw new SpanTableError(`column "${name}" is missing`);
    if (found.type !== type) throw new SpanTableError(`column "${name}" has type ${found.type}, not ${type}`);
    if (found.length !== length) {
      throw new SpanTableError(`column "${name}" has ${found.length} elements, not ${length}`);
    }
    return viewOf(this.#body, found, type);
  }
}

const fixedBytes = 16;

function readHeader(
  body: ArrayBuffer,
  magic: string,
  formatVersion: number,
): { header: Record<string, unknown>; firstColumn: number } {
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
  let header: unknown;
  try {
    const bytes = new Uint8Array(body, fixedBytes, headerEnd - fixedBytes);
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SpanTableError("header is not JSON", { cause });
  }
  if (!isRecord(header)) throw new SpanTableError("header is not an object");
  return { header, firstColumn };
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

// Writes the span table format, as the server does; used by tests only.

import type { ColumnType } from "../column-layout.ts";
import { bytesPerElement, formatVersion, magic } from "../column-layout.ts";

/** A column with the values to write. */
export interface EncodedColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly values: ArrayLike<number>;
}

/** What the header says; a test may lie in any of it. */
export interface EncodedHeader {
  readonly trace_id: string;
  readonly base_time_unix_nano: string;
  readonly n_spans: number;
  readonly n_strings: number;
}

/** Returns the bytes of a table. */
export function encodeSpanTable(header: EncodedHeader, columns: readonly EncodedColumn[]): ArrayBuffer {
  return encodeColumns(magic, formatVersion, header, columns);
}

/** Returns a body of columns behind a header. */
export function encodeColumns(
  bodyMagic: string,
  version: number,
  header: object,
  columns: readonly EncodedColumn[],
): ArrayBuffer {
  // Offsets have as many digits as the largest one, so that the header's length does not depend on them.
  const place = (firstColumn: number): { text: string; end: number } => {
    let offset = firstColumn;
    const places = columns.map(({ name, type, values }) => {
      const placed = { name, type, offset, length: values.length };
      offset = roundUp(offset + values.length * bytesPerElement[type]);
      return placed;
    });
    return { text: JSON.stringify({ ...header, columns: places }), end: offset };
  };
  const firstColumn = roundUp(16 + encoder.encode(place(1e9).text).length);
  const { text, end } = place(firstColumn);
  const headerBytes = encoder.encode(text.padEnd(firstColumn - 16));

  const body = new ArrayBuffer(end);
  const view = new DataView(body);
  new Uint8Array(body).set(encoder.encode(bodyMagic));
  view.setUint32(4, version, true);
  view.setUint32(8, headerBytes.length, true);
  view.setUint32(12, firstColumn, true);
  new Uint8Array(body).set(headerBytes, 16);
  let offset = firstColumn;
  for (const { type, values } of columns) {
    writeColumn(view, offset, type, values);
    offset = roundUp(offset + values.length * bytesPerElement[type]);
  }
  return body;
}

const encoder = new TextEncoder();

function roundUp(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}

function writeColumn(view: DataView, offset: number, type: ColumnType, values: ArrayLike<number>): void {
  const set: Record<ColumnType, (at: number, value: number) => void> = {
    u8: (at, value) => view.setUint8(at, value),
    u16: (at, value) => view.setUint16(at, value, true),
    u32: (at, value) => view.setUint32(at, value, true),
    i32: (at, value) => view.setInt32(at, value, true),
    f64: (at, value) => view.setFloat64(at, value, true),
    u64: (at, value) => view.setBigUint64(at, BigInt(value), true),
  };
  for (let index = 0; index < values.length; index++) {
    set[type](offset + index * bytesPerElement[type], values[index] ?? 0);
  }
}

/** Returns the two string columns for strings of which the first is empty. */
export function encodeStrings(strings: readonly string[]): EncodedColumn[] {
  const encoded = strings.map((text) => encoder.encode(text));
  const offsets = [0];
  for (const bytes of encoded) offsets.push((offsets.at(-1) ?? 0) + bytes.length);
  return [
    { name: "string_offsets", type: "u32", values: offsets },
    { name: "string_bytes", type: "u8", values: encoded.flatMap((bytes) => Array.from(bytes)) },
  ];
}

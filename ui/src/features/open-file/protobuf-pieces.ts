// Reads a protobuf file: one export request, or several with four bytes of length before each, as the Collector writes them. Pure.
import { joined, protobufBytes, type ProtobufField, protobufFields } from "../../base/protobuf-fields.ts";
import type { Piece, Unread } from "./piece.ts";

/** See `maxPieceChars`: a span takes fewer bytes in protobuf. */
export const maxPieceBytes = 2 << 20;

/** Field numbers of the lists of a request from the outside in; those of traces and logs are the same. */
const lists = [1, 2, 2] as const;
const traceIdField = 1;

export function protobufPieces(bytes: Uint8Array, maxBytes = maxPieceBytes): (Piece | Unread)[] {
  const whole = requestPieces(bytes, null, maxBytes);
  if (whole !== null) return whole;
  const framed = framesOf(bytes)?.flatMap((frame, place): (Piece | Unread)[] => {
    const where = `message ${place + 1}`;
    return requestPieces(frame, where, maxBytes) ?? [{ where, reason: "it is no export request of OTLP" }];
  });
  return framed ?? [{ where: null, reason: "it is neither JSON nor protobuf of OTLP" }];
}

function requestPieces(request: Uint8Array, where: string | null, maxBytes: number): Piece[] | null {
  const items = leaves(request, lists);
  if (items === null || items.length === 0) return null;
  // Where a span has its trace id, a log record has its time.
  const isTraces = items.every((span) => {
    const id = protobufFields(span)?.find(({ number }) => number === traceIdField);
    return id === undefined || id.wireType === 2;
  });
  const signal = isTraces ? "traces" : "logs";
  return split(request, lists, maxBytes).map((body) => {
    const spans = leaves(body, lists) ?? [];
    const ids = isTraces ? spans.map(traceIdOf).filter((id) => id !== null) : [];
    return { where, format: "protobuf", signal, body, traceIds: [...new Set(ids)], nItems: spans.length };
  });
}

/** Returns the innermost messages of nested lists, or null if it is no such message. */
function leaves(message: Uint8Array, path: readonly number[]): Uint8Array[] | null {
  const [number, ...inner] = path;
  if (number === undefined) return protobufFields(message) === null ? null : [message];
  const fields = protobufFields(message);
  if (fields === null) return null;
  const found: Uint8Array[] = [];
  for (const field of fields) {
    if (field.number !== number) {
      // A request has one list and nothing else.
      if (path.length === lists.length) return null;
      continue;
    }
    const below = field.wireType === 2 ? leaves(message.subarray(field.from, field.to), inner) : null;
    if (below === null) return null;
    for (const leaf of below) found.push(leaf);
  }
  return found;
}

function traceIdOf(span: Uint8Array): string | null {
  const id = protobufFields(span)?.find(({ number, wireType }) => number === traceIdField && wireType === 2);
  if (id === undefined || id.to - id.from !== 16) return null;
  return Array.from(span.subarray(id.from, id.to), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Returns messages of at most `maxBytes` each, as far as their innermost ones allow. */
function split(message: Uint8Array, path: readonly number[], maxBytes: number): Uint8Array<ArrayBuffer>[] {
  const [number, ...inner] = path;
  const fields = message.length <= maxBytes || number === undefined ? null : protobufFields(message);
  if (fields === null || number === undefined) return [joined([message])];
  const isListed = (field: ProtobufField): boolean => field.number === number && field.wireType === 2;
  const others = fields.filter((field) => !isListed(field)).map(({ start, to }) => message.subarray(start, to));
  const room = maxBytes - others.reduce((sum, other) => sum + other.length, 0);
  const groups: Uint8Array[][] = [];
  let left = 0;
  for (const field of fields.filter(isListed)) {
    for (const part of split(message.subarray(field.from, field.to), inner, room)) {
      const element = protobufBytes(number, [part]);
      if (groups.length === 0 || element.length > left) {
        groups.push([]);
        left = room;
      }
      groups.at(-1)?.push(element);
      left -= element.length;
    }
  }
  return groups.map((group) => joined([...others, ...group]));
}

/** Returns the messages of a file that has the length of each before it, in four bytes; null if it is no such file. */
function framesOf(bytes: Uint8Array): Uint8Array[] | null {
  const frames: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return null;
    const to = at + 4 + view.getUint32(at);
    if (to > bytes.length) return null;
    frames.push(bytes.subarray(at + 4, to));
    at = to;
  }
  return frames.length === 0 ? null : frames;
}

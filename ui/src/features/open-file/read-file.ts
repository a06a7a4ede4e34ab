// Reads a file of traces piece by piece, whatever of the formats it has; only one line, or one document, is in memory.
import { joined } from "../../base/protobuf-fields.ts";
import { endOfValue } from "./json-split.ts";
import { jsonPieces } from "./json-pieces.ts";
import type { Piece, Unread } from "./piece.ts";
import { protobufPieces } from "./protobuf-pieces.ts";

/** One JSON document, or one protobuf file, is read whole: up to here. Files of lines have no bound. */
const maxDocumentBytes = 256 << 20;
const tooLarge = "it is larger than 256 MiB, which is the most that is read at once";

const gzip = [0x1f, 0x8b];
const zstd = [0x28, 0xb5, 0x2f, 0xfd];

export async function* readFile(file: Blob): AsyncGenerator<Piece | Unread> {
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  const startsWith = (magic: readonly number[]): boolean => magic.every((byte, place) => head[place] === byte);
  if (head.length === 0) yield { where: null, reason: "it is empty" };
  else if (startsWith(zstd)) {
    yield { where: null, reason: "it is compressed with zstd: unpack it first (zstd -d)" };
  } else if (startsWith(gzip)) yield* readStream(file.stream().pipeThrough(new DecompressionStream("gzip")));
  else yield* readStream(file.stream());
}

async function* readStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Piece | Unread> {
  const reader = stream.getReader();
  try {
    const first = await reader.read();
    const bytes = first.value ?? new Uint8Array();
    if (isText(bytes)) yield* readLines(textOf(chunksOf(bytes, reader)));
    else yield* readProtobuf(chunksOf(bytes, reader));
  } catch (error) {
    yield { where: null, reason: `it cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    void reader.cancel().catch(() => {});
  }
}

/** JSON begins with a bracket, after space or a byte order mark; protobuf of OTLP with the key of its first field, or a length. */
function isText(bytes: Uint8Array): boolean {
  const start = new TextDecoder().decode(bytes.subarray(0, 4096)).trimStart();
  // The key of field 1 is a line feed, which is space: what follows it tells.
  if (bytes[0] === 0x0a && !/^\s*[{[]/.test(start)) return false;
  return /^[{[]/.test(start) || !(bytes[0] === 0 || bytes[0] === 0x0a);
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** The chunks of a stream, the first of which was read already. Not every engine iterates over streams itself. */
async function* chunksOf(first: Uint8Array, reader: Reader): AsyncGenerator<Uint8Array> {
  yield first;
  while (true) {
    // One chunk after the other.
    // oxlint-disable-next-line no-await-in-loop
    const next = await reader.read();
    if (next.done) return;
    yield next.value;
  }
}

async function* textOf(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function* readLines(chunks: AsyncGenerator<string>): AsyncGenerator<Piece | Unread> {
  let rest = "";
  let lineNumber = 1;
  /** Null until the first line is there: a whole value on it makes a file of lines, else the file is one document. */
  let isLines: boolean | null = null;
  for await (const chunk of chunks) {
    rest += chunk;
    if (rest.length > maxDocumentBytes) {
      yield { where: isLines === true ? `line ${lineNumber}` : null, reason: tooLarge };
      return;
    }
    if (isLines === false || !chunk.includes("\n")) continue;
    const lines = rest.split("\n");
    const last = lines.pop() ?? "";
    if (isLines === null) {
      const firstLine = lines.find((line) => line.trim() !== "")?.trim();
      if (firstLine === undefined) continue;
      isLines = endOfValue(firstLine, 0) === firstLine.length;
      if (!isLines) continue;
    }
    rest = last;
    for (const line of lines) {
      if (line.trim() !== "") yield* jsonPieces(line, `line ${lineNumber}`);
      lineNumber += 1;
    }
  }
  if (rest.trim() !== "") yield* jsonPieces(rest, isLines === true ? `line ${lineNumber}` : null);
}

async function* readProtobuf(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Piece | Unread> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length > maxDocumentBytes) {
      yield { where: null, reason: tooLarge };
      return;
    }
  }
  yield* protobufPieces(joined(parts));
}

// Makes a tree of a JSON text that keeps numbers as they were written: JSON.parse would round them. Children are read when asked for.

import type { JsonEntry, JsonNode } from "./json-node.ts";
import type { JsonTape } from "./scan-json.ts";
import { afterBlanks, endOfScalar, endOfString, JsonScanner } from "./scan-json.ts";

/** Returns the tree of a JSON text, or null if it is none. */
export function parseJson(text: string): JsonNode | null {
  const scanner = new JsonScanner(text);
  return scanner.run(Infinity) === "done" ? rootOf(scanner.tape()) : null;
}

/** Returns the tree of a text that was read to its end. */
export function rootOf(tape: JsonTape): JsonNode {
  const { text } = tape;
  const start = afterBlanks(text, 0);
  if (tape.starts.length > 0) return containerOf(tape, 0);
  return scalarOf(text, start, endOfScalar(text, start));
}

function containerOf(tape: JsonTape, container: number): JsonNode {
  const kind = tape.text[tape.starts[container] ?? 0] === "{" ? "object" : "array";
  let made: readonly JsonEntry[] | null = null;
  return {
    kind,
    size: tape.sizes[container] ?? 0,
    children: () => (made ??= childrenOf(tape, container, kind === "object")),
  };
}

function childrenOf(tape: JsonTape, container: number, isObject: boolean): JsonEntry[] {
  const { text, starts, ends, nexts } = tape;
  const end = ends[container] ?? 0;
  const entries: JsonEntry[] = [];
  let inner = container + 1;
  let at = afterBlanks(text, (starts[container] ?? 0) + 1);
  while (at < end) {
    let key = String(entries.length);
    if (isObject) {
      const afterKey = endOfString(text, at);
      key = stringOf(text, at, afterKey);
      at = afterBlanks(text, afterBlanks(text, afterKey) + 1);
    }
    let after: number;
    if (starts[inner] === at) {
      entries.push({ key, node: containerOf(tape, inner) });
      after = (ends[inner] ?? end) + 1;
      inner = nexts[inner] ?? starts.length;
    } else {
      after = endOfScalar(text, at);
      entries.push({ key, node: scalarOf(text, at, after) });
    }
    // Over the comma.
    at = afterBlanks(text, afterBlanks(text, after) + 1);
  }
  return entries;
}

function scalarOf(text: string, start: number, end: number): JsonNode {
  if (text[start] === '"') return { kind: "string", value: stringOf(text, start, end) };
  const literal = text.slice(start, end);
  if (literal === "null") return { kind: "null" };
  if (literal === "true" || literal === "false") return { kind: "boolean", value: literal === "true" };
  return { kind: "number", text: literal };
}

function stringOf(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1);
  return inner.includes("\\") ? (JSON.parse(text.slice(start, end)) as string) : inner;
}

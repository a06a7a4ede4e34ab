// One tree for what attributes and JSON texts hold, with numbers as text so that no digit is lost. Children are made on demand.

import type { AnyValue } from "../../api/messages.ts";
import { parseJson } from "./parse-json.ts";

export type JsonNode =
  | { readonly kind: "null" }
  | { readonly kind: "boolean"; readonly value: boolean }
  /** As it was written: 9007199254740993, 1e400, NaN. */
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "bytes"; readonly base64: string }
  | { readonly kind: "array"; readonly size: number; children(): readonly JsonEntry[] }
  /** Keys may repeat. */
  | { readonly kind: "object"; readonly size: number; children(): readonly JsonEntry[] };

export interface JsonEntry {
  readonly key: string;
  readonly node: JsonNode;
}

/** Returns the tree of an OTLP value. */
export function nodeOfAnyValue(value: AnyValue): JsonNode {
  if (isSet(value.stringValue)) return { kind: "string", value: value.stringValue };
  if (isSet(value.boolValue)) return { kind: "boolean", value: value.boolValue };
  if (isSet(value.intValue)) return { kind: "number", text: value.intValue };
  if (isSet(value.doubleValue)) return { kind: "number", text: value.doubleValue };
  if (isSet(value.bytesValue)) return { kind: "bytes", base64: value.bytesValue };
  if (isSet(value.arrayValue)) {
    const { values } = value.arrayValue;
    const children = once(() => values.map((item, index) => ({ key: String(index), node: nodeOfAnyValue(item) })));
    return { kind: "array", size: values.length, children };
  }
  if (isSet(value.kvlistValue)) {
    const { values } = value.kvlistValue;
    const children = once(() => values.map((pair) => ({ key: pair.key, node: nodeOfAnyValue(pair.value) })));
    return { kind: "object", size: values.length, children };
  }
  return { kind: "null" };
}

/** Longer texts stay text here: reading them at once would stall the page; see `useJsonNode`. */
export const longestAtOnce = 1024 * 1024;

/** Returns the object or array that a text spells as JSON, or null. Plain strings and numbers are better read as text. */
export function nodeOfJsonText(text: string): JsonNode | null {
  if (text.length > longestAtOnce || !/^\s*[[{]/.test(text)) return null;
  return parseJson(text);
}

/** Returns the tree of a value, looking into a text that is JSON. */
export function nodeOfValue(value: AnyValue): JsonNode {
  const node = nodeOfAnyValue(value);
  return node.kind === "string" ? (nodeOfJsonText(node.value) ?? node) : node;
}

/** Returns a node as text: a string as it is, all else as JSON with all digits. */
export function textOfNode(node: JsonNode): string {
  if (node.kind === "string") return node.value;
  if (node.kind === "bytes") return node.base64;
  return jsonOf(node);
}

/** Deeper levels are indented like this one, or a hostile value would be nothing but blanks. */
const deepestIndent = 100;

function lineStart(depth: number): string {
  return `\n${"  ".repeat(Math.min(depth, deepestIndent))}`;
}

/** With a stack of its own: a value may be deeper than that of the engine. */
function jsonOf(root: JsonNode): string {
  const pieces: string[] = [];
  const open: { entries: readonly JsonEntry[]; isObject: boolean; place: number }[] = [];
  const write = (node: JsonNode): void => {
    if (node.kind !== "array" && node.kind !== "object") {
      pieces.push(jsonOfLeaf(node));
    } else if (node.size === 0) {
      pieces.push(node.kind === "array" ? "[]" : "{}");
    } else {
      pieces.push(node.kind === "array" ? "[" : "{");
      open.push({ entries: node.children(), isObject: node.kind === "object", place: 0 });
    }
  };
  write(root);
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    const place = level.place++;
    const entry = level.entries[place];
    if (entry === undefined) {
      open.pop();
      pieces.push(lineStart(open.length), level.isObject ? "}" : "]");
      continue;
    }
    pieces.push(place === 0 ? "" : ",", lineStart(open.length), level.isObject ? `${JSON.stringify(entry.key)}: ` : "");
    write(entry.node);
  }
  return pieces.join("");
}

function jsonOfLeaf(node: Exclude<JsonNode, { kind: "array" | "object" }>): string {
  switch (node.kind) {
    case "null":
      return "null";
    case "boolean":
      return String(node.value);
    case "number":
      return node.text;
    case "string":
      return JSON.stringify(node.value);
    case "bytes":
      return JSON.stringify(node.base64);
    default:
      return node satisfies never;
  }
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

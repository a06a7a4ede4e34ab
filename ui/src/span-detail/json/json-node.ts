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
export function textOfNode(node: JsonNode, indent = ""): string {
  switch (node.kind) {
    case "null":
      return "null";
    case "boolean":
      return String(node.value);
    case "number":
      return node.text;
    case "string":
      return indent === "" ? node.value : JSON.stringify(node.value);
    case "bytes":
      return indent === "" ? node.base64 : JSON.stringify(node.base64);
    case "array":
    case "object":
      return textOfChildren(node, indent === "" ? "\n" : indent);
    default:
      return node satisfies never;
  }
}

function textOfChildren(node: JsonNode & { kind: "array" | "object" }, indent: string): string {
  const [open, close] = node.kind === "array" ? ["[", "]"] : ["{", "}"];
  if (node.size === 0) return `${open}${close}`;
  const deeper = `${indent}  `;
  const lines = node.children().map(({ key, node: child }) => {
    const name = node.kind === "object" ? `${JSON.stringify(key)}: ` : "";
    return `${deeper}${name}${textOfNode(child, deeper)}`;
  });
  return `${open}${lines.join(",")}${indent}${close}`;
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

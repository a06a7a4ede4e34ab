// Names the types of attribute values and says them as text to copy.

import type { AnyValue } from "../api/messages.ts";
import { nodeOfAnyValue, textOfNode } from "./json/json-node.ts";

/** Returns the type as OTLP names it, without "Value"; null for text, which needs no name. */
export function typeNameOf(value: AnyValue): string | null {
  const { kind } = nodeOfAnyValue(value);
  switch (kind) {
    case "string":
      return null;
    case "number":
      return value.intValue === undefined || value.intValue === null ? "double" : "int";
    case "boolean":
      return "bool";
    case "object":
      return "kvlist";
    case "null":
      return "empty";
    case "array":
    case "bytes":
      return kind;
    default:
      return kind satisfies never;
  }
}

/** Returns what the copy button copies. */
export function textOfValue(value: AnyValue): string {
  return textOfNode(nodeOfAnyValue(value));
}

/** Returns the attributes whose key or value has a text in it, in any case; all for a blank one. */
export function attributesWith<T extends { readonly key: string; readonly value: AnyValue }>(
  attributes: readonly T[],
  text: string,
): readonly T[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return attributes;
  return attributes.filter(({ key, value }) => {
    return key.toLowerCase().includes(wanted) || textOfValue(value).toLowerCase().includes(wanted);
  });
}

// Turns values of a span into queries that find the traces which have them too; the page says what becomes of a query.
import { createContext } from "react";
import type { AnyValue } from "../api/messages.ts";
import { nodeOfAnyValue } from "./json/json-node.ts";

/** Shows the traces that match a query; null where there is no list to show. */
export type FindTraces = ((query: string) => void) | null;

export const FindTracesContext = createContext<FindTraces>(null);

/** Longer values are no use in an address. */
const longestValue = 200;

/** Returns the condition that a span has this attribute with this value; null if the language cannot ask for it. */
export function attributeCondition(key: string, value: AnyValue): string | null {
  const node = nodeOfAnyValue(value);
  const quotedKey = keyIn(key);
  if (quotedKey === null) return null;
  const left = `span.attributes.${quotedKey}`;
  if (node.kind === "number" && /^-?\d+(\.\d+)?$/.test(node.text)) return `${left} = '${node.text}'`;
  if (node.kind === "boolean") return `${left} = '${String(node.value)}'`;
  const text = node.kind === "string" ? valueIn(node.value) : null;
  return text === null ? null : `${left} = ${text}`;
}

/** Returns the condition that an attribute of a resource asks for: only its service can be asked. */
export function resourceCondition(key: string, value: AnyValue): string | null {
  const node = nodeOfAnyValue(value);
  const text = key === "service.name" && node.kind === "string" ? valueIn(node.value) : null;
  return text === null ? null : `service = ${text}`;
}

/** Returns the condition that a trace has an assessment of this name with this value, given as JSON text. */
export function assessmentCondition(kind: string, name: string, json: string): string | null {
  const key = keyIn(name);
  const text = valueIn(json.startsWith('"') ? plainOf(json) : json);
  return key === null || text === null ? null : `${kind}.${key} = ${text}`;
}

function plainOf(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return "";
  }
}

/** Returns the query for a text anywhere in a span; in quotes, so that nothing in it is read as a comparison. */
export function textQuery(text: string): string | null {
  return valueIn(text.trim());
}

function keyIn(key: string): string | null {
  if (/^[\w$#@:]+(\.[\w$#@:]+)*$/.test(key)) return key;
  return key.includes("`") || key === "" || key.length > longestValue ? null : `\`${key}\``;
}

/** A quote within quotes of its kind would end them. */
function valueIn(text: string): string | null {
  if (text === "" || text.length > longestValue || text.includes("\n") || !text.isWellFormed()) return null;
  const quote = ["'", '"'].find((one) => !text.includes(one));
  return quote === undefined ? null : `${quote}${text}${quote}`;
}

// What the value of an assessment is, how it reads in few characters, and how a form turns text into it. Pure.
import type { Attribute } from "../../api/messages.ts";
import { decimal } from "../../base/format.ts";

export type ValueKind = "boolean" | "number" | "text" | "json";

/** A value as a form holds it. */
export type ValueDraft = { kind: ValueKind; text: string };

/** Reads the JSON text of a value; one that is cut or none is text as it is. */
export function draftOf(json: string): ValueDraft {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { kind: "text", text: json };
  }
  if (typeof value === "boolean") return { kind: "boolean", text: String(value) };
  if (typeof value === "number") return { kind: "number", text: json };
  if (typeof value === "string") return { kind: "text", text: value };
  return { kind: "json", text: json };
}

/** Returns the value of a draft, or why it is none. */
export function valueOf({ kind, text }: ValueDraft): { value: unknown } | { problem: string } {
  const trimmed = text.trim();
  if (kind === "boolean") return trimmed === "" ? { problem: "Choose yes or no" } : { value: trimmed === "true" };
  if (kind === "text") return trimmed === "" ? { problem: "The value is missing" } : { value: text };
  if (kind === "number") {
    const number = Number(trimmed);
    return trimmed === "" || !Number.isFinite(number) ? { problem: "This is no number" } : { value: number };
  }
  try {
    const value: unknown = JSON.parse(text);
    return value === null ? { problem: "null says nothing" } : { value };
  } catch {
    return { problem: "This is not JSON" };
  }
}

/** How a value reads in a list; `tone` is for truth values alone. */
export function shortValue(json: string | null | undefined): { text: string; tone: "yes" | "no" | "plain" } {
  // No value is null: a judge that failed leaves one, beside its error.
  if (json == null || json === "null") return { text: "error", tone: "no" };
  const { kind, text } = draftOf(json);
  if (kind === "boolean") return text === "true" ? { text: "yes", tone: "yes" } : { text: "no", tone: "no" };
  if (kind === "number") return { text: shortNumber(Number(text)), tone: "plain" };
  return { text, tone: "plain" };
}

/** Three digits of a fraction say enough in a list. */
export function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : decimal(String(Number(value.toPrecision(3))));
}

/** Who or what judged, for a person. */
export function sourceText(type: string, id: string | null | undefined): string {
  const names: Record<string, string> = {
    HUMAN: "person",
    LLM_JUDGE: "LLM judge",
    AI_JUDGE: "LLM judge",
    CODE: "code",
  };
  const name = Object.hasOwn(names, type) ? names[type] : type.toLowerCase();
  return id ? `${id}, ${name}` : (name ?? "");
}

/** Returns the error of a judge as the attributes of an exception; one that is not as MLflow's clients write it is all message. */
export function errorOf(text: string): Attribute[] {
  let error: unknown;
  try {
    error = JSON.parse(text);
  } catch {
    error = null;
  }
  const fields = Object.entries(typeof error === "object" && error !== null ? error : {});
  const attributes = keysOfErrors.flatMap(([field, key]) => {
    const value: unknown = fields.find(([name]) => name === field)?.[1];
    return typeof value === "string" && value !== "" ? [{ key, value: { stringValue: value } }] : [];
  });
  return attributes.length > 0 ? attributes : [{ key: "exception.message", value: { stringValue: text } }];
}

const keysOfErrors = [
  ["error_code", "exception.type"],
  ["error_message", "exception.message"],
  ["stack_trace", "exception.stacktrace"],
] as const;

// Reads JSON into a tree that keeps numbers as they were written: JSON.parse would round them.

import type { JsonEntry, JsonNode } from "./json-node.ts";

/** Deeper values are not worth a tree, and a hostile one could overflow the stack. */
const deepestNesting = 200;

/** Returns the tree of a JSON text, or null if it is none. */
export function parseJson(text: string): JsonNode | null {
  try {
    const reader = new JsonReader(text);
    const node = reader.readValue(0);
    return reader.isAtEnd() ? node : null;
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

class NotJson extends Error {}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const blankPattern = /[ \t\n\r]*/y;
const literals: readonly (readonly [string, JsonNode])[] = [
  ["null", { kind: "null" }],
  ["true", { kind: "boolean", value: true }],
  ["false", { kind: "boolean", value: false }],
  // Python writes these, and MLflow passes them on.
  ["NaN", { kind: "number", text: "NaN" }],
  ["Infinity", { kind: "number", text: "Infinity" }],
  ["-Infinity", { kind: "number", text: "-Infinity" }],
];

const quote = 34;
const backslash = 92;
const firstPrintable = 32;

function unescape(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch (cause) {
    throw new NotJson("a string has a wrong escape", { cause });
  }
}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    this.#skipBlanks();
    return this.#at === this.#text.length;
  }

  readValue(depth: number): JsonNode {
    if (depth > deepestNesting) throw new NotJson();
    this.#skipBlanks();
    const first = this.#text[this.#at];
    if (first === '"') return { kind: "string", value: this.#readString() };
    if (first === "{") return this.#readChildren("object", "}", depth);
    if (first === "[") return this.#readChildren("array", "]", depth);
    for (const [literal, node] of literals) {
      if (this.#text.startsWith(literal, this.#at)) {
        this.#at += literal.length;
        return node;
      }
    }
    return { kind: "number", text: this.#match(numberPattern) };
  }

  #readChildren(kind: "array" | "object", close: string, depth: number): JsonNode {
    const entries: JsonEntry[] = [];
    this.#at++;
    this.#skipBlanks();
    if (this.#take(close)) return { kind, size: 0, children: () => entries };
    do {
      let key = String(entries.length);
      if (kind === "object") {
        this.#skipBlanks();
        key = this.#readString();
        this.#skipBlanks();
        if (!this.#take(":")) throw new NotJson();
      }
      entries.push({ key, node: this.readValue(depth + 1) });
      this.#skipBlanks();
    } while (this.#take(","));
    if (!this.#take(close)) throw new NotJson();
    return { kind, size: entries.length, children: () => entries };
  }

  /** By hand: an expression that repeats over megabytes would exhaust the stack of the engine. */
  #readString(): string {
    const start = this.#at;
    if (this.#text.charCodeAt(start) !== quote) throw new NotJson();
    let hasEscape = false;
    let at = start + 1;
    for (let unit = this.#text.charCodeAt(at); unit !== quote; unit = this.#text.charCodeAt(at)) {
      // Beyond the end the unit is NaN.
      if (!(unit >= firstPrintable)) throw new NotJson();
      if (unit === backslash) hasEscape = true;
      at += unit === backslash ? 2 : 1;
    }
    this.#at = at + 1;
    return hasEscape ? unescape(this.#text.slice(start, at + 1)) : this.#text.slice(start + 1, at);
  }

  #skipBlanks(): void {
    blankPattern.lastIndex = this.#at;
    blankPattern.test(this.#text);
    this.#at = blankPattern.lastIndex;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null || match[0] === "") throw new NotJson();
    this.#at = pattern.lastIndex;
    return match[0];
  }
}

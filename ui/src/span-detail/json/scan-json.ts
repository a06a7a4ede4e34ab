// Reads a JSON text once, in steps that the caller sizes, and notes where each object and array begins and ends: a tree of megabytes
// is there without a node being made. Strict, but for the numbers that Python writes.

/** Where the containers of a text are, in the order of their beginnings. */
export interface JsonTape {
  readonly text: string;
  /** Place of `{` or `[`. */
  readonly starts: Int32Array;
  /** Place of `}` or `]`. */
  readonly ends: Int32Array;
  /** Number of entries. */
  readonly sizes: Int32Array;
  /** Number of the first container after all that is within this one. */
  readonly nexts: Int32Array;
}

/** Deeper values are not worth a tree: only hostile ones are, and what walks a tree by recursion could overflow the stack. */
const deepestNesting = 2000;
/** More would cost more memory than the text itself; 10 MB of JSON have a fifth of it. */
const mostContainers = 4_000_000;

type Expected = "value" | "value-or-end" | "key" | "key-or-end" | "comma-or-end" | "nothing";

const [quote, backslash, comma, colon] = [34, 92, 44, 58];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];
const firstPrintable = 32;

export const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Python writes the last three, and MLflow passes them on. */
export const literalPattern = /null|true|false|NaN|-?Infinity/y;

export class JsonScanner {
  readonly #text: string;
  #at = 0;
  #expect: Expected = "value";
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #sizes = new Int32Array(64);
  #nexts = new Int32Array(64);
  #nContainers = 0;
  readonly #open: number[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads on for about so many characters; returns whether there is more to read, or that the text is no JSON. */
  run(nCharacters: number): "more" | "done" | "bad" {
    const text = this.#text;
    const until = this.#at + nCharacters;
    while (this.#at < text.length) {
      if (this.#at >= until) return "more";
      const unit = text.charCodeAt(this.#at);
      if (isBlank(unit)) this.#at++;
      else if (!this.#step(unit)) return "bad";
    }
    return this.#expect === "nothing" && this.#open.length === 0 ? "done" : "bad";
  }

  /** Returns what was noted, once all is read. */
  tape(): JsonTape {
    const n = this.#nContainers;
    return {
      text: this.#text,
      starts: this.#starts.slice(0, n),
      ends: this.#ends.slice(0, n),
      sizes: this.#sizes.slice(0, n),
      nexts: this.#nexts.slice(0, n),
    };
  }

  #step(unit: number): boolean {
    switch (this.#expect) {
      case "value":
        return this.#readValue(unit);
      case "value-or-end":
        return unit === closeBracket ? this.#close() : this.#readValue(unit);
      case "key-or-end":
        return unit === closeBrace ? this.#close() : this.#readKey();
      case "key":
        return this.#readKey();
      case "comma-or-end": {
        const isObject = this.#text.charCodeAt(this.#starts[this.#open.at(-1) ?? 0] ?? 0) === openBrace;
        if (unit === (isObject ? closeBrace : closeBracket)) return this.#close();
        if (unit !== comma) return false;
        this.#at++;
        this.#expect = isObject ? "key" : "value";
        return true;
      }
      case "nothing":
        return false;
      default:
        return this.#expect satisfies never;
    }
  }

  #readKey(): boolean {
    const end = endOfString(this.#text, this.#at);
    if (end < 0) return false;
    this.#at = afterBlanks(this.#text, end);
    if (this.#text.charCodeAt(this.#at) !== colon) return false;
    this.#at++;
    this.#expect = "value";
    return true;
  }

  #readValue(unit: number): boolean {
    const parent = this.#open.at(-1);
    if (parent !== undefined) this.#sizes[parent] = (this.#sizes[parent] ?? 0) + 1;
    if (unit === openBrace || unit === openBracket) return this.#openContainer(unit === openBrace);
    const end = endOfScalar(this.#text, this.#at);
    if (end < 0) return false;
    this.#at = end;
    this.#expect = parent === undefined ? "nothing" : "comma-or-end";
    return true;
  }

  #openContainer(isObject: boolean): boolean {
    if (this.#open.length >= deepestNesting || this.#nContainers >= mostContainers) return false;
    if (this.#nContainers === this.#starts.length) {
      [this.#starts, this.#ends, this.#sizes, this.#nexts] = [this.#starts, this.#ends, this.#sizes, this.#nexts].map(
        doubled,
      ) as [Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>];
    }
    this.#starts[this.#nContainers] = this.#at++;
    this.#open.push(this.#nContainers++);
    this.#expect = isObject ? "key-or-end" : "value-or-end";
    return true;
  }

  #close(): boolean {
    const container = this.#open.pop() ?? 0;
    this.#ends[container] = this.#at++;
    this.#nexts[container] = this.#nContainers;
    this.#expect = this.#open.length === 0 ? "nothing" : "comma-or-end";
    return true;
  }
}

function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const more = new Int32Array(values.length * 2);
  more.set(values);
  return more;
}

function isBlank(unit: number): boolean {
  return unit === 32 || unit === 10 || unit === 13 || unit === 9;
}

export function afterBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** Returns the place after a string, a number or a literal; −1 if there is none. */
export function endOfScalar(text: string, from: number): number {
  if (text.charCodeAt(from) === quote) return endOfString(text, from);
  for (const pattern of [literalPattern, numberPattern]) {
    pattern.lastIndex = from;
    if (pattern.test(text) && pattern.lastIndex > from) return pattern.lastIndex;
  }
  return -1;
}

/** By hand: an expression that repeats over megabytes would exhaust the stack of the engine. */
export function endOfString(text: string, from: number): number {
  if (text.charCodeAt(from) !== quote) return -1;
  let at = from + 1;
  for (let unit = text.charCodeAt(at); unit !== quote; unit = text.charCodeAt(at)) {
    // Beyond the end the unit is NaN.
    if (!(unit >= firstPrintable)) return -1;
    if (unit === backslash) {
      const length = escapeLength(text, at + 1);
      if (length === 0) return -1;
      at += length;
    }
    at++;
  }
  return at + 1;
}

/** Characters of an escape after its backslash; 0 if there is no such escape. */
function escapeLength(text: string, at: number): number {
  if (text[at] !== "u") return /["\\/bfnrt]/.test(text[at] ?? "") ? 1 : 0;
  return /^[\da-fA-F]{4}$/.test(text.slice(at + 1, at + 5)) ? 5 : 0;
}

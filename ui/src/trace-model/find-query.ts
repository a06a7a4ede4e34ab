// Reads what a person types to find spans: words, words to leave out, and bounds such as `>5ms` and `>2%`. Pure.

import type { RelativeNanos } from "../base/units.ts";

/** What a text asks for. */
export interface TextQuery {
  /** Each must be in the span, in lower case. */
  readonly words: readonly string[];
  /** None of them may be. */
  readonly without: readonly string[];
  readonly longerThan: RelativeNanos | null;
  /** Part of the trace's duration, from 0 to 1. */
  readonly moreThan: number | null;
}

const nanosOf: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, min: 60e9 };

/** Returns what a text asks for; text in double quotes is one word. */
export function parseQuery(text: string): TextQuery {
  const words: string[] = [];
  const without: string[] = [];
  let longerThan: RelativeNanos | null = null;
  let moreThan: number | null = null;
  for (const [, minus = "", quoted, plain = ""] of text.matchAll(/(-?)(?:"([^"]*)"?|(\S+))/g)) {
    const bound = quoted === undefined && minus === "" ? boundOf(plain) : null;
    if (bound?.unit === "%") moreThan = bound.value / 100;
    else if (bound !== null) longerThan = bound.value * (nanosOf[bound.unit] ?? 1);
    else {
      const word = (quoted ?? plain).toLowerCase();
      if (word !== "") (minus === "" ? words : without).push(word);
    }
  }
  return { words, without, longerThan, moreThan };
}

function boundOf(word: string): { readonly value: number; readonly unit: string } | null {
  const match = /^>(\d+(?:\.\d+)?)(%|ns|us|µs|ms|s|min|m)$/i.exec(word);
  return match === null ? null : { value: Number(match[1]), unit: (match[2] ?? "").toLowerCase() };
}

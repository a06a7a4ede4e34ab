// Two traces aligned: the merged rows as columns, and both span tables. See docs/formats/comparison.md.

import type { SpanTable } from "../trace-model/span-table.ts";
import type { StringTable } from "../trace-model/string-table.ts";

/** Place of a row in the merged tree: depth first. */
export type MergedRow = number;

/** What became of a span, in the order of the numbers of the format. */
export const verdicts = ["unchanged", "changed", "added", "removed", "moved"] as const;

export type Verdict = (typeof verdicts)[number];

/** Bits of the `changes` column, and what each is called. */
export const changeBits = {
  duration: 1 << 0,
  status: 1 << 1,
  content: 1 << 2,
  model: 1 << 3,
  tokens: 1 << 4,
  cost: 1 << 5,
  name: 1 << 6,
  service: 1 << 7,
} as const;

/** Bits of the `hints` column. */
export const hintBits = {
  renamed: 1 << 0,
  wrapped: 1 << 1,
  wrapper: 1 << 2,
  reordered: 1 << 3,
  pinned: 1 << 4,
  byRule: 1 << 5,
} as const;

/** Numbers of the `group_kind` column. */
export const groupKinds = { none: 0, loop: 1, retry: 2, fanOut: 3 } as const;

export interface Comparison {
  readonly baselineId: string;
  readonly candidateId: string;
  readonly nRows: number;
  readonly strings: StringTable;
  readonly parent: Int32Array;
  readonly subtreeEnd: Uint32Array;
  readonly depth: Uint16Array;
  readonly verdict: Uint8Array;
  readonly changes: Uint16Array;
  readonly hints: Uint8Array;
  /** Rows of the two span tables; −1 for none. */
  readonly baselineRow: Int32Array;
  readonly candidateRow: Int32Array;
  readonly label: Uint32Array;
  /** Head of the group that the row is a direct part of; −1 for none. */
  readonly loopGroup: Int32Array;
  readonly iteration: Uint32Array;
  /** Row of the parent that a moved span had in the baseline; −1 for none. */
  readonly movedFrom: Int32Array;
  readonly groupKind: Uint8Array;
  readonly baselineIterations: Uint32Array;
  readonly candidateIterations: Uint32Array;
  /** Candidate minus baseline; NaN if unknown. Nanoseconds, nanoseconds, tokens, pico-dollars. */
  readonly deltaDuration: Float64Array;
  readonly deltaSelf: Float64Array;
  readonly deltaTokens: Float64Array;
  readonly deltaCost: Float64Array;
  /** 1 for rows that began after the first divergence did. */
  readonly downstream: Uint8Array;
  readonly baseline: SpanTable;
  readonly candidate: SpanTable;
}

export function verdictOf(comparison: Comparison, row: MergedRow): Verdict {
  return verdicts[comparison.verdict[row] ?? 0] ?? "unchanged";
}

/** Whether a row is anything but the same on both sides. */
export function isChange(comparison: Comparison, row: MergedRow): boolean {
  return comparison.verdict[row] !== 0;
}

// Builds comparisons for tests, through the real decoder; used by tests only.

import type { TestSpan } from "../../trace-model/testing/build.ts";
import { encodeTable } from "../../trace-model/testing/build.ts";
import type { EncodedColumn } from "../../trace-model/testing/encode.ts";
import { encodeColumns, encodeStrings } from "../../trace-model/testing/encode.ts";
import type { Comparison, Verdict } from "../comparison.ts";
import { verdicts } from "../comparison.ts";
import { decodeComparison } from "../decode.ts";

/** A row to build; rows are listed depth first. */
export interface TestRow {
  readonly depth: number;
  readonly verdict: Verdict;
  /** Numbers of the spans; absent for none. */
  readonly baseline?: number;
  readonly candidate?: number;
  readonly label?: string;
  readonly changes?: number;
  readonly hints?: number;
  readonly groupKind?: number;
  /** Of a head: how often each side does it. */
  readonly iterations?: readonly [number, number];
  readonly deltas?: {
    readonly duration?: number;
    readonly self?: number;
    readonly tokens?: number;
    readonly cost?: number;
  };
  readonly isDownstream?: boolean;
}

export const baselineId = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
export const candidateId = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

/** Returns the comparison of two traces with these rows. */
export function buildComparison(
  baseline: readonly TestSpan[],
  candidate: readonly TestSpan[],
  rows: readonly TestRow[],
): Comparison {
  return decodeComparison(encodeComparison(baseline, candidate, rows));
}

/** Returns the bytes of it; `spoil` may replace columns. */
export function encodeComparison(
  baseline: readonly TestSpan[],
  candidate: readonly TestSpan[],
  rows: readonly TestRow[],
  spoil: (columns: EncodedColumn[]) => EncodedColumn[] = (columns) => columns,
): ArrayBuffer {
  const strings = new Map<string, number>([["", 0]]);
  const intern = (text: string): number => {
    if (!strings.has(text)) strings.set(text, strings.size);
    return strings.get(text) ?? 0;
  };
  const { parent, subtreeEnd } = treeOf(rows.map(({ depth }) => depth));
  const each = (of: (row: TestRow, place: number) => number): number[] => rows.map(of);
  const headOf = each((_row, place) =>
    parent[place] !== -1 && rows[parent[place] ?? 0]?.iterations ? (parent[place] ?? -1) : -1,
  );
  const label = each((row) =>
    intern(row.label ?? candidate[row.candidate ?? -1]?.name ?? baseline[row.baseline ?? -1]?.name ?? ""),
  );
  const columns: EncodedColumn[] = [
    { name: "parent", type: "i32", values: parent },
    { name: "subtree_end", type: "u32", values: subtreeEnd },
    { name: "depth", type: "u16", values: each(({ depth }) => depth) },
    { name: "verdict", type: "u8", values: each(({ verdict }) => verdicts.indexOf(verdict)) },
    { name: "changes", type: "u16", values: each(({ changes = 0 }) => changes) },
    { name: "hints", type: "u8", values: each(({ hints = 0 }) => hints) },
    { name: "baseline_row", type: "i32", values: each((row) => row.baseline ?? -1) },
    { name: "candidate_row", type: "i32", values: each((row) => row.candidate ?? -1) },
    { name: "label", type: "u32", values: label },
    { name: "loop_group", type: "i32", values: headOf },
    { name: "iteration", type: "u32", values: each(() => 0) },
    { name: "moved_from", type: "i32", values: each(() => -1) },
    { name: "group_kind", type: "u8", values: each(({ groupKind = 0 }) => groupKind) },
    { name: "baseline_iterations", type: "u32", values: each(({ iterations }) => iterations?.[0] ?? 0) },
    { name: "candidate_iterations", type: "u32", values: each(({ iterations }) => iterations?.[1] ?? 0) },
    { name: "delta_duration", type: "f64", values: each(({ deltas }) => deltas?.duration ?? Number.NaN) },
    { name: "delta_self", type: "f64", values: each(({ deltas }) => deltas?.self ?? Number.NaN) },
    { name: "delta_tokens", type: "f64", values: each(({ deltas }) => deltas?.tokens ?? Number.NaN) },
    { name: "delta_cost", type: "f64", values: each(({ deltas }) => deltas?.cost ?? Number.NaN) },
    { name: "downstream", type: "u8", values: each(({ isDownstream }) => (isDownstream ? 1 : 0)) },
    ...encodeStrings([...strings.keys()]),
    { name: "baseline_table", type: "u8", values: new Uint8Array(encodeTable(baseline)) },
    { name: "candidate_table", type: "u8", values: new Uint8Array(encodeTable(candidate)) },
  ];
  const header = { baseline: baselineId, candidate: candidateId, n_rows: rows.length, n_strings: strings.size };
  return encodeColumns("TLCM", 1, header, spoil(columns));
}

function treeOf(depths: readonly number[]): { parent: number[]; subtreeEnd: number[] } {
  const parent: number[] = [];
  const subtreeEnd = depths.map(() => depths.length);
  const open: number[] = [];
  for (const [row, depth] of depths.entries()) {
    for (const closed of open.splice(depth)) subtreeEnd[closed] = row;
    parent.push(open.at(-1) ?? -1);
    open.push(row);
  }
  return { parent, subtreeEnd };
}

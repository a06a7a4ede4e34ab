// What differs between two traces, the largest difference first: the order of the list beside the waterfall's.

import type { Comparison, MergedRow } from "./comparison.ts";
import { groupKinds, isChange } from "./comparison.ts";

/** What rows are ordered by. */
export const rankings = ["duration", "self", "tokens", "cost"] as const;

export type Ranking = (typeof rankings)[number];

/** Candidate minus baseline of each row; NaN if unknown. */
export function deltasOf(comparison: Comparison, ranking: Ranking): Float64Array {
  const { deltaDuration, deltaSelf, deltaTokens, deltaCost } = comparison;
  return { duration: deltaDuration, self: deltaSelf, tokens: deltaTokens, cost: deltaCost }[ranking];
}

/**
 * Returns the spans that differ, those that differ most first, whether by more or by less; of equal ones the upper one. What is
 * unknown comes last. Heads of groups are no spans. O(rows log rows).
 */
export function rankedChanges(comparison: Comparison, ranking: Ranking): MergedRow[] {
  const deltas = deltasOf(comparison, ranking);
  const rows: MergedRow[] = [];
  for (let row = 0; row < comparison.nRows; row++) {
    if (isChange(comparison, row) && comparison.groupKind[row] === groupKinds.none) rows.push(row);
  }
  const sizeOf = (row: MergedRow): number => {
    const delta = deltas[row] ?? Number.NaN;
    return Number.isNaN(delta) ? -1 : Math.abs(delta);
  };
  return rows.sort((one, other) => sizeOf(other) - sizeOf(one) || one - other);
}

// The columns of a comparison: those that have something to say, so that the chart keeps the room of the others.
import type { Comparison } from "../../compare-model/comparison.ts";
import { changeBits } from "../../compare-model/comparison.ts";
import type { ColumnName } from "../../waterfall/columns.ts";

/** Returns the columns in their order. */
export function compareColumnsOf({ deltaTokens, deltaCost, changes }: Comparison): ColumnName[] {
  const isTold = (delta: number): boolean => !Number.isNaN(delta) && delta !== 0;
  return [
    "delta-duration",
    "delta-self",
    ...(deltaTokens.some(isTold) ? (["delta-tokens"] as const) : []),
    ...(deltaCost.some(isTold) ? (["delta-cost"] as const) : []),
    ...(changes.some((bits) => (bits & changeBits.status) !== 0) ? (["delta-status"] as const) : []),
  ];
}

// What the columns of a merged row say: differences with their sign, and in the tooltip what they are made of.

import { assertUnreachable } from "../base/assert.ts";
import { formatCost, formatDelta, formatDuration, formatInteger, formatTokens } from "../base/format.ts";
import type { MergedRow } from "../compare-model/comparison.ts";
import { changeBits } from "../compare-model/comparison.ts";
import { isHead } from "../compare-model/side-bars.ts";
import type { MergedTrace } from "../compare-model/merged-trace.ts";
import { rowAt } from "../compare-model/merged-trace.ts";
import { durationsOf, statusChangeOf } from "../compare-model/signs.ts";
import type { SpanIndex } from "../trace-model/span-table.ts";
import type { DeltaColumnName } from "./columns.ts";

/** `worse` is slower, dearer or broken. */
export type Tone = "worse" | "better" | "none";

export interface DeltaCell {
  readonly text: string;
  /** The tooltip; made when it is asked for, since most cells are drawn only. */
  readonly title: () => string;
  readonly tone: Tone;
}

const noTitle = (): string => "";

const empty: DeltaCell = { text: "", title: noTitle, tone: "none" };

/** Returns what a cell shows. */
export function deltaCellOf(merged: MergedTrace, place: SpanIndex, column: DeltaColumnName): DeltaCell {
  const row = rowAt(merged, place);
  if (row === null) return empty;
  const { comparison } = merged;
  switch (column) {
    case "delta-duration": {
      const delta = comparison.deltaDuration[row] ?? Number.NaN;
      const isChanged = ((comparison.changes[row] ?? 0) & changeBits.duration) !== 0;
      const isTold = isChanged || isOneSided(merged, place) || isHead(comparison, merged.shown, place);
      const title = (): string => `${durationsOf(merged, place)} (${formatDelta(delta, formatExact)})`;
      return Number.isNaN(delta) || delta === 0
        ? empty
        : { text: formatDelta(delta, formatDuration), title, tone: toneOf(delta, isTold) };
    }
    case "delta-self": {
      const delta = comparison.deltaSelf[row] ?? Number.NaN;
      if (Number.isNaN(delta) || delta === 0) return empty;
      const title = (): string => `${formatDelta(delta, formatExact)} of what the trace waited for in this span itself`;
      return { text: formatDelta(delta, formatDuration), title, tone: toneOf(delta, isSelfTold(merged, place, row)) };
    }
    case "delta-tokens": {
      const delta = comparison.deltaTokens[row] ?? Number.NaN;
      if (Number.isNaN(delta) || delta === 0) return empty;
      return {
        text: formatDelta(delta, formatTokens),
        title: () => formatDelta(delta, formatInteger),
        tone: toneOf(delta, true),
      };
    }
    case "delta-cost": {
      const delta = comparison.deltaCost[row] ?? Number.NaN;
      if (Number.isNaN(delta) || delta === 0) return empty;
      return { text: formatDelta(delta, formatCost), title: noTitle, tone: toneOf(delta, true) };
    }
    case "delta-status":
      return { ...empty, ...statusChangeOf(merged, place) };
    default:
      return assertUnreachable(column);
  }
}

function formatExact(nanos: number): string {
  return `${formatInteger(nanos)} ns`;
}

/** Less of the row's own difference is noise that no colour should point at. */
const smallestToldShare = 0.05;

function isSelfTold(merged: MergedTrace, place: SpanIndex, row: MergedRow): boolean {
  const { changes, deltaDuration, deltaSelf } = merged.comparison;
  if (isOneSided(merged, place) || isHead(merged.comparison, merged.shown, place)) return true;
  const isChanged = ((changes[row] ?? 0) & changeBits.duration) !== 0;
  return isChanged && Math.abs(deltaSelf[row] ?? 0) >= smallestToldShare * Math.abs(deltaDuration[row] ?? 0);
}

/** A head is one-sided if its spans are. */
function isOneSided({ baseline, candidate }: MergedTrace, place: SpanIndex): boolean {
  return Number.isNaN(baseline.start[place] ?? 0) || Number.isNaN(candidate.start[place] ?? 0);
}

function toneOf(delta: number, isTold: boolean): Tone {
  if (!isTold || delta === 0) return "none";
  return delta > 0 ? "worse" : "better";
}

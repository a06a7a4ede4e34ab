// The sign at the left of each merged row, its words, and the note behind its name: what eyes see by colour is also said.

import { formatDuration } from "../base/format.ts";
import type { SpanIndex } from "../trace-model/span-table.ts";
import { hasFlag, spanFlags, statusError } from "../trace-model/span-table.ts";
import type { Comparison, MergedRow } from "./comparison.ts";
import { changeBits, groupKinds, hintBits, verdictOf } from "./comparison.ts";
import type { MergedTrace } from "./merged-trace.ts";
import { rowAt } from "./merged-trace.ts";

/** A sign is a shape: each differs without its colour. */
export const signNames = [
  "equal",
  "added",
  "removed",
  "moved",
  "repeated",
  "content",
  "slower",
  "faster",
  "other",
] as const;

export type SignName = (typeof signNames)[number];

/** Icons of signs are in the page once and used by reference: this and the name. */
export const signIdPrefix = "row-sign-";

/** Returns the sign of a row of the comparison: its verdict, and of a change the most telling one. */
export function signOf(comparison: Comparison, row: MergedRow): SignName {
  const verdict = verdictOf(comparison, row);
  if (verdict === "unchanged") return "equal";
  if ((comparison.groupKind[row] ?? 0) !== groupKinds.none) return "repeated";
  if (verdict !== "changed") return verdict;
  const changes = comparison.changes[row] ?? 0;
  if ((changes & (changeBits.content | changeBits.model)) !== 0) return "content";
  if ((changes & changeBits.duration) === 0) return "other";
  const delta = comparison.deltaDuration[row] ?? Number.NaN;
  // One that has not ended is neither slower nor faster.
  if (Number.isNaN(delta)) return "other";
  return delta < 0 ? "faster" : "slower";
}

/** Returns the verdict of a row in words: `changed: duration, content`. */
export function wordsOf(comparison: Comparison, row: MergedRow): string {
  const verdict = verdictOf(comparison, row);
  const changes = changesOf(comparison, row);
  const downstream = comparison.downstream[row] === 1 ? ", after the first divergence" : "";
  return `${verdict}${changes.length > 0 ? `: ${changes.join(", ")}` : ""}${downstream}`;
}

/** Returns what differs, by name. */
export function changesOf({ changes }: Comparison, row: MergedRow): string[] {
  const bits = changes[row] ?? 0;
  return Object.entries(changeBits)
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([name]) => name);
}

/** Returns how a row was recognised where that is worth a word, for the place behind its name; empty if it is not. */
export function hintOf(merged: MergedTrace, place: SpanIndex): { text: string; title: string } {
  const row = rowAt(merged, place);
  if (row === null) return noHint;
  const { comparison, baseline } = merged;
  const hints = comparison.hints[row] ?? 0;
  if (row === merged.divergence) {
    return {
      text: "first divergence",
      title: "The first model call whose input differs, but for ids, times and numbers",
    };
  }
  if ((hints & hintBits.renamed) !== 0) {
    const { strings, name } = baseline.table;
    return { text: `was ${strings.label(name[baseline.span[place] ?? 0] ?? 0)}`, title: "The baseline calls it so" };
  }
  if ((hints & hintBits.wrapper) !== 0)
    return { text: "wraps", title: "New around spans that the baseline has as well" };
  if ((hints & hintBits.byRule) !== 0)
    return { text: "pinned by rule", title: "In another comparison you said that these two are one" };
  if ((hints & hintBits.pinned) !== 0) return { text: "pinned", title: "You said that these two are one" };
  const from = comparison.movedFrom[row] ?? -1;
  if (verdictOf(comparison, row) === "moved" && from >= 0) {
    return {
      text: `from ${comparison.strings.label(comparison.label[from] ?? 0)}`,
      title: "In the baseline it is below that one",
    };
  }
  if ((hints & hintBits.reordered) !== 0)
    return { text: "reordered", title: "In the baseline it comes elsewhere among its siblings" };
  return noHint;
}

const noHint = { text: "", title: "" };

/** Returns what became of the status of a pair, in words; empty if nothing did. */
export function statusChangeOf(
  merged: MergedTrace,
  place: SpanIndex,
): { text: string; tone: "worse" | "better" | "none" } {
  const row = rowAt(merged, place);
  if (row === null || ((merged.comparison.changes[row] ?? 0) & changeBits.status) === 0)
    return { text: "", tone: "none" };
  const { baseline, candidate } = merged;
  const [one, other] = [baseline.span[place] ?? -1, candidate.span[place] ?? -1];
  if (one < 0 || other < 0) return { text: "", tone: "none" };
  const [before, after] = [baseline.table.status[one] ?? 0, candidate.table.status[other] ?? 0];
  if (after === statusError) return { text: "→ error", tone: "worse" };
  if (before === statusError) return { text: "→ ok", tone: "better" };
  return { text: after === 0 ? "→ unset" : "→ ok", tone: "none" };
}

/** Returns how long both sides took, in words: `2.91 s → 4.21 s`. */
export function durationsOf({ baseline, candidate }: MergedTrace, place: SpanIndex): string {
  return `${durationIn(baseline, place)} → ${durationIn(candidate, place)}`;
}

function durationIn({ table, span, start, end }: MergedTrace["baseline"], place: SpanIndex): string {
  const own = span[place] ?? -1;
  if (own >= 0 && hasFlag(table, own, spanFlags.notEnded)) return "running";
  const length = (end[place] ?? Number.NaN) - (start[place] ?? Number.NaN);
  return Number.isNaN(length) ? "none" : formatDuration(length);
}

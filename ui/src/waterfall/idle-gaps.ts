// Finds stretches of time in which nothing starts or ends, long enough to dwarf the rest of a trace. Pure.

import { clamp } from "../base/clamp.ts";
import type { RelativeNanos } from "../base/units.ts";
import { categoryAt } from "../trace-model/span-category.ts";
import { hasChildren } from "../trace-model/span-table.ts";
import type { SpanTable } from "../trace-model/span-table.ts";
import type { Scene } from "./scene.ts";
import type { TimeFold } from "./time-folds.ts";
import { foldTime, unfoldTime } from "./time-folds.ts";
import { wholeWindow } from "./whole-window.ts";

/** A stretch in which only parents wait is offered from this part of the chart on: it dwarfs the rest, which a pause for work does not. */
const idleShare = 0.75;
/** One that a childless span fills, of which nobody knows what it does, from this part on: it may wait for a person. */
const waitShare = 0.95;
const nBuckets = 64;

/** Returns the stretches that are worth compressing, longest first; O(spans). */
export function idleGapsOf(scene: Scene): TimeFold[] {
  const { table, rows, folds } = scene;
  const whole = wholeWindow(scene);
  const length = whole.end - whole.start;
  // A gap longer than a bucket lies between what is in two buckets, so the ends of each bucket tell all such gaps.
  const first = new Float64Array(nBuckets).fill(Infinity);
  const last = new Float64Array(nBuckets).fill(-Infinity);
  const note = (time: RelativeNanos): void => {
    const at = foldTime(folds, time);
    const bucket = clamp(Math.floor(((at - whole.start) / length) * nBuckets), 0, nBuckets - 1);
    first[bucket] = Math.min(first[bucket] as number, at);
    last[bucket] = Math.max(last[bucket] as number, at);
  };
  for (let span = rows.from; span < rows.to; span++) {
    note(table.start[span] as number);
    note(table.end[span] as number);
  }
  const gaps: TimeFold[] = [];
  let before = Infinity;
  for (let bucket = 0; bucket < nBuckets; bucket++) {
    const next = first[bucket] as number;
    if (next === Infinity) continue;
    // A gap that is all there is leaves nothing to see.
    if (next - before > idleShare * length && !(before <= whole.start && next >= whole.end)) {
      const gap = { start: unfoldTime(folds, before), end: unfoldTime(folds, next) };
      const isLong = next - before > waitShare * length;
      if (!isFilled(table, rows.from, rows.to, gap, isLong)) gaps.push(gap);
    }
    before = last[bucket] as number;
  }
  return gaps.toSorted((one, other) => other.end - other.start - (one.end - one.start));
}

/** Whether a span without children runs all through a gap: a call is work and no idle time, any span is where `mayWait` is not set. */
function isFilled(table: SpanTable, from: number, to: number, { start, end }: TimeFold, mayWait: boolean): boolean {
  for (let span = from; span < to; span++) {
    const isThrough = (table.start[span] as number) <= start && (table.end[span] as number) >= end;
    if (isThrough && !hasChildren(table, span) && !(mayWait && categoryAt(table, span) === "oth")) return true;
  }
  return false;
}

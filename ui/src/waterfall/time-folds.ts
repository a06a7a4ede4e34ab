// Stretches of idle time that are drawn short. Chart time is time with these stretches pressed to narrow bands: it grows with
// time, never stands still and never jumps, so that each place of the chart is one time, within a band too.

import type { RelativeNanos } from "../base/units.ts";

/** A stretch of time that is drawn short. */
export interface TimeFold {
  readonly start: RelativeNanos;
  readonly end: RelativeNanos;
}

export interface TimeFolds {
  /** Ascending, apart from each other. */
  readonly folds: readonly TimeFold[];
  /** How long a band is in chart time, unless its stretch is shorter anyway. */
  readonly band: RelativeNanos;
}

export const noFolds: TimeFolds = { folds: [], band: 0 };

/** Part of all chart time that is not folded; wide enough for the name of the band. */
const bandShare = 0.08;

/** Returns the folds of stretches that do not overlap, within an extent. */
export function foldsOf(stretches: readonly TimeFold[], from: RelativeNanos, to: RelativeNanos): TimeFolds {
  if (stretches.length === 0) return noFolds;
  const folds = stretches.toSorted((one, other) => one.start - other.start);
  const folded = folds.reduce((sum, { start, end }) => sum + end - start, 0);
  // What is left may be nothing at all.
  return { folds, band: Math.max((to - from - folded) * bandShare, (to - from) * 2 ** -40) };
}

/** Returns the chart time of a time. */
export function foldTime({ folds, band }: TimeFolds, time: RelativeNanos): RelativeNanos {
  let cut = 0;
  for (const { start, end } of folds) {
    if (time <= start) break;
    const length = end - start;
    const shown = Math.min(band, length);
    if (time < end) return start - cut + ((time - start) / length) * shown;
    cut += length - shown;
  }
  return time - cut;
}

/** Returns the time of a chart time. */
export function unfoldTime({ folds, band }: TimeFolds, chartTime: RelativeNanos): RelativeNanos {
  let cut = 0;
  for (const { start, end } of folds) {
    const from = start - cut;
    if (chartTime <= from) break;
    const length = end - start;
    const shown = Math.min(band, length);
    if (chartTime < from + shown) return start + ((chartTime - from) / shown) * length;
    cut += length - shown;
  }
  return chartTime + cut;
}

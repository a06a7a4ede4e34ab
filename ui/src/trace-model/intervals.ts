// Stretches of time by span, packed: own time, the critical path.

import { lowerBound, upperBound } from "../base/binary-search.ts";
import type { RelativeNanos } from "../base/units.ts";

export interface Intervals {
  /** The intervals of span `i` are number `offsets[i]` to `offsets[i + 1]`. */
  readonly offsets: Uint32Array;
  /** Starts and ends of the intervals, each ascending within a span. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** Length of all intervals before number `i`. */
  readonly lengthBefore: Float64Array;
}

/** Returns how much of `from..to` the intervals number `first` to `last` cover, however many they are. */
export function lengthBetween(
  { starts, ends, lengthBefore }: Intervals,
  first: number,
  last: number,
  from: RelativeNanos,
  to: RelativeNanos,
): RelativeNanos {
  const begin = upperBound(ends, from, first, last);
  const end = lowerBound(starts, to, begin, last);
  if (begin >= end) return 0;
  const whole = (lengthBefore[end] as number) - (lengthBefore[begin] as number);
  const cutAtStart = Math.max(0, from - (starts[begin] as number));
  const cutAtEnd = Math.max(0, (ends[end - 1] as number) - to);
  return whole - cutAtStart - cutAtEnd;
}

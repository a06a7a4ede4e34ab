// Lays out stretches of time along a bar, pixel by pixel where they are dense.

import { upperBound } from "../base/binary-search.ts";
import type { CssPixels } from "../base/units.ts";
import type { Intervals } from "../trace-model/intervals.ts";
import { lengthBetween } from "../trace-model/intervals.ts";
import type { SpanIndex } from "../trace-model/span-table.ts";
import type { RectList } from "./draw-list.ts";
import type { PaintIndex } from "./paints.ts";
import type { TimeScale } from "./time-scale.ts";
import { timeToX, xToTime } from "./time-scale.ts";

/**
 * Pushes the runs of pixels between `left` and `right` that intervals cover for at least one half.
 *
 * A pixel that an interval covers, or that lies between two intervals, leads straight to the end of it, so that the cost is
 * the smaller of pixels and intervals; within a pixel a prefix sum stands for any number of intervals.
 */
export function pushIntervals(
  rects: RectList,
  paint: PaintIndex,
  intervals: Intervals,
  span: SpanIndex,
  scale: TimeScale,
  left: CssPixels,
  right: CssPixels,
  top: CssPixels,
  height: CssPixels,
): void {
  const { offsets, starts, ends } = intervals;
  const last = offsets[span + 1] ?? 0;
  let next = offsets[span] ?? 0;
  let runStart: CssPixels | null = null;
  const finishRun = (end: CssPixels): void => {
    if (runStart === null) return;
    const from = Math.max(runStart, left);
    const to = Math.min(end, right);
    if (to > from) rects.push(paint, from, top, to - from, height);
    runStart = null;
  };
  let pixel = Math.floor(left);
  while (pixel < right) {
    const from = xToTime(scale, pixel);
    const to = xToTime(scale, pixel + 1);
    next = upperBound(ends, from, next, last);
    if (next === last) break;
    const start = starts[next] as number;
    const end = ends[next] as number;
    if (start >= to) {
      finishRun(pixel);
      pixel = Math.max(pixel + 1, Math.floor(timeToX(scale, start)));
    } else if (start <= from && end >= to) {
      runStart ??= pixel;
      pixel = Math.max(pixel + 1, Math.floor(timeToX(scale, end)));
    } else {
      if (lengthBetween(intervals, next, last, from, to) * 2 >= to - from) runStart ??= pixel;
      else finishRun(pixel);
      pixel++;
    }
  }
  finishRun(pixel);
}

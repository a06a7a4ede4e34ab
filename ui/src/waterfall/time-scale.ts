// Maps time to the x axis of the chart and back.

import type { CssPixels, RelativeNanos } from "../base/units.ts";
import type { Geometry } from "./geometry.ts";
import { measures } from "./geometry.ts";
import type { TimeFolds } from "./time-folds.ts";
import { foldTime, noFolds, unfoldTime } from "./time-folds.ts";
import type { TimeWindow } from "./time-window.ts";

export interface TimeScale {
  /** The chart time at `left`. */
  readonly start: RelativeNanos;
  readonly left: CssPixels;
  /** Nanoseconds of chart time. */
  readonly nanosPerPixel: number;
  readonly folds: TimeFolds;
}

/** Returns the scale at which a window of chart time fills the chart up to its insets. */
export function timeScaleOf(window: TimeWindow, geometry: Geometry, folds: TimeFolds = noFolds): TimeScale {
  const width = Math.max(1, geometry.chartRight - geometry.chartLeft - 2 * measures.chartInset);
  return {
    start: window.start,
    left: geometry.chartLeft + measures.chartInset,
    nanosPerPixel: (window.end - window.start) / width,
    folds,
  };
}

export function timeToX(scale: TimeScale, time: RelativeNanos): CssPixels {
  // The difference first: both are large and close together when zoomed in.
  return scale.left + (foldTime(scale.folds, time) - scale.start) / scale.nanosPerPixel;
}

export function xToTime(scale: TimeScale, x: CssPixels): RelativeNanos {
  return unfoldTime(scale.folds, chartTimeAt(scale, x));
}

/** Returns the chart time at an x. */
export function chartTimeAt(scale: TimeScale, x: CssPixels): RelativeNanos {
  return scale.start + (x - scale.left) * scale.nanosPerPixel;
}

// Maps time to the x axis of the chart and back.

import type { CssPixels, RelativeNanos } from "../base/units.ts";
import type { Geometry } from "./geometry.ts";
import { measures } from "./geometry.ts";
import type { TimeWindow } from "./time-window.ts";

export interface TimeScale {
  /** The time at `left`. */
  readonly start: RelativeNanos;
  readonly left: CssPixels;
  readonly nanosPerPixel: number;
}

/** Returns the scale at which a window fills the chart up to its insets. */
export function timeScaleOf(window: TimeWindow, geometry: Geometry): TimeScale {
  const width = Math.max(1, geometry.chartRight - geometry.chartLeft - 2 * measures.chartInset);
  return {
    start: window.start,
    left: geometry.chartLeft + measures.chartInset,
    nanosPerPixel: (window.end - window.start) / width,
  };
}

export function timeToX(scale: TimeScale, time: RelativeNanos): CssPixels {
  // The difference first: both are large and close together when zoomed in.
  return scale.left + (time - scale.start) / scale.nanosPerPixel;
}

export function xToTime(scale: TimeScale, x: CssPixels): RelativeNanos {
  return scale.start + (x - scale.left) * scale.nanosPerPixel;
}

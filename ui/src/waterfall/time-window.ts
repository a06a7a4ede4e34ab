// The part of a trace's time that the chart shows: fit, zoom, pan and their limits.

import { clamp } from "../base/clamp.ts";
import type { RelativeNanos } from "../base/units.ts";

export interface TimeWindow {
  readonly start: RelativeNanos;
  readonly end: RelativeNanos;
}

/** The whole time of a trace. */
export interface Extent {
  readonly extentStart: RelativeNanos;
  readonly extentEnd: RelativeNanos;
}

/** Returns the window that shows the whole trace. */
export function fitWindow({ extentStart, extentEnd }: Extent): TimeWindow {
  return { start: extentStart, end: extentEnd };
}

export function isFitWindow(window: TimeWindow, { extentStart, extentEnd }: Extent): boolean {
  return window.start === extentStart && window.end === extentEnd;
}

/**
 * Returns the shortest window: 1 ns, as long as doubles can tell its pixels apart.
 *
 * A time t is off by up to t·2^-53, which is t·2^-53 / (window / 2^11) pixels on a chart of 2,048 pixels. To stay below a
 * quarter of a pixel the window may not be shorter than t·2^-40; with one bit in hand for the sum of two roundings 1 ns
 * still fills the screen in a trace of 2^39 ns = 9 minutes.
 */
export function shortestWindow({ extentStart, extentEnd }: Extent): RelativeNanos {
  return Math.max(1, Math.max(Math.abs(extentStart), Math.abs(extentEnd)) * 2 ** -39);
}

/** Returns the nearest window that is neither shorter nor longer than allowed and lies inside of the trace. */
export function clampWindow(window: TimeWindow, extent: Extent): TimeWindow {
  const { extentStart, extentEnd } = extent;
  const longest = extentEnd - extentStart;
  const length = clamp(window.end - window.start, Math.min(shortestWindow(extent), longest), longest);
  // Start and end were rounded, so their difference may fall a little short of what was asked for.
  if (length >= longest * (1 - 2 ** -30)) return fitWindow(extent);
  const start = clamp(window.start, extentStart, extentEnd - length);
  return { start, end: start + length };
}

/** Returns the window scaled by `factor` (below 1 zooms in) such that `anchor` stays where it is on screen. */
export function zoomWindow(window: TimeWindow, extent: Extent, anchor: RelativeNanos, factor: number): TimeWindow {
  const length = window.end - window.start;
  const longest = extent.extentEnd - extent.extentStart;
  const zoomed = clamp(length * factor, Math.min(shortestWindow(extent), longest), longest);
  const start = anchor - (anchor - window.start) * (zoomed / length);
  return clampWindow({ start, end: start + zoomed }, extent);
}

/** Returns the window moved by `by`, up to the ends of the trace. */
export function panWindow(window: TimeWindow, extent: Extent, by: RelativeNanos): TimeWindow {
  return clampWindow({ start: window.start + by, end: window.end + by }, extent);
}

/** Returns the window that a span fills but for a margin. */
export function windowAround(start: RelativeNanos, end: RelativeNanos, extent: Extent): TimeWindow {
  // A span of no length gets a thousandth of the trace around it, so that one sees where it is.
  const length = end > start ? end - start : (extent.extentEnd - extent.extentStart) / 1000;
  const margin = length * 0.05;
  return clampWindow({ start: start - margin, end: start + length + margin }, extent);
}

/** Returns the window of the same length in which a bar can be seen, unmoved if it already can. */
export function windowShowing(
  window: TimeWindow,
  extent: Extent,
  start: RelativeNanos,
  end: RelativeNanos,
): TimeWindow {
  const length = window.end - window.start;
  if (end >= window.start && start <= window.end) return window;
  const middle = end - start > length ? start + length * 0.4 : (start + end) / 2;
  return clampWindow({ start: middle - length / 2, end: middle + length / 2 }, extent);
}

// The brush of the minimap: which part of it the chart shows, and what a drag makes of that. Pure.

import { clamp } from "../base/clamp.ts";
import type { CssPixels } from "../base/units.ts";
import type { TimeWindow } from "./time-window.ts";

export interface Brush {
  readonly left: CssPixels;
  readonly right: CssPixels;
}

/** A brush stays wide enough to be seen and gripped. */
const smallestBrush: CssPixels = 6;

/** Returns where the brush of a window is. */
export function brushOf(window: TimeWindow, whole: TimeWindow, width: CssPixels): Brush {
  const length = whole.end - whole.start;
  const left = clamp(((window.start - whole.start) / length) * width, 0, width);
  const right = clamp(((window.end - whole.start) / length) * width, 0, width);
  if (right - left >= smallestBrush) return { left, right };
  const from = clamp((left + right - smallestBrush) / 2, 0, Math.max(0, width - smallestBrush));
  return { left: from, right: from + smallestBrush };
}

/** What the pointer has hold of. */
export type Grip = "move" | "start" | "end" | "new";

const edge: CssPixels = 5;

/** Returns what a pointer takes hold of at an x; a brush over everything leaves nothing to move. */
export function gripAt({ left, right }: Brush, width: CssPixels, x: CssPixels): Grip {
  if (Math.abs(x - left) <= edge && left > 0) return "start";
  if (Math.abs(x - right) <= edge && right < width) return "end";
  const isAll = left <= 0 && right >= width;
  return !isAll && x > left && x < right ? "move" : "new";
}

/** Returns the window after a drag from one x to another that began at `before`; its ends may be outside of the trace. */
export function windowAfterDrag(
  grip: Grip,
  before: TimeWindow,
  whole: TimeWindow,
  width: CssPixels,
  from: CssPixels,
  to: CssPixels,
): TimeWindow {
  const nanosPerPixel = (whole.end - whole.start) / Math.max(1, width);
  const timeAt = (x: CssPixels): number => whole.start + clamp(x, 0, width) * nanosPerPixel;
  const by = (to - from) * nanosPerPixel;
  switch (grip) {
    case "move": {
      const length = before.end - before.start;
      const start = clamp(before.start + by, whole.start, whole.end - length);
      return { start, end: start + length };
    }
    case "start":
      return ordered(clamp(before.start + by, whole.start, whole.end), before.end);
    case "end":
      return ordered(before.start, clamp(before.end + by, whole.start, whole.end));
    case "new":
      return ordered(timeAt(from), timeAt(to));
    default:
      return grip satisfies never;
  }
}

function ordered(one: number, other: number): TimeWindow {
  return { start: Math.min(one, other), end: Math.max(one, other) };
}

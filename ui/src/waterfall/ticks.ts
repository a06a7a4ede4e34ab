// Chooses round times for the axis and says them as briefly as their distance allows.

import { decimal, formatInteger } from "../base/format.ts";
import type { CssPixels, RelativeNanos } from "../base/units.ts";
import type { TimeScale } from "./time-scale.ts";
import { timeToX, xToTime } from "./time-scale.ts";

export interface Tick {
  readonly x: CssPixels;
  readonly label: string;
}

export interface Ticks {
  /** Deep in a trace, the time that the labels count from: `1.204 s` before `+250 ns`. */
  readonly anchor: string | null;
  readonly ticks: readonly Tick[];
}

const second = 1e9;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Steps above a second that are not 1, 2 or 5 times a power of ten. */
const clockSteps = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * second),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minute),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hour),
];

/** Returns the smallest round step that is not below `atLeast`. */
export function niceStep(atLeast: RelativeNanos): RelativeNanos {
  if (atLeast <= second) return decimalStep(Math.max(1, atLeast));
  const clock = clockSteps.find((step) => step >= atLeast);
  return clock ?? decimalStep(atLeast / day) * day;
}

function decimalStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  // A step may miss the wish by rounding of the logarithm, hence the last entry.
  return [1, 2, 5, 10, 20].map((factor) => factor * power).find((step) => step >= atLeast * (1 - 1e-9)) ?? 20 * power;
}

/** Labels are longer than this many digits only after an anchor took the common ones away. */
const mostDigits = 5;

/** Returns the ticks between `left` and `right`, at least `minDistance` apart; no time within may be folded. */
export function ticksOf(scale: TimeScale, left: CssPixels, right: CssPixels, minDistance: CssPixels): Ticks {
  const step = niceStep(scale.nanosPerPixel * minDistance);
  const windowEnd = xToTime(scale, right);
  const largest = Math.max(Math.abs(xToTime(scale, left)), Math.abs(windowEnd));
  const anchor =
    digitsOf(largest, step) > mostDigits ? anchorOf(xToTime(scale, Math.max(left, scale.left)), step) : null;

  const ticks: Tick[] = [];
  const first = Math.ceil(xToTime(scale, left) / step);
  // Counting steps instead of adding them keeps labels exact.
  for (let number = first; number * step <= windowEnd && ticks.length < 100; number++) {
    const time = number * step;
    const label = anchor === null ? labelOf(time, step, largest) : relativeLabelOf(time - anchor, step);
    ticks.push({ x: timeToX(scale, time), label });
  }
  return { anchor: anchor === null ? null : labelOf(anchor, step * 1000, Math.abs(anchor)), ticks };
}

/** Digits that a label needs to tell neighbours apart. */
function digitsOf(largest: RelativeNanos, step: RelativeNanos): number {
  return Math.floor(Math.log10(Math.max(largest, 1) / step)) + 1;
}

function anchorOf(start: RelativeNanos, step: RelativeNanos): RelativeNanos {
  const coarse = decimalStep(step * 1000);
  return Math.floor(start / coarse) * coarse;
}

function relativeLabelOf(offset: RelativeNanos, step: RelativeNanos): string {
  const text = labelOf(Math.abs(offset), step, Math.max(Math.abs(offset), step));
  return offset < 0 ? `−${text}` : `+${text}`;
}

/** Returns a time with the unit that suits the largest time on the axis and just enough decimals for the step. */
export function labelOf(time: RelativeNanos, step: RelativeNanos, largest: RelativeNanos): string {
  if (time < 0) return `−${labelOf(-time, step, largest)}`;
  if (largest >= 2 * minute && step >= second) return clockLabelOf(time, step);
  for (const [size, unit] of units) {
    if (largest < size && size > 1) continue;
    const decimals = Math.max(0, Math.ceil(Math.log10(size / step) - 1e-9));
    return `${decimal((time / size).toFixed(Math.min(9, decimals)))} ${unit}`;
  }
  return `${time} ns`;
}

const units: readonly (readonly [RelativeNanos, string])[] = [
  [second, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
  [1, "ns"],
];

function clockLabelOf(time: RelativeNanos, step: RelativeNanos): string {
  const days = Math.floor(time / day);
  const hours = Math.floor((time % day) / hour);
  const minutes = Math.floor((time % hour) / minute);
  const seconds = Math.floor((time % minute) / second);
  const parts = [
    days > 0 ? `${formatInteger(days)} d` : "",
    hours > 0 ? `${hours} h` : "",
    minutes > 0 && step < day ? `${minutes} min` : "",
    seconds > 0 && step < minute ? `${seconds} s` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "0 s" : parts.join(" ");
}

// Tells what a turn of the wheel asks for, the same for mice, touchpads and pinches.

import { clamp } from "../../base/clamp.ts";
import type { CssPixels } from "../../base/units.ts";

export type WheelRequest =
  | { readonly kind: "zoom"; readonly factor: number }
  | { readonly kind: "pan"; readonly by: CssPixels }
  /** The browser scrolls. */
  | { readonly kind: "scroll" };

/** The part of a wheel event that decides. */
export interface WheelTurn {
  readonly deltaX: number;
  readonly deltaY: number;
  /** 0 pixels, 1 lines, 2 pages. */
  readonly deltaMode: number;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

const pixelsPerLine = 16;
const pixelsPerPage = 400;

/** A notch of a mouse wheel is about 100 pixels; a pinch arrives as Ctrl with a few pixels at a time. */
const notchZoom = 0.0022;
const pinchZoom = 0.012;
const largestPinch = 30;

export function wheelRequestOf(turn: WheelTurn): WheelRequest {
  const unit = turn.deltaMode === 1 ? pixelsPerLine : turn.deltaMode === 2 ? pixelsPerPage : 1;
  const x = turn.deltaX * unit;
  const y = turn.deltaY * unit;
  if (turn.ctrlKey || turn.metaKey) {
    const turned = clamp(y, -200, 200);
    return { kind: "zoom", factor: Math.exp(turned * (Math.abs(turned) < largestPinch ? pinchZoom : notchZoom)) };
  }
  // With Shift some browsers report the wheel as horizontal and some don't.
  if (turn.shiftKey) return { kind: "pan", by: x === 0 ? y : x };
  return Math.abs(x) > Math.abs(y) ? { kind: "pan", by: x } : { kind: "scroll" };
}

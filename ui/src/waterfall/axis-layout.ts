// Lays out the time axis that stays above the rows: ticks, grid lines, and the time at the pointer.

import { clamp } from "../base/clamp.ts";
import { formatDuration } from "../base/format.ts";
import type { CssPixels } from "../base/units.ts";
import type { DrawList } from "./draw-list.ts";
import { measures } from "./geometry.ts";
import { paint } from "./paints.ts";
import type { View } from "./scene.ts";
import { labelOf, niceStep, ticksOf } from "./ticks.ts";
import type { TimeScale } from "./time-scale.ts";
import { timeToX, xToTime } from "./time-scale.ts";

/** Grid lines are at least so far apart: a label and as much air. */
const tickDistance: CssPixels = 76;
/** Width of a character of the axis font (11 px mono); texts are placed by it, not measured. */
const characterWidth: CssPixels = 6.7;
const labelGap: CssPixels = 5;
/** How far a label may reach into the air before the columns. */
const overhang: CssPixels = 8;
const middle: CssPixels = measures.axisHeight / 2;

/** Pushes axis and grid. */
export function layoutAxis(list: DrawList, view: View, scale: TimeScale): void {
  const { geometry } = view;
  const { chartLeft, chartRight, width, height } = geometry;
  const { axisHeight } = measures;
  const measured = measuredLabelOf(view, scale);
  const cursor = measured ?? cursorLabelOf(view, scale);
  for (const [from, to] of unfoldedPieces(scale, chartLeft, chartRight))
    layoutTicks(list, view, scale, from, to, cursor);
  list.axis.push(paint.axisLine, 0, axisHeight - 1, width, 1);
  list.axis.push(paint.grid, chartLeft, 0, 1, height);
  if (measured !== null) {
    const { from, to } = measured;
    list.axis.push(paint.measured, from, 0, to - from, height);
    list.axis.push(paint.measuredEdge, from, 0, 1, height);
    list.axis.push(paint.measuredEdge, to - 1, 0, 1, height);
    list.axisTexts.push({ font: "axis", text: measured.text, paint: paint.axisCursor, x: measured.left, y: middle });
  } else if (cursor !== null) {
    list.body.push(paint.cursor, cursor.x, axisHeight, 1, height - axisHeight);
    list.axis.push(paint.cursor, cursor.x, axisHeight - 6, 1, 5);
    list.axisTexts.push({ font: "axis", text: cursor.text, paint: paint.axisCursor, x: cursor.left, y: middle });
  }
}

/** Returns the parts of the chart between bands of compressed time: labels in a band would be too close to each other. */
function unfoldedPieces(scale: TimeScale, left: CssPixels, right: CssPixels): [CssPixels, CssPixels][] {
  const pieces: [CssPixels, CssPixels][] = [];
  let from = left;
  for (const fold of scale.folds.folds) {
    const start = clamp(timeToX(scale, fold.start), left, right);
    if (start > from) pieces.push([from, start]);
    from = clamp(timeToX(scale, fold.end), from, right);
  }
  if (right > from) pieces.push([from, right]);
  return pieces;
}

/** Pushes the ticks of one piece, and the time that their labels count from at its left. */
function layoutTicks(
  list: DrawList,
  { geometry }: View,
  scale: TimeScale,
  from: CssPixels,
  to: CssPixels,
  cursor: CursorLabel | null,
): void {
  const { width, height, chartRight } = geometry;
  const { axisHeight } = measures;
  const { anchor, ticks } = ticksOf(scale, from, to, tickDistance);
  // At the end of the chart there is air; a band beside the piece has a name of its own.
  const limit = to === chartRight ? Math.min(chartRight + overhang, width) : to;
  let free = from + labelGap;
  if (anchor !== null && free + anchor.length * characterWidth <= limit) {
    list.axisTexts.push({ font: "axis", text: anchor, paint: paint.axisAnchor, x: free, y: middle });
    free += (anchor.length + 2) * characterWidth;
  }
  for (const { x, label } of ticks) {
    list.body.push(paint.grid, x, axisHeight, 1, height - axisHeight);
    list.axis.push(paint.grid, x, axisHeight - 6, 1, 5);
    const left = x + labelGap;
    const right = left + label.length * characterWidth;
    const isUnderCursor = cursor !== null && right > cursor.left - labelGap && left < cursor.right + labelGap;
    if (left < free || right > limit || isUnderCursor) continue;
    list.axisTexts.push({ font: "axis", text: label, paint: paint.axisText, x: left, y: middle });
    free = right + labelGap;
  }
}

interface CursorLabel {
  readonly text: string;
  readonly x: CssPixels;
  readonly left: CssPixels;
  readonly right: CssPixels;
}

/** Returns the time at the pointer, as fine as a pixel is. */
function cursorLabelOf(view: View, scale: TimeScale): CursorLabel | null {
  const { pointerX: x, geometry } = view;
  if (x === null || x < geometry.chartLeft || x > geometry.chartRight) return null;
  const step = niceStep(scale.nanosPerPixel);
  const time = Math.round(xToTime(scale, x) / step) * step;
  const text = labelOf(time, Math.min(step, 1e9), Math.min(Math.abs(time), 60e9));
  const textWidth = text.length * characterWidth;
  const left = clamp(x - textWidth / 2, geometry.chartLeft + labelGap, geometry.chartRight - textWidth);
  return { text, x, left, right: left + textWidth };
}

interface MeasuredLabel extends CursorLabel {
  readonly from: CssPixels;
  readonly to: CssPixels;
}

/** Returns how long a measured stretch is, in the middle of what is in view of it; null if none is. */
function measuredLabelOf({ measured, geometry }: View, scale: TimeScale): MeasuredLabel | null {
  if (!measured) return null;
  const { chartLeft, chartRight } = geometry;
  const from = clamp(timeToX(scale, measured.start), chartLeft, chartRight);
  const to = clamp(timeToX(scale, measured.end), chartLeft, chartRight);
  if (to - from < 1) return null;
  const text = `Δ ${formatDuration(measured.end - measured.start)}`;
  const textWidth = text.length * characterWidth;
  const x = (from + to) / 2;
  const left = clamp(x - textWidth / 2, chartLeft + labelGap, Math.max(chartLeft + labelGap, chartRight - textWidth));
  return { text, x, left, right: left + textWidth, from, to };
}

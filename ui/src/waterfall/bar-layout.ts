// Lays out one bar: own time solid, waiting pale, what has not ended fading out; and the signs beside it.

import { clamp } from "../base/clamp.ts";
import type { CssPixels } from "../base/units.ts";
import type { Intervals } from "../trace-model/intervals.ts";
import { firstTokenOf } from "../trace-model/span-marks.ts";
import type { SpanIndex, SpanTable } from "../trace-model/span-table.ts";
import { hasFlag, spanFlags } from "../trace-model/span-table.ts";
import type { GlyphKind, Layer } from "./draw-list.ts";
import { glyphSize } from "./draw-list.ts";
import type { Geometry } from "./geometry.ts";
import { measures } from "./geometry.ts";
import { pushIntervals } from "./interval-layout.ts";
import type { PaintIndex } from "./paints.ts";
import { paint } from "./paints.ts";
import type { TimeScale } from "./time-scale.ts";
import { timeToX } from "./time-scale.ts";

/** Narrower bars would be lost; a bar of an error is a little wider. */
export const minBarWidth: CssPixels = 2;
export const minErrorBarWidth: CssPixels = 3;
/** Between a bar and the outline that marks an error. */
export const outlineGap: CssPixels = 2;
const glyphGap: CssPixels = 3;
const fadeWidth: CssPixels = 56;

export interface BarExtent {
  readonly left: CssPixels;
  /** Left of `left` for a bar out of view. */
  readonly right: CssPixels;
}

export const outOfView: BarExtent = { left: 0, right: -1 };

/** The span that a bar is of. */
export interface BarSpan {
  readonly table: SpanTable;
  readonly selfTime: Intervals;
  readonly span: SpanIndex;
  /** Number of its category. */
  readonly color: number;
}

/** Pushes the bar of a span between `left` and `right`. */
export function pushBar(
  layer: Layer,
  { table, selfTime, span, color }: BarSpan,
  scale: TimeScale,
  left: CssPixels,
  right: CssPixels,
  top: CssPixels,
  height: CssPixels,
): void {
  const nOwn = (selfTime.offsets[span + 1] ?? 0) - (selfTime.offsets[span] ?? 0);
  const isLeaf = (table.subtreeEnd[span] ?? 0) === span + 1;
  // Two shades cannot be told apart on so few pixels.
  const isOneShadeByWidth = right - left < 4;
  const isOneShade = isLeaf || isOneShadeByWidth;
  const base = (isOneShade ? paint.solid : paint.pale) + color;
  let solidRight = right;
  if (hasFlag(table, span, spanFlags.notEnded)) {
    solidRight = Math.max(left, right - fadeWidth);
    layer.fades.push(base, solidRight, top, right - solidRight, height);
  }
  const firstToken = isLeaf && !isOneShadeByWidth ? firstTokenOf(table, span) : null;
  const answerLeft = firstToken === null ? left : clamp(timeToX(scale, firstToken), left, solidRight);
  // What a model takes before it answers is waiting.
  if (answerLeft > left) layer.body.push(paint.pale + color, left, top, answerLeft - left, height);
  if (solidRight > answerLeft) layer.body.push(base, answerLeft, top, solidRight - answerLeft, height);
  if (!isOneShade && nOwn > 0)
    pushIntervals(layer.body, paint.solid + color, selfTime, span, scale, left, solidRight, top, height);
}

/** Pushes the outline around the bar of an error. */
export function pushErrorOutline(
  layer: Layer,
  { left, right }: BarExtent,
  { chartLeft, chartRight }: Geometry,
  top: CssPixels,
  height: CssPixels,
): void {
  const outlineLeft = Math.max(left - outlineGap, chartLeft);
  const outlineRight = Math.min(right + outlineGap, chartRight);
  layer.body.push(
    paint.errorOutline,
    outlineLeft,
    top - outlineGap,
    outlineRight - outlineLeft,
    height + 2 * outlineGap,
  );
}

/** Pushes the sign of an error: before the bar, else after it, else on it, for a bar that fills the chart leaves no other room. */
export function pushErrorGlyph(
  layer: Layer,
  kind: "error" | "error-below",
  { left, right }: BarExtent,
  { chartLeft, chartRight }: Geometry,
  rowTop: CssPixels,
): void {
  const before = left - outlineGap - glyphGap - glyphSize;
  const after = right + outlineGap + glyphGap;
  const isOnBar = before < chartLeft && after + glyphSize > chartRight;
  const onBar = Math.min(left + glyphGap, chartRight - glyphSize);
  const x = isOnBar ? onBar : before >= chartLeft ? before : after;
  pushGlyph(layer, kind, paint.error, x, rowTop, isOnBar);
}

/** Pushes the sign of a bar that is out of view, at the edge where it is, beside the one of its error. */
export function pushEdgeGlyphs(
  layer: Layer,
  side: "left" | "right",
  error: "error" | "error-below" | null,
  { chartLeft, chartRight }: Geometry,
  rowTop: CssPixels,
): void {
  const edge = side === "left" ? chartLeft + 1 : chartRight - glyphSize - 1;
  pushGlyph(layer, side, error === null ? paint.edge : paint.error, edge, rowTop, false);
  const inside = side === "left" ? edge + glyphSize : edge - glyphSize;
  if (error !== null) pushGlyph(layer, error, paint.error, inside, rowTop, false);
}

function pushGlyph(
  layer: Layer,
  kind: GlyphKind,
  glyphPaint: PaintIndex,
  x: CssPixels,
  rowTop: CssPixels,
  hasRim: boolean,
): void {
  layer.glyphs.push(kind, glyphPaint, x, rowTop + (measures.rowHeight - glyphSize) / 2, hasRim);
}

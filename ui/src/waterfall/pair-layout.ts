// Lays out a row of two traces: the baseline as a hollow bar above, the candidate as a solid one below it, or each in a chart
// of its own; what the candidate took longer is in a colour of its own.

import { clamp } from "../base/clamp.ts";
import type { CssPixels } from "../base/units.ts";
import { changeBits, verdictOf } from "../compare-model/comparison.ts";
import type { MergedTrace } from "../compare-model/merged-trace.ts";
import type { SideBars } from "../compare-model/side-bars.ts";
import { countErrorsBelow } from "../trace-model/errors.ts";
import type { SpanIndex } from "../trace-model/span-table.ts";
import { hasFlag, spanFlags, statusError } from "../trace-model/span-table.ts";
import type { BarExtent } from "./bar-layout.ts";
import { minBarWidth, outOfView, pushBar, pushEdgeGlyphs, pushErrorGlyph, pushErrorOutline } from "./bar-layout.ts";
import type { Layer, RectList } from "./draw-list.ts";
import { glyphSize } from "./draw-list.ts";
import type { Geometry } from "./geometry.ts";
import { measures, secondChartOf } from "./geometry.ts";
import { pushIntervals } from "./interval-layout.ts";
import { paint } from "./paints.ts";
import type { Scene, View } from "./scene.ts";
import type { TimeScale } from "./time-scale.ts";
import { timeScaleOf, timeToX } from "./time-scale.ts";

/** Room for the sign of the verdict, before the chevron of a root; also in waterfall.module.css. */
const signRoom: CssPixels = 18;
/** Of a row's 26 pixels; side by side each bar has the middle for itself. */
const hollow = { top: 4, height: 7 };
const solid = { top: 13, height: 9 };
const alone = { top: (measures.rowHeight - measures.barHeight) / 2, height: measures.barHeight };
const [dash, dashGap]: readonly [CssPixels, CssPixels] = [4, 3];
const [stripe, stripeDistance]: readonly [CssPixels, CssPixels] = [2, 6];
const savedHeight: CssPixels = 2;
const downstreamWidth: CssPixels = 2;

/** Returns where the gutter's first level starts. */
export function gutterStartOf({ merged }: Scene): CssPixels {
  return merged === null ? 0 : signRoom;
}

/** Pushes what lies behind a row: which side alone has it, and whether it came after the first divergence. */
export function pushRowGround(
  { body }: Layer,
  { comparison, shown }: MergedTrace,
  place: SpanIndex,
  width: CssPixels,
  top: CssPixels,
): void {
  const row = shown.row[place] ?? -1;
  if (row < 0) return;
  const verdict = verdictOf(comparison, row);
  if (verdict === "added") body.push(paint.rowAdded, 0, top, width, measures.rowHeight);
  if (verdict === "removed") body.push(paint.rowRemoved, 0, top, width, measures.rowHeight);
  if (comparison.downstream[row] === 1) body.push(paint.downstream, 0, top, downstreamWidth, measures.rowHeight);
}

/** Pushes both bars of a row; returns where they are in the first chart. */
export function layoutPair(
  layer: Layer,
  place: SpanIndex,
  rowTop: CssPixels,
  scene: Scene,
  merged: MergedTrace,
  view: View,
  scale: TimeScale,
): BarExtent {
  const { geometry } = view;
  if ((merged.shown.row[place] ?? -1) < 0) return outOfView;
  if (geometry.secondBy === 0) return layoutMerged(layer, place, rowTop, scene, merged, geometry, scale);
  const second = secondChartOf(geometry);
  const secondScale = timeScaleOf(view.window, second, scene.folds);
  layoutAlone(layer, place, rowTop, scene, merged, "candidate", second, secondScale);
  return layoutAlone(layer, place, rowTop, scene, merged, "baseline", geometry, scale);
}

function layoutMerged(
  layer: Layer,
  place: SpanIndex,
  rowTop: CssPixels,
  scene: Scene,
  merged: MergedTrace,
  geometry: Geometry,
  scale: TimeScale,
): BarExtent {
  const error = errorOf(scene, place);
  const start = timeToX(scale, scene.table.start[place] ?? 0);
  const end = timeToX(scale, scene.table.end[place] ?? 0);
  if (end < geometry.chartLeft || start > geometry.chartRight) {
    pushEdgeGlyphs(layer, end < geometry.chartLeft ? "left" : "right", error, geometry, rowTop);
    return outOfView;
  }
  pushBaseline(layer.body, place, rowTop, merged, geometry, scale, hollow);
  pushCandidate(layer, place, rowTop, scene, merged, geometry, scale, solid);
  const extent = extentIn(geometry, start, end);
  if (error !== null)
    pushErrorGlyph(layer, error, errorExtentOf(merged, place, geometry, scale, extent), geometry, rowTop);
  return extent;
}

/** An error stands beside the bar that it is of, unless the other one is in its way. */
function errorExtentOf(
  { baseline, candidate }: MergedTrace,
  place: SpanIndex,
  geometry: Geometry,
  scale: TimeScale,
  whole: BarExtent,
): BarExtent {
  const start = timeToX(scale, candidate.start[place] ?? Number.NaN);
  if (Number.isNaN(start) || start < geometry.chartLeft || start > geometry.chartRight) return whole;
  const baselineEnd = timeToX(scale, baseline.end[place] ?? Number.NaN);
  const isFree = Number.isNaN(baselineEnd) || baselineEnd < start - 2 * glyphSize;
  return isFree ? { left: start, right: whole.right } : whole;
}

function layoutAlone(
  layer: Layer,
  place: SpanIndex,
  rowTop: CssPixels,
  scene: Scene,
  merged: MergedTrace,
  side: "baseline" | "candidate",
  geometry: Geometry,
  scale: TimeScale,
): BarExtent {
  const bars = merged[side];
  const start = timeToX(scale, bars.start[place] ?? Number.NaN);
  const end = timeToX(scale, bars.end[place] ?? Number.NaN);
  if (Number.isNaN(start)) return outOfView;
  const isError = isErrorOf(bars, place);
  if (end < geometry.chartLeft || start > geometry.chartRight) {
    pushEdgeGlyphs(layer, end < geometry.chartLeft ? "left" : "right", isError ? "error" : null, geometry, rowTop);
    return outOfView;
  }
  if (side === "baseline") pushBaseline(layer.body, place, rowTop, merged, geometry, scale, alone);
  else pushCandidate(layer, place, rowTop, scene, merged, geometry, scale, alone);
  const extent = extentIn(geometry, start, end);
  if (isError) pushErrorGlyph(layer, "error", extent, geometry, rowTop);
  return extent;
}

/** Where in its row a bar is. */
interface BarPlace {
  readonly top: CssPixels;
  readonly height: CssPixels;
}

function extentIn({ chartLeft, chartRight }: Geometry, start: CssPixels, end: CssPixels): BarExtent {
  const left = clamp(start, chartLeft, chartRight - minBarWidth);
  return { left, right: clamp(Math.max(end, start + minBarWidth), left + minBarWidth, chartRight) };
}

function isErrorOf({ table, span }: SideBars, place: SpanIndex): boolean {
  return table.status[span[place] ?? -1] === statusError;
}

/** The error that a row shows: its own, or one that it hides. */
function errorOf({ table, rows }: Scene, place: SpanIndex): "error" | "error-below" | null {
  if (table.status[place] === statusError) return "error";
  return rows.isCollapsed(place) && countErrorsBelow(table, place) > 0 ? "error-below" : null;
}

/** Pushes the hollow bar: dashed for a span that the candidate has not, open where it goes on out of view. */
function pushBaseline(
  rects: RectList,
  place: SpanIndex,
  rowTop: CssPixels,
  { baseline, candidate }: MergedTrace,
  geometry: Geometry,
  scale: TimeScale,
  { top: within, height }: BarPlace,
): void {
  const from = baseline.start[place] ?? Number.NaN;
  if (Number.isNaN(from)) return;
  const start = timeToX(scale, from);
  const end = timeToX(scale, baseline.end[place] ?? from);
  if (end < geometry.chartLeft || start > geometry.chartRight) return;
  const { left, right } = extentIn(geometry, start, end);
  const top = rowTop + within;
  const isRemoved = Number.isNaN(candidate.start[place] ?? Number.NaN);
  if (isRemoved) {
    for (let x = left; x < right; x += dash + dashGap) {
      const width = Math.min(dash, right - x);
      rects.push(paint.baseline, x, top, width, 1);
      rects.push(paint.baseline, x, top + height - 1, width, 1);
    }
  } else {
    rects.push(paint.baseline, left, top, right - left, 1);
    rects.push(paint.baseline, left, top + height - 1, right - left, 1);
  }
  if (start >= geometry.chartLeft) rects.push(paint.baseline, left, top, 1, height);
  if (end <= geometry.chartRight) rects.push(paint.baseline, right - 1, top, 1, height);
}

/** Pushes the solid bar with what it took longer or less than the baseline. */
function pushCandidate(
  layer: Layer,
  place: SpanIndex,
  rowTop: CssPixels,
  scene: Scene,
  merged: MergedTrace,
  geometry: Geometry,
  scale: TimeScale,
  { top: within, height }: BarPlace,
): void {
  const { candidate } = merged;
  const from = candidate.start[place] ?? Number.NaN;
  if (Number.isNaN(from)) return;
  const start = timeToX(scale, from);
  const end = timeToX(scale, candidate.end[place] ?? from);
  const expected = expectedEndOf(merged, place);
  if (Math.max(end, expected === null ? end : timeToX(scale, expected)) < geometry.chartLeft) return;
  if (start > geometry.chartRight) return;
  const top = rowTop + within;
  const color = scene.colors[place] ?? 0;
  const span = candidate.span[place] ?? -1;
  if (end >= geometry.chartLeft) {
    const { left, right } = extentIn(geometry, start, end);
    if (span >= 0) {
      pushBar(
        layer,
        { table: candidate.table, selfTime: candidate.selfTime, span, color },
        scale,
        left,
        right,
        top,
        height,
      );
      if (Number.isNaN(merged.baseline.start[place] ?? Number.NaN)) pushStripes(layer.body, left, right, top, height);
    } else {
      // A head shows its iterations on the time that they take together, those that are new in the colour of growth.
      layer.body.push(paint.pale + color, left, top, right - left, height);
      pushIntervals(layer.body, paint.solid + color, candidate.sharedParts, place, scale, left, right, top, height);
      const isNew = Number.isNaN(merged.baseline.start[place] ?? Number.NaN);
      const own = isNew ? paint.solid + color : paint.slower;
      pushIntervals(layer.body, own, candidate.ownParts, place, scale, left, right, top, height);
    }
    if (isErrorOf(candidate, place)) pushErrorOutline(layer, { left, right }, geometry, top, height);
  }
  if (expected === null || span < 0) return;
  const expectedX = timeToX(scale, expected);
  const [one, other] = [Math.min(expectedX, end), Math.max(expectedX, end)];
  const changeLeft = clamp(one, geometry.chartLeft, geometry.chartRight);
  const changeRight = clamp(other, geometry.chartLeft, geometry.chartRight);
  if (changeRight <= changeLeft) return;
  if (expectedX < end) layer.body.push(paint.slower, changeLeft, top, changeRight - changeLeft, height);
  else {
    const middle = top + (height - savedHeight) / 2;
    layer.body.push(paint.faster, changeLeft, middle, changeRight - changeLeft, savedHeight);
    layer.body.push(paint.faster, changeRight - 1, top, 1, height);
  }
}

/** Returns where the candidate would end had it taken as long as the baseline; null unless the duration is a change. */
function expectedEndOf({ comparison, shown, baseline, candidate }: MergedTrace, place: SpanIndex): number | null {
  const row = shown.row[place] ?? -1;
  const [one, other] = [baseline.span[place] ?? -1, candidate.span[place] ?? -1];
  if (row < 0 || one < 0 || other < 0 || ((comparison.changes[row] ?? 0) & changeBits.duration) === 0) return null;
  if (hasFlag(baseline.table, one, spanFlags.notEnded) || hasFlag(candidate.table, other, spanFlags.notEnded))
    return null;
  return (candidate.table.start[other] ?? 0) + (baseline.table.duration[one] ?? 0);
}

/** The pattern of what is new: stripes across its bar. */
function pushStripes(rects: RectList, left: CssPixels, right: CssPixels, top: CssPixels, height: CssPixels): void {
  for (let x = left + stripeDistance - stripe; x + stripe < right; x += stripeDistance) {
    rects.push(paint.addedStripe, x, top, stripe, height);
  }
}

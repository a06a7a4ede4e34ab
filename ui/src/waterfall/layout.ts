// Lays out a frame: which rectangle, glyph and text is where. Its cost depends on the rows and pixels in view only.

import { clamp } from "../base/clamp.ts";
import type { CssPixels } from "../base/units.ts";
import { isCritical } from "../trace-model/critical-path.ts";
import { countErrorsBelow, isError } from "../trace-model/errors.ts";
import type { Found } from "../trace-model/find.ts";
import { hasFoundWithin } from "../trace-model/find.ts";
import { firstTokenOf } from "../trace-model/span-marks.ts";
import type { SpanIndex } from "../trace-model/span-table.ts";
import { hasFlag, spanFlags } from "../trace-model/span-table.ts";
import { layoutAxis } from "./axis-layout.ts";
import type { DrawList, GlyphKind, Layer } from "./draw-list.ts";
import { clearDrawList, createDrawList, glyphSize } from "./draw-list.ts";
import { bodyHeightOf, measures } from "./geometry.ts";
import { pushFolds } from "./fold-layout.ts";
import { pushCriticalPath } from "./critical-layout.ts";
import { pushMarks } from "./mark-layout.ts";
import { pushIntervals } from "./interval-layout.ts";
import type { RowIndex } from "../trace-model/visible-rows.ts";
import type { PaintIndex } from "./paints.ts";
import { paint } from "./paints.ts";
import type { Scene, View } from "./scene.ts";
import { stickySpans } from "./sticky-rows.ts";
import type { TimeScale } from "./time-scale.ts";
import { timeScaleOf, timeToX } from "./time-scale.ts";

/** Narrower bars would be lost; a bar of an error is a little wider. */
const minBarWidth: CssPixels = 2;
const minErrorBarWidth: CssPixels = 3;
/** Between a bar and the outline that marks an error. */
const outlineGap: CssPixels = 2;
const glyphGap: CssPixels = 3;
const fadeWidth: CssPixels = 56;

/** Returns the frame of a scene; `reuse` is a list of an earlier frame that may be overwritten. */
export function layout(scene: Scene, view: View, reuse: DrawList = createDrawList()): DrawList {
  const list = reuse;
  clearDrawList(list);
  list.geometry = view.geometry;
  const scale = timeScaleOf(view.window, view.geometry, scene.folds);
  layoutAxis(list, view, scale);

  const { rowHeight, axisHeight } = measures;
  const firstRow = clamp(Math.floor(view.scrollTop / rowHeight), 0, scene.rows.nRows);
  const lastRow = Math.ceil((view.scrollTop + bodyHeightOf(view.geometry)) / rowHeight);
  const nRows = clamp(lastRow - firstRow, 0, scene.rows.nRows - firstRow);
  const { places } = list;
  places.firstRow = firstRow;
  places.nRows = nRows;
  places.top = axisHeight + firstRow * rowHeight - view.scrollTop;
  for (let place = 0; place < nRows; place++) {
    const row = firstRow + place;
    const span = scene.rows.spanAt(row);
    const bar = layoutRow(list, span, row, places.top + place * rowHeight, scene, view, scale);
    places.spans[place] = span;
    places.barLeft[place] = bar.left;
    places.barRight[place] = bar.right;
  }
  pushFolds(list.body, scale, view.geometry);
  layoutSticky(list, scene, view, scale);
  layoutMarks(list, view);
  return list;
}

/** Lays out the ancestors that stay at the top, on a ground that hides the rows below them. */
function layoutSticky(list: DrawList, scene: Scene, view: View, scale: TimeScale): void {
  const { rowHeight, axisHeight } = measures;
  const { places, sticky } = list;
  const { width } = view.geometry;
  places.nSticky = stickySpans(scene.rows, view.geometry, view.scrollTop, places.sticky);
  if (places.nSticky === 0) return;
  const bottom = axisHeight + places.nSticky * rowHeight;
  sticky.body.push(paint.ground, 0, axisHeight, width, bottom - axisHeight);
  for (let place = 0; place < places.nSticky; place++) {
    const span = places.sticky[place] ?? 0;
    layoutRow(sticky, span, scene.rows.rowOf(span), axisHeight + place * rowHeight, scene, view, scale);
  }
  sticky.body.push(paint.stickyEdge, 0, bottom - 1, width, 1);
}

interface BarExtent {
  readonly left: CssPixels;
  /** Left of `left` for a bar out of view. */
  readonly right: CssPixels;
}

const outOfView: BarExtent = { left: 0, right: -1 };

function layoutRow(
  layer: Layer,
  span: SpanIndex,
  row: RowIndex | null,
  top: CssPixels,
  scene: Scene,
  view: View,
  scale: TimeScale,
): BarExtent {
  const { table, rows } = scene;
  const { width } = view.geometry;
  if (span === view.selected) layer.body.push(paint.rowSelected, 0, top, width, measures.rowHeight);
  else if (row !== null && row === view.hoverRow) layer.body.push(paint.rowHover, 0, top, width, measures.rowHeight);

  const nGuides = Math.min((table.depth[span] ?? 0) - rows.baseDepth, measures.maxIndentLevels);
  for (let level = 0; level < nGuides; level++) {
    layer.body.push(paint.guide, guideX(level), top, 1, measures.rowHeight);
  }
  const bar = layoutBar(layer, span, top, scene, view, scale);
  const { critical = null } = view;
  if (critical !== null) pushCriticalPath(layer.body, critical, scene.rows, span, scale, view.geometry, top);
  const isAside = isDimmed(scene, view.found ?? null, span) || (critical !== null && !isCritical(critical, span));
  // What is selected is looked at, wherever it stands.
  if (isAside && span !== view.selected) {
    const { chartLeft, chartRight } = view.geometry;
    layer.body.push(paint.veil, chartLeft, top, chartRight - chartLeft, measures.rowHeight);
  }
  return bar;
}

/** Whether a row is neither what was asked for nor hides any of it. */
export function isDimmed({ table, rows }: Scene, found: Found | null, span: SpanIndex): boolean {
  if (found === null || found.has[span] === 1) return false;
  return !rows.isCollapsed(span) || !hasFoundWithin(found, table, span);
}

const markWidth: CssPixels = 4;

/** Errors and finds along the right edge, beside the scroll bar. */
function layoutMarks(list: DrawList, { marks, geometry }: View): void {
  if (!marks) return;
  const left = geometry.width - markWidth;
  for (const y of marks.found) list.axis.push(paint.foundMark, left, measures.axisHeight + y, markWidth, 2);
  for (const y of marks.errors) list.axis.push(paint.error, left, measures.axisHeight + y, markWidth, 2);
}

/** Returns the x of the guide line of a level: below the middle of the icon of the ancestor there. */
export function guideX(level: number): CssPixels {
  return gutterPadding + level * measures.indent + measures.indent / 2;
}

/** Left of the chevron of a root. */
export const gutterPadding: CssPixels = 8;

function layoutBar(
  layer: Layer,
  span: SpanIndex,
  rowTop: CssPixels,
  scene: Scene,
  view: View,
  scale: TimeScale,
): BarExtent {
  const { table, rows } = scene;
  const { chartLeft, chartRight } = view.geometry;
  const hasError = isError(table, span);
  const hidesError = !hasError && rows.isCollapsed(span) && countErrorsBelow(table, span) > 0;
  const top = rowTop + (measures.rowHeight - measures.barHeight) / 2;
  const start = timeToX(scale, table.start[span] ?? 0);
  const end = timeToX(scale, table.end[span] ?? 0);

  if (end < chartLeft || start > chartRight) {
    const isLeft = end < chartLeft;
    const edge = isLeft ? chartLeft + 1 : chartRight - glyphSize - 1;
    pushGlyph(layer, isLeft ? "left" : "right", hasError || hidesError ? paint.error : paint.edge, edge, rowTop, false);
    const inside = isLeft ? edge + glyphSize : edge - glyphSize;
    if (hasError || hidesError)
      pushGlyph(layer, hasError ? "error" : "error-below", paint.error, inside, rowTop, false);
    return outOfView;
  }
  const minWidth = hasError ? minErrorBarWidth : minBarWidth;
  const left = clamp(start, chartLeft, chartRight - minWidth);
  const right = clamp(Math.max(end, start + minWidth), left + minWidth, chartRight);
  pushBar(layer, span, left, right, top, scene, scale);
  pushMarks(layer.body, table, span, scale, left, right, top);

  if (hasError) {
    const outlineLeft = Math.max(left - outlineGap, chartLeft);
    const outlineRight = Math.min(right + outlineGap, chartRight);
    const height = measures.barHeight + 2 * outlineGap;
    layer.body.push(paint.errorOutline, outlineLeft, top - outlineGap, outlineRight - outlineLeft, height);
  }
  if (hasError || hidesError) {
    const before = left - outlineGap - glyphGap - glyphSize;
    const after = right + outlineGap + glyphGap;
    // Before the bar, else after it, else on it: a bar that fills the chart leaves no other room.
    const isOnBar = before < chartLeft && after + glyphSize > chartRight;
    const onBar = Math.min(left + glyphGap, chartRight - glyphSize);
    const x = isOnBar ? onBar : before >= chartLeft ? before : after;
    pushGlyph(layer, hasError ? "error" : "error-below", paint.error, x, rowTop, isOnBar);
  }
  return { left, right };
}

function pushBar(
  layer: Layer,
  span: SpanIndex,
  left: CssPixels,
  right: CssPixels,
  top: CssPixels,
  scene: Scene,
  scale: TimeScale,
): void {
  const { table, selfTime } = scene;
  const color = scene.colors[span] ?? 0;
  const nOwn = (selfTime.offsets[span + 1] ?? 0) - (selfTime.offsets[span] ?? 0);
  const isLeaf = (table.subtreeEnd[span] ?? 0) === span + 1;
  // Two shades cannot be told apart on so few pixels.
  const isOneShadeByWidth = right - left < 4;
  const isOneShade = isLeaf || isOneShadeByWidth;
  const base = (isOneShade ? paint.solid : paint.pale) + color;
  let solidRight = right;
  if (hasFlag(table, span, spanFlags.notEnded)) {
    solidRight = Math.max(left, right - fadeWidth);
    layer.fades.push(base, solidRight, top, right - solidRight, measures.barHeight);
  }
  const firstToken = isLeaf && !isOneShadeByWidth ? firstTokenOf(table, span) : null;
  const answerLeft = firstToken === null ? left : clamp(timeToX(scale, firstToken), left, solidRight);
  // What a model takes before it answers is waiting.
  if (answerLeft > left) layer.body.push(paint.pale + color, left, top, answerLeft - left, measures.barHeight);
  if (solidRight > answerLeft) layer.body.push(base, answerLeft, top, solidRight - answerLeft, measures.barHeight);
  if (!isOneShade && nOwn > 0)
    pushIntervals(layer.body, paint.solid + color, selfTime, span, scale, left, solidRight, top, measures.barHeight);
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

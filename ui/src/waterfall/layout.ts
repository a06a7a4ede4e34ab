// Lays out a frame: which rectangle, glyph and text is where. Its cost depends on the rows and pixels in view only.

import { clamp } from "../base/clamp.ts";
import type { CssPixels } from "../base/units.ts";
import { isCritical } from "../trace-model/critical-path.ts";
import { countErrorsBelow, isError } from "../trace-model/errors.ts";
import type { Found } from "../trace-model/find.ts";
import { hasFoundWithin } from "../trace-model/find.ts";
import type { SpanIndex } from "../trace-model/span-table.ts";
import { layoutAxis } from "./axis-layout.ts";
import type { BarExtent } from "./bar-layout.ts";
import {
  minBarWidth,
  minErrorBarWidth,
  outOfView,
  pushBar,
  pushEdgeGlyphs,
  pushErrorGlyph,
  pushErrorOutline,
} from "./bar-layout.ts";
import type { DrawList, Layer } from "./draw-list.ts";
import { clearDrawList, createDrawList } from "./draw-list.ts";
import { bodyHeightOf, gutterPadding, measures, secondChartOf } from "./geometry.ts";
import { pushFolds } from "./fold-layout.ts";
import { pushCriticalPath } from "./critical-layout.ts";
import { pushMarks } from "./mark-layout.ts";
import { gutterStartOf, layoutPair, pushRowGround } from "./pair-layout.ts";
import type { RowIndex } from "../trace-model/visible-rows.ts";
import { paint } from "./paints.ts";
import { pushRowTexts } from "./row-text-layout.ts";
import type { Scene, View } from "./scene.ts";
import { stickySpans } from "./sticky-rows.ts";
import type { TimeScale } from "./time-scale.ts";
import { timeScaleOf, timeToX } from "./time-scale.ts";

/** Returns the frame of a scene; `reuse` is a list of an earlier frame that may be overwritten. */
export function layout(scene: Scene, view: View, reuse: DrawList = createDrawList()): DrawList {
  const list = reuse;
  clearDrawList(list);
  list.geometry = view.geometry;
  const scale = timeScaleOf(view.window, view.geometry, scene.folds);
  layoutAxis(list, view, scale);
  if (view.geometry.secondBy > 0) layoutSecondAxis(list, scene, view);

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
    places.chevronLeft[place] = bar.chevronLeft;
  }
  pushFolds(list.body, scale, view.geometry);
  layoutSticky(list, scene, view, scale);
  layoutMarks(list, view);
  return list;
}

/** The second chart has the time of the first one: what is pointed at in one is pointed at in both. */
function layoutSecondAxis(list: DrawList, scene: Scene, view: View): void {
  const geometry = secondChartOf(view.geometry);
  const pointerX = view.pointerX === null ? null : view.pointerX + view.geometry.secondBy;
  const scale = timeScaleOf(view.window, geometry, scene.folds);
  layoutAxis(list, { ...view, geometry, pointerX }, scale);
  pushFolds(list.body, scale, geometry);
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
    const row = layoutRow(sticky, span, scene.rows.rowOf(span), axisHeight + place * rowHeight, scene, view, scale);
    places.stickyChevronLeft[place] = row.chevronLeft;
  }
  sticky.body.push(paint.stickyEdge, 0, bottom - 1, width, 1);
}

/** What a hit test must know of a row. */
interface RowExtent extends BarExtent {
  readonly chevronLeft: CssPixels;
}

function layoutRow(
  layer: Layer,
  span: SpanIndex,
  row: RowIndex | null,
  top: CssPixels,
  scene: Scene,
  view: View,
  scale: TimeScale,
): RowExtent {
  const { table, rows } = scene;
  const { width } = view.geometry;
  const isSelected = span === view.selected;
  const isHovered = row !== null && row === view.hoverRow;
  if (scene.merged !== null) pushRowGround(layer, scene.merged, span, width, top);
  if (isSelected) layer.body.push(paint.rowSelected, 0, top, width, measures.rowHeight);
  else if (isHovered) layer.body.push(paint.rowHover, 0, top, width, measures.rowHeight);
  if (isSelected && view.hasFocus === true) layer.body.push(paint.focus, 0, top, focusWidth, measures.rowHeight);

  const nGuides = Math.min((table.depth[span] ?? 0) - rows.baseDepth, measures.maxIndentLevels);
  for (let level = 0; level < nGuides; level++) {
    layer.body.push(paint.guide, gutterStartOf(scene) + guideX(level), top, 1, measures.rowHeight);
  }
  const bar =
    scene.merged === null
      ? layoutBar(layer, span, top, scene, view, scale)
      : layoutPair(layer, span, top, scene, scene.merged, view, scale);
  const { critical = null } = view;
  if (critical !== null) pushCriticalPath(layer.body, critical, scene.rows, span, scale, view.geometry, top);
  const isNotFound = isDimmed(scene, view.found ?? null, span);
  const isAside = isNotFound || (critical !== null && !isCritical(critical, span));
  // What is selected is looked at, wherever it stands.
  if (isAside && !isSelected) {
    const { chartLeft, chartRight, secondBy } = view.geometry;
    layer.body.push(paint.veil, chartLeft, top, chartRight + secondBy - chartLeft, measures.rowHeight);
  }
  const state = { isDimmed: isNotFound, isSelected, isHovered };
  return { ...bar, chevronLeft: pushRowTexts(layer, span, top, scene, view, state) };
}

const focusWidth: CssPixels = 2;

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

  const error = hasError ? "error" : hidesError ? "error-below" : null;

  if (end < chartLeft || start > chartRight) {
    pushEdgeGlyphs(layer, end < chartLeft ? "left" : "right", error, view.geometry, rowTop);
    return outOfView;
  }
  const minWidth = hasError ? minErrorBarWidth : minBarWidth;
  const left = clamp(start, chartLeft, chartRight - minWidth);
  const right = clamp(Math.max(end, start + minWidth), left + minWidth, chartRight);
  const extent = { left, right };
  const bar = { table, selfTime: scene.selfTime, span, color: scene.colors[span] ?? 0 };
  pushBar(layer, bar, scale, left, right, top, measures.barHeight);
  pushMarks(layer.body, table, span, scale, left, right, top);
  if (hasError) pushErrorOutline(layer, extent, view.geometry, top, measures.barHeight);
  if (error !== null) pushErrorGlyph(layer, error, extent, view.geometry, rowTop);
  return extent;
}

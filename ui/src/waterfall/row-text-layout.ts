// Lays out what a row says: sign, chevron, icon, name, notes and badge in the gutter, and the numbers of the columns.

import type { CssPixels } from "../base/units.ts";
import { isChange, verdictOf } from "../compare-model/comparison.ts";
import type { MergedTrace } from "../compare-model/merged-trace.ts";
import { rowAt } from "../compare-model/merged-trace.ts";
import type { SignName } from "../compare-model/signs.ts";
import { hintOf, signOf } from "../compare-model/signs.ts";
import { isError } from "../trace-model/errors.ts";
import { sourceOf } from "../trace-model/span-source.ts";
import type { SpanIndex } from "../trace-model/span-table.ts";
import { hasChildren, hasFlag, spanFlags } from "../trace-model/span-table.ts";
import { columnWidths } from "./columns.ts";
import type { Tone } from "./delta-cells.ts";
import type { Layer } from "./draw-list.ts";
import { glyphSize } from "./draw-list.ts";
import { gutterPadding, measures } from "./geometry.ts";
import { iconOfSign } from "./icons.ts";
import { gutterStartOf } from "./pair-layout.ts";
import type { PaintIndex } from "./paints.ts";
import { paint } from "./paints.ts";
import { badgeOf, cellOf, labelOf, noteOf } from "./row-content.ts";
import type { Scene, View } from "./scene.ts";
import type { TextFont } from "./text-fit.ts";
import { fitText } from "./text-fit.ts";

// These measures are also those of waterfall.module.css, so that tooltips are where the texts are.
const gap: CssPixels = 5;
const iconSize: CssPixels = 14;
const signSize: CssPixels = 13;
const signWidth: CssPixels = 14;
const badgeHeight: CssPixels = 17;
const badgePadding: CssPixels = 5;
const maxBadgeWidth: CssPixels = 96;
const columnsRight: CssPixels = 12;

/** What a row is, beside its span. */
export interface RowState {
  readonly isDimmed: boolean;
  readonly isSelected: boolean;
  readonly isHovered: boolean;
}

/** Pushes all that a row says; returns the left of its chevron, NaN for a row without children. */
export function pushRowTexts(
  layer: Layer,
  span: SpanIndex,
  top: CssPixels,
  scene: Scene,
  view: View,
  state: RowState,
): CssPixels {
  const { table, rows, merged } = scene;
  const row = merged === null ? null : rowAt(merged, span);
  const isGap = merged !== null && row === null;
  const middle = top + measures.rowHeight / 2;
  const push = (text: string, font: TextFont, color: PaintIndex, x: CssPixels): void => {
    if (text !== "") layer.texts.push({ text, font, paint: color, x, y: middle });
  };
  if (merged !== null && row !== null) pushSign(layer, signOf(merged.comparison, row), top);

  const depth = (table.depth[span] ?? 0) - rows.baseDepth;
  let x = gutterStartOf(scene) + gutterPadding + Math.min(depth, measures.maxIndentLevels) * measures.indent;
  const chevronLeft = hasChildren(table, span) ? x : Number.NaN;
  if (!Number.isNaN(chevronLeft)) pushChevron(layer, x, top, rows.isCollapsed(span), state, view);
  x += glyphSize - 1 + gap;
  if (depth > measures.maxIndentLevels) {
    const text = `+${depth - measures.maxIndentLevels}`;
    push(text, "note", paint.textFaint, x);
    x += view.ruler(text, "note") + gap;
  }
  if (!isGap) {
    const color = paint.solid + (scene.colors[span] ?? 0);
    const [size, y] = [iconSize, middle - iconSize / 2];
    layer.icons.push({ icon: table.category[span] ?? 0, paint: color, x, y, size, isDimmed: state.isDimmed });
    x += iconSize + gap;
  }

  let right = view.geometry.chartLeft - gutterPadding;
  if (merged === null) right -= pushBadge(layer, span, right, x, middle, scene, view, state);
  const note = isGap ? "" : noteOf(scene, span, rows.isCollapsed(span)).text;
  const hint = merged === null || row === null ? "" : hintOf(merged, span).text;
  // The name alone gives way, down to an ellipsis; then the notes are cut.
  const noteWidths = [hint, note].map((text) => (text === "" ? 0 : view.ruler(text, "note") + gap));
  const roomForNotes = noteWidths.reduce((sum, width) => sum + width, 0);
  const font = state.isSelected ? "selected-label" : "label";
  const label = fitText(labelOf(table, span).text, font, right - x - roomForNotes, view.ruler);
  push(label, font, labelPaint(scene, span, row, state), x);
  const labelWidth = label === "" ? 0 : view.ruler(label, font);
  if (row !== null && merged !== null && verdictOf(merged.comparison, row) === "removed" && labelWidth > 0)
    layer.body.push(paint.struck, x, Math.round(middle), labelWidth, 1);
  x += labelWidth;
  for (const text of [hint, note]) {
    if (text === "") continue;
    const fitted = fitText(text, "note", right - x - gap, view.ruler);
    push(fitted, "note", paint.textFaint, x + gap);
    x += gap + (fitted === "" ? 0 : view.ruler(fitted, "note"));
  }

  let columnRight = view.geometry.width - columnsRight;
  for (const column of view.columns.toReversed()) {
    const { text, tone } = cellOf(scene, span, column);
    const fitted = fitText(text, "number", columnWidths[column], view.ruler);
    const isRunning = column === "duration" && hasFlag(table, span, spanFlags.notEnded);
    const color = state.isDimmed || isRunning ? paint.textFaint : cellPaint(tone, column, merged);
    if (fitted !== "") push(fitted, "number", color, columnRight - view.ruler(fitted, "number"));
    columnRight -= columnWidths[column];
  }
  return chevronLeft;
}

function labelPaint(
  { table, merged }: Scene,
  span: SpanIndex,
  row: ReturnType<typeof rowAt>,
  { isDimmed }: RowState,
): PaintIndex {
  if (isDimmed) return paint.textFaint;
  if (isError(table, span)) return paint.textError;
  // What is the same on both sides steps back.
  const isSame = merged !== null && (row === null || !isChange(merged.comparison, row));
  return isSame ? paint.textSecond : paint.text;
}

function cellPaint(tone: Tone, column: string, merged: MergedTrace | null): PaintIndex {
  if (merged === null) return paint.textSecond;
  if (tone === "none") return paint.textFaint;
  if (tone === "better") return paint.textFaster;
  return column === "delta-status" ? paint.textError : paint.textSlower;
}

const signPaints: Readonly<Record<SignName, PaintIndex>> = {
  equal: paint.textFaint,
  added: paint.textOk,
  removed: paint.textError,
  moved: paint.textAccent,
  content: paint.textAccent,
  other: paint.textAccent,
  slower: paint.textSlower,
  repeated: paint.textSlower,
  faster: paint.textFaster,
};

function pushSign(layer: Layer, sign: SignName, top: CssPixels): void {
  const x = gutterPadding + (signWidth - signSize) / 2;
  const y = top + (measures.rowHeight - signSize) / 2;
  layer.icons.push({ icon: iconOfSign(sign), paint: signPaints[sign], x, y, size: signSize, isDimmed: false });
}

function pushChevron(
  layer: Layer,
  x: CssPixels,
  top: CssPixels,
  isCollapsed: boolean,
  { isHovered }: RowState,
  { gutterX }: View,
): void {
  const y = top + (measures.rowHeight - glyphSize) / 2;
  const isPointedAt = isHovered && isOnChevron(x, gutterX ?? Number.NaN);
  if (isPointedAt) layer.body.push(paint.chevronHover, x, y, glyphSize, glyphSize);
  layer.glyphs.push(isCollapsed ? "closed" : "open", isPointedAt ? paint.text : paint.textFaint, x, y, false);
}

/** A chevron is caught a little beside it. */
const chevronSlack: CssPixels = 2;

/** Whether an x is on the chevron whose left is given; never for a row without one. */
export function isOnChevron(chevronLeft: CssPixels, x: CssPixels): boolean {
  return x >= chevronLeft - chevronSlack && x <= chevronLeft + glyphSize + chevronSlack;
}

/** Pushes the badge at the right of the gutter, unless the name would have no room left; returns the room that it takes. */
function pushBadge(
  layer: Layer,
  span: SpanIndex,
  right: CssPixels,
  nameLeft: CssPixels,
  middle: CssPixels,
  scene: Scene,
  { ruler }: View,
  { isDimmed }: RowState,
): CssPixels {
  const text = fitText(badgeOf(scene, span).text, "badge", maxBadgeWidth - 2 * badgePadding, ruler);
  if (text === "") return 0;
  const width = ruler(text, "badge") + 2 * badgePadding;
  const left = right - width;
  if (left < nameLeft) return 0;
  const source = sourceOf(scene.table, span);
  const isByService = scene.coloring === "service";
  const bySource = source === "mlflow" ? paint.textMlflow : paint.textOpentelemetry;
  const color = isDimmed ? paint.textFaint : isByService ? paint.textSecond : bySource;
  layer.texts.push({ text, font: "badge", paint: color, x: left + badgePadding, y: middle });
  if (source === "opentelemetry-inferred" && !isByService)
    layer.body.push(paint.badgeEdge, left, middle - badgeHeight / 2, width, badgeHeight);
  return width + gap;
}

// Moves what the user sees to a newer table of the same trace: spans are known by id, times by the clock.

import { nanosBetween } from "../base/time.ts";
import type { CssPixels } from "../base/units.ts";
import type { MergedTrace } from "../compare-model/merged-trace.ts";
import type { SpanIndex, SpanTable } from "../trace-model/span-table.ts";
import { findSpan, spanIdOf } from "../trace-model/span-table.ts";
import type { RowIndex } from "../trace-model/visible-rows.ts";
import type { Geometry } from "./geometry.ts";
import { bodyHeightOf, maxScrollTop, measures } from "./geometry.ts";
import type { Scene } from "./scene.ts";
import { chartExtent, createScene, withFolds } from "./scene.ts";
import type { Sight } from "./sight.ts";
import type { TimeFold } from "./time-folds.ts";
import { foldTime, unfoldTime } from "./time-folds.ts";
import type { TimeWindow } from "./time-window.ts";
import { clampWindow } from "./time-window.ts";
import { isWholeWindow, wholeWindow } from "./whole-window.ts";
import { clamp } from "../base/clamp.ts";

/** Returns the same sight of a newer table: selection, collapsed spans, focus, zoom, and the place of the row one looks at; `kept` is what a filter shows of the newer table. */
export function carryOver(
  old: Sight,
  geometry: Geometry,
  hoverRow: RowIndex | null,
  table: SpanTable,
  kept: Uint8Array | null = null,
  merged: MergedTrace | null = null,
): Sight {
  const renumber = (span: SpanIndex): SpanIndex | null => findSpan(table, spanIdOf(old.scene.table, span));
  const collapsed = Array.from(old.scene.rows.collapsed, renumber).filter((span) => span !== null);
  // What was not there is closed, as at first.
  const isNew = (place: SpanIndex): boolean => findSpan(old.scene.table, spanIdOf(table, place)) === null;
  for (const place of merged?.closed ?? []) if (isNew(place)) collapsed.push(place);
  const oldFocus = old.scene.rows.focus;
  const focus = oldFocus === null ? null : renumber(oldFocus);
  const scene = createScene(table, collapsed, focus, old.scene.coloring, merged);
  if (kept !== null) scene.rows.filter(kept);
  const folded = withFolds(scene, carriedFolds(old, table));
  return {
    scene: folded,
    window: carriedWindow(old, folded),
    scrollTop: carriedScrollTop(old, geometry, hoverRow, scene, renumber),
    selected: old.selected === null ? null : renumber(old.selected),
    // To be asked again of the newer table.
    found: null,
  };
}

/** A window that shows all there is goes on doing so; any other one stays at its absolute times. */
function carriedWindow({ window, scene }: Sight, newer: Scene): TimeWindow {
  if (isWholeWindow(window, scene)) return wholeWindow(newer);
  const { table } = newer;
  const shift = nanosBetween(table.baseTime, scene.table.baseTime);
  const moved = (time: number): number => foldTime(newer.folds, unfoldTime(scene.folds, time) + shift);
  return clampWindow({ start: moved(window.start), end: moved(window.end) }, chartExtent(newer));
}

/** Stretches stay folded while nothing starts or ends in them. */
function carriedFolds({ scene }: Sight, table: SpanTable): TimeFold[] {
  const shift = nanosBetween(table.baseTime, scene.table.baseTime);
  const folds = scene.folds.folds.map(({ start, end }) => ({ start: start + shift, end: end + shift }));
  const isIn = ({ start, end }: TimeFold, time: number): boolean => time > start && time < end;
  return folds.filter((fold) => {
    for (let span = 0; span < table.nSpans; span++) {
      if (isIn(fold, table.start[span] as number) || isIn(fold, table.end[span] as number)) return false;
    }
    return true;
  });
}

function carriedScrollTop(
  old: Sight,
  geometry: Geometry,
  hoverRow: RowIndex | null,
  scene: Scene,
  renumber: (span: SpanIndex) => SpanIndex | null,
): CssPixels {
  const anchor = anchorRowOf(old, geometry, hoverRow);
  const span = anchor === null ? null : renumber(old.scene.rows.spanAt(anchor));
  const movedBy = anchor === null || span === null ? 0 : scene.rows.rowShowing(span) - anchor;
  return clamp(old.scrollTop + movedBy * measures.rowHeight, 0, maxScrollTop(geometry, scene.rows.nRows));
}

/** The row that must not move: the one pointed at, else the selected one if in view, else the first one unless at the top. */
function anchorRowOf(
  { scene, scrollTop, selected }: Sight,
  geometry: Geometry,
  hoverRow: RowIndex | null,
): RowIndex | null {
  if (hoverRow !== null && hoverRow < scene.rows.nRows) return hoverRow;
  const selectedRow = selected === null ? null : scene.rows.rowOf(selected);
  if (selectedRow !== null) {
    const top = selectedRow * measures.rowHeight - scrollTop;
    if (top > -measures.rowHeight && top < bodyHeightOf(geometry)) return selectedRow;
  }
  return scrollTop === 0 ? null : Math.min(Math.floor(scrollTop / measures.rowHeight), scene.rows.nRows - 1);
}

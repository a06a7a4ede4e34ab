// What a waterfall shows (a trace and its visible rows) and how (the view): all that a frame depends on.

import type { CssPixels } from "../base/units.ts";
import type { Found } from "../trace-model/find.ts";
import type { MergedTrace } from "../compare-model/merged-trace.ts";
import type { CriticalPath } from "../trace-model/critical-path.ts";
import type { Intervals } from "../trace-model/intervals.ts";
import { selfTimeOf } from "../trace-model/self-time.ts";
import type { Coloring } from "../trace-model/span-colors.ts";
import { colorsOf } from "../trace-model/span-colors.ts";
import type { SpanIndex, SpanTable } from "../trace-model/span-table.ts";
import type { RowIndex } from "../trace-model/visible-rows.ts";
import { VisibleRows } from "../trace-model/visible-rows.ts";
import type { Geometry } from "./geometry.ts";
import type { ColumnName } from "./columns.ts";
import type { ScrollMarks } from "./scroll-marks.ts";
import type { TextRuler } from "./text-fit.ts";
import type { TimeFold, TimeFolds } from "./time-folds.ts";
import { foldsOf, foldTime, noFolds } from "./time-folds.ts";
import type { Extent, TimeWindow } from "./time-window.ts";

export interface Scene {
  readonly table: SpanTable;
  readonly selfTime: Intervals;
  readonly rows: VisibleRows;
  /** What colours say, and the number of the colour of each span. */
  readonly coloring: Coloring;
  readonly colors: Uint8Array;
  /** Idle time that is drawn short. */
  readonly folds: TimeFolds;
  /** What the table was merged from, if it is two traces: each row then has a bar of either side. */
  readonly merged: MergedTrace | null;
}

export function createScene(
  table: SpanTable,
  collapsed: Iterable<SpanIndex> = [],
  focus: SpanIndex | null = null,
  coloring: Coloring = "kind",
  merged: MergedTrace | null = null,
): Scene {
  const rows = new VisibleRows(table, { collapsed, focus });
  const colors = colorsOf(table, coloring);
  return { table, selfTime: selfTimeOf(table), rows, coloring, colors, folds: noFolds, merged };
}

/** Returns the extent of a trace in chart time, which windows are told in. */
export function chartExtent({ table, folds }: Scene): Extent {
  if (folds.folds.length === 0) return table;
  return { extentStart: foldTime(folds, table.extentStart), extentEnd: foldTime(folds, table.extentEnd) };
}

/** Returns the scene with these stretches of time drawn short. */
export function withFolds(scene: Scene, stretches: readonly TimeFold[]): Scene {
  const { extentStart, extentEnd } = scene.table;
  return { ...scene, folds: foldsOf(stretches, extentStart, extentEnd) };
}

/** Returns the scene with other colours; its rows are the same ones. */
export function withColoring(scene: Scene, coloring: Coloring): Scene {
  return { ...scene, coloring, colors: colorsOf(scene.table, coloring) };
}

export interface View {
  readonly geometry: Geometry;
  /** In chart time. */
  readonly window: TimeWindow;
  readonly scrollTop: CssPixels;
  readonly selected: SpanIndex | null;
  readonly hoverRow: RowIndex | null;
  /** Where the pointer is in the chart. */
  readonly pointerX: CssPixels | null;
  /** Where the pointer is in the gutter. */
  readonly gutterX?: CssPixels | null;
  /** Whether keys go to the rows, and the user should see it. */
  readonly hasFocus?: boolean;
  readonly columns: readonly ColumnName[];
  readonly ruler: TextRuler;
  /** A stretch of time that the user measures. */
  readonly measured?: TimeWindow | null;
  /** Spans that were asked for; rows without any are dimmed. */
  readonly found?: Found | null;
  /** Marks along the scroll bar; null where all rows are in view. */
  readonly marks?: ScrollMarks | null;
  /** The critical path, while it is shown; what is not on it is dimmed. */
  readonly critical?: CriticalPath | null;
}

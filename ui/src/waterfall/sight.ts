// What the user sees of a trace, and what each command makes of it. No DOM: the page is asked for nothing.

import { assertUnreachable } from "../base/assert.ts";
import { clamp } from "../base/clamp.ts";
import type { CssPixels } from "../base/units.ts";
import type { MergedTrace } from "../compare-model/merged-trace.ts";
import type { Found } from "../trace-model/find.ts";
import { withAncestors } from "../trace-model/find.ts";
import type { Coloring } from "../trace-model/span-colors.ts";
import type { SpanIndex, SpanTable } from "../trace-model/span-table.ts";
import type { RowIndex } from "../trace-model/visible-rows.ts";
import type { AskingCommand, Command } from "./commands.ts";
import { isFoldCommand, isTreeCommand } from "./commands.ts";
import { fold, parentAt, setSubtree } from "./folding.ts";
import type { Geometry } from "./geometry.ts";
import { maxScrollTop, measures, rowsPerPage, scrollTopShowing } from "./geometry.ts";
import type { Step } from "./navigation.ts";
import { stepOf } from "./navigation.ts";
import type { Scene } from "./scene.ts";
import { chartExtent, createScene, withFolds } from "./scene.ts";
import { nCoveredAbove } from "./sticky-rows.ts";
import { idleGapsOf } from "./idle-gaps.ts";
import type { TimeFold } from "./time-folds.ts";
import { foldTime, unfoldTime } from "./time-folds.ts";
import { chartTimeAt, timeScaleOf } from "./time-scale.ts";
import type { TimeWindow } from "./time-window.ts";
import { clampWindow, fitWindow, panWindow, windowAround, windowShowing, zoomWindow } from "./time-window.ts";
import { isWholeWindow, wholeWindow } from "./whole-window.ts";

/** A new one is made for each change, but for the visible rows of its scene, which change in place. */
export interface Sight {
  readonly scene: Scene;
  /** In chart time. */
  readonly window: TimeWindow;
  readonly scrollTop: CssPixels;
  readonly selected: SpanIndex | null;
  /** Spans that were asked for; null if nothing was. */
  readonly found: Found | null;
}

/** Returns the first sight of a trace: all of it, but for what stands for rows in which nothing changed. */
export function firstSightOf(table: SpanTable, coloring: Coloring = "kind", merged: MergedTrace | null = null): Sight {
  const scene = createScene(table, merged?.closed ?? [], null, coloring, merged);
  return { scene, window: fitWindow(table), scrollTop: 0, selected: null, found: null };
}

const keyZoom = 0.7;
/** Part of the chart's width. */
const keyPan = 0.15;

/** Returns the sight after a command. Zoom is at `pointerX` if the pointer is in the chart. */
export function afterCommand(
  sight: Sight,
  geometry: Geometry,
  pointerX: CssPixels | null,
  command: Exclude<Command, AskingCommand>,
): Sight {
  if (isTreeCommand(command)) {
    const firstRow = Math.ceil(sight.scrollTop / measures.rowHeight);
    const position = {
      selected: sight.selected,
      firstRow,
      rowsPerPage: rowsPerPage(geometry),
      foundSpans: sight.found === null ? null : sight.found.spans,
    };
    return afterStep(sight, geometry, stepOf(sight.scene, position, command));
  }
  if (isFoldCommand(command)) {
    fold(sight.scene.rows, sight.selected, command);
    return keepingInView(sight, geometry);
  }
  const chartWidth = geometry.chartRight - geometry.chartLeft;
  switch (command) {
    case "focus":
      return sight.selected === null ? sight : focusedOn(sight, geometry, parentAt(sight.scene.rows, sight.selected));
    case "unfocus":
      return focusedOn(sight, geometry, null);
    case "toggle-idle": {
      const folded = sight.scene.folds.folds;
      const gaps = idleGapsOf(sight.scene);
      return refolded(sight, gaps.length > 0 ? [...folded, ...gaps] : []);
    }
    case "fit":
      return { ...sight, window: wholeWindow(sight.scene) };
    case "fit-span":
      return sight.selected === null ? sight : fittedTo(sight, sight.selected);
    case "zoom-in":
      return zoomed(sight, geometry, pointerX, keyZoom);
    case "zoom-out":
      return zoomed(sight, geometry, pointerX, 1 / keyZoom);
    case "pan-left":
      return panned(sight, geometry, -keyPan * chartWidth);
    case "pan-right":
      return panned(sight, geometry, keyPan * chartWidth);
    case "dismiss":
      return { ...sight, selected: null };
    default:
      return assertUnreachable(command);
  }
}

function afterStep(sight: Sight, geometry: Geometry, step: Step): Sight {
  if (step.kind === "stay") return sight;
  if (step.kind === "select") return revealed({ ...sight, selected: step.span }, geometry);
  sight.scene.rows.toggle(step.span);
  return withAllowedScroll(sight, geometry);
}

/** Returns the sight with these stretches of time, and no others, drawn short; what was all of the time stays all of it. */
export function refolded(sight: Sight, stretches: readonly TimeFold[]): Sight {
  const scene = withFolds(sight.scene, stretches);
  if (isWholeWindow(sight.window, sight.scene)) return { ...sight, scene, window: wholeWindow(scene) };
  const moved = (time: number): number => foldTime(scene.folds, unfoldTime(sight.scene.folds, time));
  const window = { start: moved(sight.window.start), end: moved(sight.window.end) };
  return { ...sight, scene, window: clampWindow(window, chartExtent(scene)) };
}

/** Returns the sight in which a span fills the chart. */
export function fittedTo(sight: Sight, span: SpanIndex): Sight {
  const { table, folds } = sight.scene;
  const start = foldTime(folds, table.start[span] ?? 0);
  const end = foldTime(folds, table.end[span] ?? 0);
  return { ...sight, window: windowAround(start, end, chartExtent(sight.scene)) };
}

/** Returns the sight zoomed at an x of the chart, or at its middle. */
export function zoomed(sight: Sight, geometry: Geometry, x: CssPixels | null, factor: number): Sight {
  const { scene, window } = sight;
  const at = x ?? (geometry.chartLeft + geometry.chartRight) / 2;
  const anchor = clamp(chartTimeAt(timeScaleOf(window, geometry), at), window.start, window.end);
  return { ...sight, window: zoomWindow(window, chartExtent(scene), anchor, factor) };
}

/** Returns the sight moved in time by a distance on screen. */
export function panned(sight: Sight, geometry: Geometry, by: CssPixels): Sight {
  const { nanosPerPixel } = timeScaleOf(sight.window, geometry);
  return { ...sight, window: panWindow(sight.window, chartExtent(sight.scene), by * nanosPerPixel) };
}

/** Returns the sight expanded, scrolled and moved in time as little as it takes to see the selected span. */
export function revealed(sight: Sight, geometry: Geometry): Sight {
  const { scene, selected, window } = sight;
  if (selected === null) return sight;
  const { table, rows, folds } = scene;
  rows.reveal(selected);
  const start = foldTime(folds, table.start[selected] ?? 0);
  const end = foldTime(folds, table.end[selected] ?? 0);
  return {
    ...sight,
    window: windowShowing(window, chartExtent(scene), start, end),
    scrollTop: scrolledTo(sight, geometry, rows.rowShowing(selected)),
  };
}

/** Returns the sight with spans found; `isFilter` hides all rows that neither were nor lead to one. */
export function withFound(sight: Sight, geometry: Geometry, found: Found | null, isFilter: boolean): Sight {
  const { scene } = sight;
  scene.rows.filter(found !== null && isFilter ? withAncestors(found, scene.table) : null);
  return keepingInView({ ...sight, found }, geometry);
}

/** Returns the sight after rows came or went: the selected one, or what hides it, is in view. */
function keepingInView(sight: Sight, geometry: Geometry): Sight {
  const { rows } = sight.scene;
  if (sight.selected === null) return withAllowedScroll(sight, geometry);
  return { ...sight, scrollTop: scrolledTo(sight, geometry, rows.rowShowing(sight.selected)) };
}

/** Returns the sight after a click on the chevron of a span; with its whole subtree if asked for. */
export function afterToggle(sight: Sight, geometry: Geometry, span: SpanIndex, isSubtree: boolean): Sight {
  const { rows } = sight.scene;
  const isSticky = (rows.rowOf(span) ?? 0) * measures.rowHeight < sight.scrollTop;
  if (isSubtree) setSubtree(rows, span, !rows.isCollapsed(span));
  else rows.toggle(span);
  if (!isSticky) return withAllowedScroll(sight, geometry);
  return { ...sight, scrollTop: scrolledTo(sight, geometry, rows.rowShowing(span)) };
}

/** Returns the sight that shows the subtree of a span alone, or the whole trace, in all of its time. */
export function focusedOn(sight: Sight, geometry: Geometry, span: SpanIndex | null): Sight {
  const { scene } = sight;
  if (scene.rows.focus === span) return sight;
  scene.rows.focusOn(span);
  return keepingInView({ ...sight, window: wholeWindow(scene), scrollTop: 0 }, geometry);
}

/** Where to scroll so that a row is in view below its sticky ancestors. */
function scrolledTo({ scene: { rows }, scrollTop }: Sight, geometry: Geometry, row: RowIndex): CssPixels {
  const nCovered = nCoveredAbove(rows, rows.spanAt(row), geometry);
  return scrollTopShowing(geometry, scrollTop, row, rows.nRows, nCovered);
}

/** Returns the sight with its scroll position within the rows there are. */
export function withAllowedScroll(sight: Sight, geometry: Geometry): Sight {
  const scrollTop = clamp(sight.scrollTop, 0, maxScrollTop(geometry, sight.scene.rows.nRows));
  return scrollTop === sight.scrollTop ? sight : { ...sight, scrollTop };
}

// Lays out the critical path as a thin line below the bars: pale where it is somewhere below a span, solid where it is the
// span itself.

import { clamp } from "../base/clamp.ts";
import type { CssPixels } from "../base/units.ts";
import type { CriticalPath } from "../trace-model/critical-path.ts";
import { isCritical } from "../trace-model/critical-path.ts";
import type { SpanIndex } from "../trace-model/span-table.ts";
import { hasChildren } from "../trace-model/span-table.ts";
import type { VisibleRows } from "../trace-model/visible-rows.ts";
import type { RectList } from "./draw-list.ts";
import type { Geometry } from "./geometry.ts";
import { measures } from "./geometry.ts";
import { pushIntervals } from "./interval-layout.ts";
import { paint } from "./paints.ts";
import type { TimeScale } from "./time-scale.ts";
import { timeToX } from "./time-scale.ts";

const lineHeight: CssPixels = 2;
/** Below the outline of an error. */
const gap: CssPixels = 3;
const minWidth: CssPixels = 2;

/** Pushes the line of a row, if the path passes it and is in view. */
export function pushCriticalPath(
  rects: RectList,
  path: CriticalPath,
  rows: VisibleRows,
  span: SpanIndex,
  scale: TimeScale,
  { chartLeft, chartRight }: Geometry,
  rowTop: CssPixels,
): void {
  if (!isCritical(path, span)) return;
  const start = timeToX(scale, path.reachStart[span] as number);
  const end = Math.max(start + minWidth, timeToX(scale, path.reachEnd[span] as number));
  if (end <= chartLeft || start >= chartRight) return;
  const left = clamp(start, chartLeft, chartRight - minWidth);
  const right = clamp(end, left + minWidth, chartRight);
  const top = rowTop + (measures.rowHeight + measures.barHeight) / 2 + gap;
  // A collapsed span stands for all that is below it.
  const isWhole = !hasChildren(rows.table, span) || rows.isCollapsed(span);
  rects.push(isWhole ? paint.critical : paint.criticalReach, left, top, right - left, lineHeight);
  if (!isWhole) pushIntervals(rects, paint.critical, path.own, span, scale, left, right, top, lineHeight);
}

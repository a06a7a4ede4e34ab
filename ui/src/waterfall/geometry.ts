// The measures of the waterfall: where gutter, chart, durations, axis and rows are. All in CSS pixels from its top left.

import { clamp } from "../base/clamp.ts";
import type { CssPixels } from "../base/units.ts";
import type { ColumnName } from "./columns.ts";
import { widthOf } from "./columns.ts";

/** `rowHeight` is the token --waterfall-row. */
export const measures = {
  rowHeight: 26,
  axisHeight: 28,
  barHeight: 12,
  /** Between an edge of the chart and where the trace starts or ends when it fits. */
  chartInset: 10,
  indent: 12,
  /** Deeper levels stay at this indent and say their depth. */
  maxIndentLevels: 12,
  minGutterWidth: 160,
  minChartWidth: 160,
  /** Between two charts side by side. */
  chartGap: 16,
} as const;

/** Left of the chevron of a root, and the air at the right of the gutter. */
export const gutterPadding: CssPixels = 8;

export interface Geometry {
  readonly width: CssPixels;
  readonly height: CssPixels;
  /** The chart lies between the gutter with the names and the columns of numbers. */
  readonly chartLeft: CssPixels;
  readonly chartRight: CssPixels;
  /** How far to the right a second chart of the same width and time stands; 0 without one. */
  readonly secondBy: CssPixels;
}

/** Returns the geometry for a size; where there is no room for both, the gutter yields to the chart. */
export function geometryOf(
  width: CssPixels,
  height: CssPixels,
  gutterWidth: CssPixels,
  columns: readonly ColumnName[] = ["duration"],
  isSplit = false,
): Geometry {
  const right = Math.max(0, width - widthOf(columns));
  const largestGutter = Math.max(0, right - measures.minChartWidth);
  const chartLeft = clamp(gutterWidth, Math.min(measures.minGutterWidth, largestGutter), largestGutter);
  if (!isSplit) return { width, height, chartLeft, chartRight: right, secondBy: 0 };
  const chartWidth = Math.max(0, Math.floor((right - chartLeft - measures.chartGap) / 2));
  return { width, height, chartLeft, chartRight: chartLeft + chartWidth, secondBy: chartWidth + measures.chartGap };
}

/** Returns the geometry in which the second chart is the only one. */
export function secondChartOf(geometry: Geometry): Geometry {
  const { chartLeft, chartRight, secondBy } = geometry;
  return { ...geometry, chartLeft: chartLeft + secondBy, chartRight: chartRight + secondBy, secondBy: 0 };
}

/** Returns an x of either chart as one of the first; null outside of both. */
export function xInChart({ chartLeft, chartRight, secondBy }: Geometry, x: CssPixels): CssPixels | null {
  if (x >= chartLeft && x <= chartRight) return x;
  const inFirst = x - secondBy;
  return secondBy > 0 && inFirst >= chartLeft && inFirst <= chartRight ? inFirst : null;
}

/** Height of the part that scrolls. */
export function bodyHeightOf(geometry: Geometry): CssPixels {
  return Math.max(0, geometry.height - measures.axisHeight);
}

/** How many rows are in view in full. */
export function rowsPerPage(geometry: Geometry): number {
  return Math.max(1, Math.floor(bodyHeightOf(geometry) / measures.rowHeight));
}

/** How far one can scroll; a row of air shows that the end is the end. */
export function maxScrollTop(geometry: Geometry, nRows: number): CssPixels {
  return Math.max(0, (nRows + 1) * measures.rowHeight - bodyHeightOf(geometry));
}

/** Returns the scroll position nearest to `scrollTop` at which a row is in view with a neighbour, below `nCovered` rows. */
export function scrollTopShowing(
  geometry: Geometry,
  scrollTop: CssPixels,
  row: number,
  nRows: number,
  nCovered = 0,
): CssPixels {
  const { rowHeight } = measures;
  const highest = (row - Math.max(1, nCovered)) * rowHeight;
  const lowest = (row + 2) * rowHeight - bodyHeightOf(geometry);
  const shown = lowest > highest ? highest : clamp(scrollTop, lowest, highest);
  return clamp(shown, 0, maxScrollTop(geometry, nRows));
}

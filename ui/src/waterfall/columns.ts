// The columns of numbers to the right of the chart, and their widths.

import type { CssPixels } from "../base/units.ts";

/** In the order in which they stand. */
export const columnNames = ["duration", "self", "tokens", "cost"] as const;

export type ColumnName = (typeof columnNames)[number];

export const columnTitles: Readonly<Record<ColumnName, string>> = {
  duration: "Duration",
  self: "Self",
  tokens: "Tokens",
  cost: "Cost",
};

/** Also in waterfall.module.css. */
const columnWidths: Readonly<Record<ColumnName, CssPixels>> = { duration: 80, self: 80, tokens: 64, cost: 80 };
const airBefore: CssPixels = 8;

/** Returns the room that columns need; without any, the chart still ends before the edge. */
export function widthOf(columns: readonly ColumnName[]): CssPixels {
  return airBefore + columns.reduce((sum, column) => sum + columnWidths[column], 0);
}

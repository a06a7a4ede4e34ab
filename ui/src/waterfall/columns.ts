// The columns of numbers to the right of the chart, and their widths.

import type { CssPixels } from "../base/units.ts";

/** Those of one trace, in the order in which they stand. */
export const spanColumnNames = ["duration", "self", "tokens", "cost"] as const;

/** Those of two traces. */
export const deltaColumnNames = ["delta-duration", "delta-self", "delta-tokens", "delta-cost", "delta-status"] as const;

export const columnNames = [...spanColumnNames, ...deltaColumnNames] as const;

export type SpanColumnName = (typeof spanColumnNames)[number];
export type DeltaColumnName = (typeof deltaColumnNames)[number];
export type ColumnName = SpanColumnName | DeltaColumnName;

export const columnTitles: Readonly<Record<ColumnName, string>> = {
  duration: "Duration",
  self: "Self",
  tokens: "Tokens",
  cost: "Cost",
  "delta-duration": "Δ duration",
  "delta-self": "Δ self",
  "delta-tokens": "Δ tokens",
  "delta-cost": "Δ cost",
  "delta-status": "Δ status",
};

/** Also in waterfall.module.css, for the elements that lie over the canvas. */
export const columnWidths: Readonly<Record<ColumnName, CssPixels>> = {
  duration: 80,
  self: 80,
  tokens: 64,
  cost: 80,
  "delta-duration": 80,
  "delta-self": 80,
  "delta-tokens": 72,
  "delta-cost": 88,
  "delta-status": 72,
};
const airBefore: CssPixels = 8;

/** Returns the room that columns need; without any, the chart still ends before the edge. */
export function widthOf(columns: readonly ColumnName[]): CssPixels {
  return airBefore + columns.reduce((sum, column) => sum + columnWidths[column], 0);
}

export function isDeltaColumn(column: ColumnName): column is DeltaColumnName {
  return (deltaColumnNames as readonly ColumnName[]).includes(column);
}

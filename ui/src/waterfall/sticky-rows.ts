// Which ancestors stay at the top of the rows while their descendants scroll below them, as in a code editor. Pure.

import type { CssPixels } from "../base/units.ts";
import type { SpanIndex } from "../trace-model/span-table.ts";
import type { RowIndex, VisibleRows } from "../trace-model/visible-rows.ts";
import type { Geometry } from "./geometry.ts";
import { measures, rowsPerPage } from "./geometry.ts";

/** Ancestors farther up give way to nearer ones. */
const mostStickyRows = 5;

/** Returns how many rows may stay at the top: never more than a third of what is in view. */
export function maxStickyRows(geometry: Geometry): number {
  return Math.min(mostStickyRows, Math.floor(rowsPerPage(geometry) / 3));
}

/** Returns how many sticky rows there are above a row that is the first one below them: its ancestors, as far as allowed. */
export function nCoveredAbove(rows: VisibleRows, span: SpanIndex, geometry: Geometry): number {
  return Math.min(maxStickyRows(geometry), (rows.table.depth[span] ?? 0) - rows.baseDepth);
}

/** Writes the sticky spans from top to bottom to `into`; returns how many they are. */
export function stickySpans(rows: VisibleRows, geometry: Geometry, scrollTop: CssPixels, into: SpanIndex[]): number {
  const { parent, depth } = rows.table;
  const first: RowIndex = Math.floor(scrollTop / measures.rowHeight);
  const offset = scrollTop - first * measures.rowHeight;
  const most = maxStickyRows(geometry);
  const depthOf = (span: SpanIndex): number => (depth[span] as number) - rows.baseDepth;
  // One more ancestor covers one more row; it stays only if the row that is then the first one is among its descendants.
  let nSticky = 0;
  while (nSticky < most) {
    const below = first + nSticky + 1;
    if (below >= rows.nRows || depthOf(rows.spanAt(below)) < nSticky + 1) break;
    nSticky++;
  }
  if (nSticky === 0) return 0;
  let ancestor = rows.spanAt(first + nSticky);
  const nSkipped = nSticky === most ? 1 : depthOf(ancestor) - nSticky + 1;
  for (let step = 0; step < nSkipped; step++) ancestor = parent[ancestor] as number;
  for (let place = nSticky - 1; place >= 0; place--) {
    into[place] = ancestor;
    ancestor = parent[ancestor] as number;
  }
  // Those that have not scrolled up stand where they are anyway, and they are the last ones.
  while (nSticky > 0) {
    const row = rows.rowOf(into[nSticky - 1] as number);
    if (row === null || row * measures.rowHeight < (first + nSticky - 1) * measures.rowHeight + offset) break;
    nSticky--;
  }
  return nSticky;
}

// Which spans to collapse or to expand so that a level of the tree, or a subtree, opens or closes.

import type { SpanIndex } from "./span-table.ts";
import { hasChildren } from "./span-table.ts";
import type { VisibleRows } from "./visible-rows.ts";

/** Returns the parents at a depth that are in what is shown, collapsed or not. */
export function parentsAtDepth({ table, from, to }: VisibleRows, depth: number): SpanIndex[] {
  const found: SpanIndex[] = [];
  for (let span = from; span < to;) {
    if (table.depth[span] === depth) {
      if (hasChildren(table, span)) found.push(span);
      // What is below lies deeper.
      span = table.subtreeEnd[span] as number;
    } else span++;
  }
  return found;
}

/** Returns the parents of a subtree, its root included. */
export function parentsBelow({ table }: VisibleRows, root: SpanIndex): SpanIndex[] {
  const found: SpanIndex[] = [];
  for (let span = root; span < (table.subtreeEnd[root] ?? 0); span++) if (hasChildren(table, span)) found.push(span);
  return found;
}

/** Returns the depth of the collapsed rows that are nearest to the roots; null if none is collapsed. */
export function shallowestCollapsed(rows: VisibleRows): number | null {
  let shallowest: number | null = null;
  for (let row = 0; row < rows.nRows; row++) {
    const span = rows.spanAt(row);
    const depth = rows.table.depth[span] as number;
    if (rows.isCollapsed(span) && (shallowest === null || depth < shallowest)) shallowest = depth;
  }
  return shallowest;
}

/** Returns the depth of the expanded rows that are farthest from the roots; null if none is expanded. */
export function deepestExpanded(rows: VisibleRows): number | null {
  let deepest: number | null = null;
  for (let row = 0; row < rows.nRows; row++) {
    const span = rows.spanAt(row);
    const depth = rows.table.depth[span] as number;
    const isExpanded = hasChildren(rows.table, span) && !rows.isCollapsed(span);
    if (isExpanded && (deepest === null || depth > deepest)) deepest = depth;
  }
  return deepest;
}

// Collapses and expands levels, subtrees and everything. The visible rows change in place.

import { assertUnreachable } from "../base/assert.ts";
import { deepestExpanded, parentsAtDepth, parentsBelow, shallowestCollapsed } from "../trace-model/levels.ts";
import type { SpanIndex } from "../trace-model/span-table.ts";
import { hasChildren } from "../trace-model/span-table.ts";
import type { VisibleRows } from "../trace-model/visible-rows.ts";
import type { FoldCommand } from "./commands.ts";

/** Does what a command says; `selected` is the span that level and subtree are told by. */
export function fold(rows: VisibleRows, selected: SpanIndex | null, command: FoldCommand): void {
  switch (command) {
    case "toggle-all":
      if (rows.collapsed.size > 0) rows.expandAll();
      else rows.collapseAll();
      break;
    case "toggle-level":
      toggleLevel(rows, selected);
      break;
    case "close-level": {
      const depth = deepestExpanded(rows);
      if (depth !== null) rows.collapseMany(parentsAtDepth(rows, depth));
      break;
    }
    case "open-level": {
      const depth = shallowestCollapsed(rows);
      if (depth !== null) rows.expandMany(parentsAtDepth(rows, depth));
      break;
    }
    case "close-subtree":
    case "open-subtree": {
      const root = selected === null ? null : parentAt(rows, selected);
      if (root !== null) setSubtree(rows, root, command === "close-subtree");
      break;
    }
    default:
      assertUnreachable(command);
  }
}

/** Collapses or expands a span with all of its descendants. */
export function setSubtree(rows: VisibleRows, root: SpanIndex, isCollapsed: boolean): void {
  if (isCollapsed) rows.collapseMany(parentsBelow(rows, root));
  else rows.expandMany(parentsBelow(rows, root));
}

/** Collapses all spans on the level of one, or expands them if they all are collapsed. */
function toggleLevel(rows: VisibleRows, selected: SpanIndex | null): void {
  const span = selected === null ? rows.from : parentAt(rows, selected);
  if (span === null) return;
  const level = parentsAtDepth(rows, rows.table.depth[span] ?? 0);
  if (level.every((one) => rows.isCollapsed(one))) rows.expandMany(level);
  else rows.collapseMany(level);
}

/** Returns the span itself if it has children, else its parent if that is shown. */
export function parentAt({ table, from }: VisibleRows, span: SpanIndex): SpanIndex | null {
  if (hasChildren(table, span)) return span;
  const parent = table.parent[span] ?? -1;
  return parent < from ? null : parent;
}

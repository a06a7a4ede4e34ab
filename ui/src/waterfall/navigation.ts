// Says where a command leads in the tree. It changes nothing.

import { assertUnreachable } from "../base/assert.ts";
import { clamp } from "../base/clamp.ts";
import { nextError, nextOf } from "../trace-model/errors.ts";
import type { SpanIndex } from "../trace-model/span-table.ts";
import { hasChildren } from "../trace-model/span-table.ts";
import type { RowIndex } from "../trace-model/visible-rows.ts";
import type { TreeCommand } from "./commands.ts";
import type { Scene } from "./scene.ts";

export type Step =
  | { readonly kind: "select"; readonly span: SpanIndex }
  | { readonly kind: "toggle"; readonly span: SpanIndex }
  | { readonly kind: "stay" };

export interface Position {
  readonly selected: SpanIndex | null;
  /** Where to start if nothing is selected: the first row in view. */
  readonly firstRow: RowIndex;
  readonly rowsPerPage: number;
  /** What was asked for, ascending; null if nothing was. */
  readonly foundSpans?: Uint32Array | null;
}

/** Returns the step that a command takes. */
export function stepOf(scene: Scene, position: Position, command: TreeCommand): Step {
  const { selected, firstRow, rowsPerPage, foundSpans = null } = position;
  const { table, rows } = scene;
  if (rows.nRows === 0) return stay;
  const row = selected === null ? null : rows.rowShowing(selected);
  const toRow = (to: RowIndex): Step => ({ kind: "select", span: rows.spanAt(clamp(to, 0, rows.nRows - 1)) });
  const by = (distance: number): Step => toRow(row === null ? firstRow : row + distance);
  switch (command) {
    case "next":
      return by(1);
    case "previous":
      return by(-1);
    case "page-down":
      return by(rowsPerPage);
    case "page-up":
      return by(-rowsPerPage);
    case "first":
      return toRow(0);
    case "last":
      return toRow(rows.nRows - 1);
    case "in":
      return row === null ? toRow(firstRow) : stepIn(scene, rows.spanAt(row));
    case "out":
      return row === null ? toRow(firstRow) : stepOut(scene, rows.spanAt(row));
    case "next-error":
    case "previous-error": {
      const error = nextError(table, selected, command === "next-error" ? 1 : -1, rows);
      return error === null ? stay : { kind: "select", span: error };
    }
    case "next-found":
    case "previous-found": {
      const found = foundSpans === null ? null : nextOf(foundSpans, selected, command === "next-found" ? 1 : -1, rows);
      return found === null ? stay : { kind: "select", span: found };
    }
    case "next-change":
    case "previous-change": {
      const { merged } = scene;
      if (merged === null) return stay;
      const change = nextOf(merged.changed, selected, command === "next-change" ? 1 : -1, rows);
      return change === null ? stay : { kind: "select", span: change };
    }
    default:
      return assertUnreachable(command);
  }
}

const stay: Step = { kind: "stay" };

function stepIn({ table, rows }: Scene, span: SpanIndex): Step {
  if (!hasChildren(table, span)) return stay;
  return rows.isCollapsed(span) ? { kind: "toggle", span } : { kind: "select", span: span + 1 };
}

function stepOut({ table, rows }: Scene, span: SpanIndex): Step {
  if (hasChildren(table, span) && !rows.isCollapsed(span)) return { kind: "toggle", span };
  const parent = table.parent[span] ?? -1;
  return parent < rows.from ? stay : { kind: "select", span: parent };
}

// Finds the model calls before and after a model call in the same conversation. Pure.
import { categoryAt } from "../../trace-model/span-category.ts";
import type { SpanIndex, SpanTable } from "../../trace-model/span-table.ts";

/**
 * Returns the model call next to `span` in time, before (−1) or after it (1): below its nearest ancestor that has one, preferring calls
 * of the same name (wrappers put a second span around each call). What other agents call is another conversation: null if there is
 * none up to and including the nearest agent.
 */
export function neighbourCall(table: SpanTable, span: SpanIndex, direction: -1 | 1): SpanIndex | null {
  const { parent, subtreeEnd, start, name } = table;
  const startOf = (one: SpanIndex): number => (start[one] ?? 0) * direction;
  const ownStart = startOf(span);
  let below = span;
  for (let ancestor = parent[span] ?? -1; ancestor >= 0; ancestor = parent[ancestor] ?? -1) {
    let [nearest, nearestOfName] = [-1, -1];
    const look = (from: SpanIndex, to: SpanIndex): void => {
      let after = from;
      for (let other = from; other < to; other = after) {
        // Over all that another agent did.
        after = categoryAt(table, other) === "agent" ? (subtreeEnd[other] ?? to) : other + 1;
        if (startOf(other) <= ownStart || !isModelCall(table, other)) continue;
        // Of those that start together the last is the innermost before, the first the outermost after.
        const isNearer = (best: SpanIndex): boolean =>
          best < 0 || startOf(other) < startOf(best) || (direction < 0 && startOf(other) === startOf(best));
        if (isNearer(nearest)) nearest = other;
        if (name[other] === name[span] && isNearer(nearestOfName)) nearestOfName = other;
      }
    };
    // What is below the last ancestor was looked at before, so that the whole way costs each span once.
    look(ancestor + 1, below);
    look(subtreeEnd[below] ?? 0, subtreeEnd[ancestor] ?? 0);
    if (nearest >= 0) return nearestOfName >= 0 ? nearestOfName : nearest;
    if (categoryAt(table, ancestor) === "agent") return null;
    below = ancestor;
  }
  return null;
}

function isModelCall(table: SpanTable, span: SpanIndex): boolean {
  if (categoryAt(table, span) !== "llm") return false;
  return table.strings.label(table.spanType[span] ?? 0).toUpperCase() !== "EMBEDDING";
}

// Finds the model call before a model call in the same conversation. Pure.
import { categoryAt } from "../../trace-model/span-category.ts";
import type { SpanIndex, SpanTable } from "../../trace-model/span-table.ts";

/**
 * Returns the latest model call that started before `span` below its nearest ancestor that has one, preferring calls of the same name
 * (wrappers put a second span around each call); null if there is none up to and including the nearest agent.
 */
export function precedingCall(table: SpanTable, span: SpanIndex): SpanIndex | null {
  const { parent, subtreeEnd, start, name } = table;
  const ownStart = start[span] ?? 0;
  let below = span;
  for (let ancestor = parent[span] ?? -1; ancestor >= 0; ancestor = parent[ancestor] ?? -1) {
    let [latest, latestOfName] = [-1, -1];
    const look = (from: SpanIndex, to: SpanIndex): void => {
      for (let other = from; other < to; other++) {
        if ((start[other] ?? 0) >= ownStart || !isModelCall(table, other)) continue;
        if (latest < 0 || (start[other] ?? 0) >= (start[latest] ?? 0)) latest = other;
        if (name[other] !== name[span]) continue;
        if (latestOfName < 0 || (start[other] ?? 0) >= (start[latestOfName] ?? 0)) latestOfName = other;
      }
    };
    // What is below the last ancestor was looked at before, so that the whole way costs each span once.
    look(ancestor + 1, below);
    look(subtreeEnd[below] ?? 0, subtreeEnd[ancestor] ?? 0);
    if (latest >= 0) return latestOfName >= 0 ? latestOfName : latest;
    if (categoryAt(table, ancestor) === "agent") return null;
    below = ancestor;
  }
  return null;
}

function isModelCall(table: SpanTable, span: SpanIndex): boolean {
  if (categoryAt(table, span) !== "llm") return false;
  return table.strings.label(table.spanType[span] ?? 0).toUpperCase() !== "EMBEDDING";
}

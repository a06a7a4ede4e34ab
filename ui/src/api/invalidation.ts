// Marks cached answers as stale by tag, without starving a slow query under a stream of changes.
import type { Query, QueryClient } from "@tanstack/react-query";

/**
 * Returns a function that invalidates the queries that carry one of the tags (`*`: all).
 *
 * A query that is in flight is neither cancelled nor forgotten: it may have been answered before the change, and cancelling it
 * at each of five changes a second would never let it end. It runs once more after it has ended.
 */
export function makeInvalidator(queryClient: QueryClient): (tags: readonly string[]) => void {
  const queriesToRepeat = new Set<string>();

  queryClient.getQueryCache().subscribe(({ type, query }) => {
    if (type === "removed") queriesToRepeat.delete(query.queryHash);
    if (type !== "updated" || query.state.fetchStatus !== "idle") return;
    if (queriesToRepeat.delete(query.queryHash)) invalidate(query);
  });

  function invalidate(query: Query): void {
    void queryClient.invalidateQueries({ predicate: (candidate) => candidate === query }, { cancelRefetch: false });
  }

  return (tags) => {
    const isEverything = tags.includes("*");
    for (const query of queryClient.getQueryCache().getAll()) {
      const isConcerned = isEverything || query.meta?.tags?.some((tag) => tags.includes(tag)) === true;
      if (!isConcerned) continue;
      if (query.state.fetchStatus === "fetching") queriesToRepeat.add(query.queryHash);
      else invalidate(query);
    }
  };
}

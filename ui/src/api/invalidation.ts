// Marks cached answers as stale by tag, without starving a slow query under a stream of changes, and without asking for a
// large answer all the time.
import type { Query, QueryClient } from "@tanstack/react-query";

/** An answer is asked for again at the earliest when so many times as long as it took have passed. */
const restFactor = 4;

/** When a query was last asked, and from when on it may be asked again, in milliseconds. */
type Pace = { startedAt: number; restsUntil: number; timer: ReturnType<typeof setTimeout> | undefined };

/** What `makeInvalidator` returns. */
export type Invalidator = {
  (tags: readonly string[]): void;
  /**
   * From now on, what carries the tag and can be held stays as it is; what is on its way is dropped. Returns how to end that:
   * then what changed meanwhile is asked for again.
   */
  hold: (tag: string) => () => void;
};

/**
 * Returns a function that invalidates the queries that carry one of the tags (`*`: all).
 *
 * A query that is in flight is neither cancelled nor forgotten: it may have been answered before the change, and cancelling it
 * at each of five changes a second would never let it end. It runs once more after it has ended, and after a rest in
 * proportion to the time it took: so a small trace grows at each change, and reading a large one that grows takes at most a
 * fifth of the time of server and page.
 */
export function makeInvalidator(queryClient: QueryClient, now: () => number = () => performance.now()): Invalidator {
  const queriesToRepeat = new Set<string>();
  const heldTags = new Map<string, number>();
  const heldQueries = new Set<string>();
  const paces = new Map<string, Pace>();

  queryClient.getQueryCache().subscribe(({ type, query }) => {
    if (type === "removed") {
      queriesToRepeat.delete(query.queryHash);
      heldQueries.delete(query.queryHash);
      clearTimeout(paces.get(query.queryHash)?.timer);
      paces.delete(query.queryHash);
    }
    if (type !== "updated") return;
    if (query.state.fetchStatus === "fetching") noteStart(query);
    if (query.state.fetchStatus !== "idle") return;
    noteEnd(query);
    if (queriesToRepeat.delete(query.queryHash)) invalidate(query);
  });

  function noteStart({ queryHash }: Query): void {
    const pace = paces.get(queryHash);
    // Retries and intermediate states are part of the same question.
    if (pace === undefined) paces.set(queryHash, { startedAt: now(), restsUntil: -Infinity, timer: undefined });
    else if (pace.startedAt === -Infinity) pace.startedAt = now();
  }

  function noteEnd({ queryHash }: Query): void {
    const pace = paces.get(queryHash);
    if (pace === undefined || pace.startedAt === -Infinity) return;
    const endedAt = now();
    pace.restsUntil = endedAt + restFactor * (endedAt - pace.startedAt);
    pace.startedAt = -Infinity;
  }

  function isHeld({ meta }: Query): boolean {
    return meta?.canBeHeld === true && meta.tags?.some((tag) => heldTags.has(tag)) === true;
  }

  function invalidate(query: Query): void {
    if (isHeld(query)) {
      heldQueries.add(query.queryHash);
      return;
    }
    const pace = paces.get(query.queryHash);
    const wait = (pace?.restsUntil ?? -Infinity) - now();
    if (pace === undefined || wait <= 0) {
      void queryClient.invalidateQueries({ predicate: (candidate) => candidate === query }, { cancelRefetch: false });
      return;
    }
    pace.timer ??= setTimeout(() => {
      pace.timer = undefined;
      invalidate(query);
    }, wait);
  }

  function hold(tag: string): () => void {
    heldTags.set(tag, (heldTags.get(tag) ?? 0) + 1);
    for (const query of queryClient.getQueryCache().getAll()) {
      // What has never been answered is still wanted.
      if (!isHeld(query) || query.state.data === undefined || query.state.fetchStatus !== "fetching") continue;
      heldQueries.add(query.queryHash);
      void queryClient.cancelQueries({ predicate: (candidate) => candidate === query });
    }
    return () => {
      const nHolders = (heldTags.get(tag) ?? 1) - 1;
      if (nHolders > 0) heldTags.set(tag, nHolders);
      else heldTags.delete(tag);
      for (const query of queryClient.getQueryCache().getAll()) {
        if (!isHeld(query) && heldQueries.delete(query.queryHash)) invalidate(query);
      }
    };
  }

  const invalidateTagged = (tags: readonly string[]): void => {
    const isEverything = tags.includes("*");
    for (const query of queryClient.getQueryCache().getAll()) {
      const isConcerned = isEverything || query.meta?.tags?.some((tag) => tags.includes(tag)) === true;
      if (!isConcerned) continue;
      if (query.state.fetchStatus === "fetching") queriesToRepeat.add(query.queryHash);
      else invalidate(query);
    }
  };
  return Object.assign(invalidateTagged, { hold });
}

// Loads a trace list, keeps it live and pages it.
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ApiError } from "../../api/client.ts";
import { useLiveChanges } from "../../api/live-react.tsx";
import { fetchTraces, fetchTraceSummary } from "../../api/queries.ts";
import { type TraceFeed, withNextPage } from "./feed.ts";
import { boundsOf, type ListView, orderText, type TimeRange } from "./list-view.ts";
import { type FeedSource, pageSize, refreshFeed } from "./refresh-feed.ts";

const tracePrefix = "trace:";

/** `experimentId` null means the traces of all experiments. */
export function useTraceFeed(experimentId: string | null, { filter, order, time }: ListView) {
  const queryClient = useQueryClient();
  const wanted = useMemo(
    (): Wanted => ({ experimentId, filter, order: order === null ? null : orderText(order), time }),
    [experimentId, filter, order, time],
  );
  const queryKey = useMemo(() => ["trace-feed", wanted], [wanted]);
  const changedIds = useRef(new Set<string>());

  const currentFeed = useCallback(() => queryClient.getQueryData<TraceFeed>(queryKey), [queryClient, queryKey]);
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => {
      const changed = changedIds.current;
      changedIds.current = new Set();
      return refreshFeed(feedSource(wanted, signal), currentFeed, changed).catch((error: unknown) => {
        for (const id of changed) changedIds.current.add(id);
        throw error;
      });
    },
    meta: { tags: ["traces"] },
    // Until the answer to another question is there, the former stays on screen.
    placeholderData: keepPreviousData,
    // The feed keeps the identity of unchanged rows by id, which comparing by position would undo.
    structuralSharing: false,
  });

  const markSuspect = useCallback(() => {
    queryClient.setQueryData<TraceFeed>(queryKey, (feed) => feed && { ...feed, isSuspect: true });
  }, [queryClient, queryKey]);

  useLiveChanges(
    useCallback(
      (tags: readonly string[]) => {
        if (tags.includes("*")) markSuspect();
        for (const tag of tags) if (tag.startsWith(tracePrefix)) changedIds.current.add(tag.slice(tracePrefix.length));
      },
      [markSuspect],
    ),
  );
  // Changes that come while nobody listens are not known by name.
  useEffect(() => markSuspect, [markSuspect]);

  const [paging, setPaging] = useState<"idle" | "loading" | "failed">("idle");
  const loadMore = useCallback(() => {
    const token = currentFeed()?.nextPageToken;
    if (!token || paging === "loading") return;
    setPaging("loading");
    fetchTraces({ ...requestOf(wanted), limit: pageSize, pageToken: token }).then(
      (page) => {
        // A reload may have replaced the list in the meantime, then this page is not the next one.
        queryClient.setQueryData<TraceFeed>(queryKey, (feed) =>
          feed?.nextPageToken === token ? withNextPage(feed, page) : feed,
        );
        setPaging("idle");
      },
      () => setPaging("failed"),
    );
  }, [currentFeed, wanted, paging, queryClient, queryKey]);

  return {
    feed: query.data,
    /** Whether the feed is that of the former question. */
    isFormer: query.isPlaceholderData,
    error: query.error,
    retry: query.refetch,
    loadMore,
    paging,
  };
}

type Wanted = { experimentId: string | null; filter: string; order: string | null; time: TimeRange };

/** The last while ends with each request anew. */
function requestOf({ experimentId, filter, order, time }: Wanted) {
  return { experimentId, filter, order, ...boundsOf(time, Date.now()) };
}

function feedSource(wanted: Wanted, signal: AbortSignal): FeedSource {
  const { experimentId, filter, order, time } = wanted;
  return {
    isPlain: filter === "" && order === null && time.kind === "all",
    kind: { id: JSON.stringify([experimentId, filter, order, time]), isByTime: order === null },
    fetchPage: (pageToken) => fetchTraces({ ...requestOf(wanted), limit: pageSize, pageToken, signal }),
    fetchRow: async (traceId) => {
      try {
        const row = await fetchTraceSummary(traceId, signal);
        return experimentId === null || row.experiment_id === experimentId ? row : null;
      } catch (error) {
        if (error instanceof ApiError && error.code === "not_found") return null;
        throw error;
      }
    },
  };
}

// The critical path: fetched when the user asks for it, and for large traces a moment before that.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { criticalPathQuery } from "../../api/queries.ts";
import { type CriticalPath, decodeCriticalPath } from "../../trace-model/critical-path.ts";
import type { SpanTable } from "../../trace-model/span-table.ts";

type ShownPath = {
  /** Null while it is not shown or not there yet. */
  path: CriticalPath | null;
  error: Error | null;
};

/** Spans from which on the server takes long enough for a person to wait, and up to which it may work for what nobody may want. */
const aheadFrom = 10_000;
const aheadTo = 300_000;
/** What is on the screen comes first. */
const aheadAfterMs = 500;

export function useCriticalPath(table: SpanTable, isShown: boolean): ShownPath {
  const queryClient = useQueryClient();
  const { traceId } = table;
  const isWorthwhile = table.nSpans >= aheadFrom && table.nSpans <= aheadTo;
  useEffect(() => {
    if (!isWorthwhile) return undefined;
    const timer = setTimeout(() => void queryClient.prefetchQuery(criticalPathQuery(traceId)), aheadAfterMs);
    return () => clearTimeout(timer);
  }, [queryClient, traceId, isWorthwhile]);

  const { data, error } = useQuery({ ...criticalPathQuery(traceId), enabled: isShown });
  const read = useMemo(() => (data === undefined || !isShown ? null : readPath(data, table)), [data, isShown, table]);
  return { path: read?.path ?? null, error: error ?? read?.error ?? null };
}

function readPath(body: ArrayBuffer, table: SpanTable): { path: CriticalPath | null; error: Error | null } {
  try {
    return { path: decodeCriticalPath(body, table), error: null };
  } catch (error) {
    return { path: null, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

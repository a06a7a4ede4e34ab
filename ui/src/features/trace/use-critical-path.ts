// The critical path, fetched when the user first asks for it.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { criticalPathQuery } from "../../api/queries.ts";
import { type CriticalPath, decodeCriticalPath } from "../../trace-model/critical-path.ts";
import type { SpanTable } from "../../trace-model/span-table.ts";

type ShownPath = {
  /** Null while it is not shown or not there yet. */
  path: CriticalPath | null;
  error: Error | null;
};

export function useCriticalPath(table: SpanTable, isShown: boolean): ShownPath {
  const { data, error } = useQuery({ ...criticalPathQuery(table.traceId), enabled: isShown });
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

// The critical path, fetched when the user first asks for it.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { criticalPathQuery } from "../../api/queries.ts";
import { type CriticalPath, decodeCriticalPath } from "../../trace-model/critical-path.ts";
import type { SpanTable } from "../../trace-model/span-table.ts";

type ShownPath = {
  isShown: boolean;
  /** Null while it is not shown or not there yet. */
  path: CriticalPath | null;
  error: Error | null;
  toggle: () => void;
};

export function useCriticalPath(table: SpanTable): ShownPath {
  const [isShown, setIsShown] = useState(false);
  const { data, error } = useQuery({ ...criticalPathQuery(table.traceId), enabled: isShown });
  const read = useMemo(() => (data === undefined || !isShown ? null : readPath(data, table)), [data, isShown, table]);
  return {
    isShown,
    path: read?.path ?? null,
    error: error ?? read?.error ?? null,
    toggle: () => setIsShown((was) => !was),
  };
}

function readPath(body: ArrayBuffer, table: SpanTable): { path: CriticalPath | null; error: Error | null } {
  try {
    return { path: decodeCriticalPath(body, table), error: null };
  } catch (error) {
    return { path: null, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

// Asks for what the page of a trace shows before the page is made.
import type { QueryClient } from "@tanstack/react-query";
import { spanTableQuery, traceQuery } from "./queries.ts";

/** The server answers while the user still presses, or while the page is made; what is known stays until it says that it changed. */
export function askForTrace(queryClient: QueryClient, traceId: string): void {
  const [trace, table] = [traceQuery(traceId), spanTableQuery(traceId)];
  if (queryClient.getQueryState(trace.queryKey) === undefined) void queryClient.prefetchQuery(trace);
  if (queryClient.getQueryState(table.queryKey) === undefined) void queryClient.prefetchQuery(table);
}

// Makes the query cache: answers stay fresh until the server says that they changed.
import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./client.ts";

const maxRetries = 2;

declare module "@tanstack/react-query" {
  interface Register {
    queryMeta: {
      tags?: readonly string[];
      /** Whether it stays as it is while the user has paused what its tags name. */
      canBeHeld?: boolean;
    };
  }
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Live events invalidate by tag; time and focus tell nothing about a store on this machine.
        staleTime: Infinity,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // "Offline" is about the internet, which we don't use.
        networkMode: "always",
        retry: (nFailures, error) => nFailures < maxRetries && isWorthRetrying(error),
        retryDelay: (attempt) => 250 * 2 ** attempt,
      },
      mutations: { networkMode: "always" },
    },
  });
}

function isWorthRetrying(error: Error): boolean {
  return error instanceof ApiError && (error.code === "unreachable" || error.code === "unavailable");
}

// What the UI asks the server to do. The server announces the effects as live events, so nothing is invalidated here.
import { mutationOptions, type QueryClient } from "@tanstack/react-query";
import { bodyOf, client } from "./client.ts";
import type { Settings } from "./messages.ts";
import { settingsQuery } from "./queries.ts";

/** Sends a small trace through the same ingest as any other. */
export function sendTestTrace() {
  return mutationOptions({
    mutationFn: (experimentId: string) =>
      bodyOf(client.POST("/traceloupe/v1/test-trace", { params: { query: { experiment_id: experimentId } } })),
  });
}

export function loadDemo() {
  return mutationOptions({ mutationFn: () => bodyOf(client.POST("/traceloupe/v1/demo")) });
}

/** Stores the settings; they show at once and go back if the server refuses. */
export function saveSettings(queryClient: QueryClient) {
  const { queryKey } = settingsQuery();
  return mutationOptions({
    mutationFn: (settings: Settings) => bodyOf(client.PUT("/traceloupe/v1/settings", { body: settings })),
    onMutate: async (settings) => {
      await queryClient.cancelQueries({ queryKey });
      const previous = queryClient.getQueryData(queryKey);
      queryClient.setQueryData(queryKey, settings);
      return { previous };
    },
    onError: (_error, _settings, context) => queryClient.setQueryData(queryKey, context?.previous),
    onSuccess: (settings) => queryClient.setQueryData(queryKey, settings),
  });
}

// Puts the providers around the router.
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { LiveProvider, makeLive } from "../api/live-react.tsx";
import { makeQueryClient } from "../api/query-client.ts";
import { ClipboardContext } from "../components/clipboard-context.ts";
import { TooltipProvider } from "../components/Tooltip.tsx";
import { copyText } from "../platform/clipboard.ts";
import { makeRouter } from "./router.tsx";

export function App() {
  const [queryClient] = useState(makeQueryClient);
  const [live] = useState(makeLive);
  const [router] = useState(makeRouter);
  return (
    <QueryClientProvider client={queryClient}>
      <LiveProvider live={live}>
        <ClipboardContext value={copyText}>
          <TooltipProvider delay={500}>
            <RouterProvider router={router} />
          </TooltipProvider>
        </ClipboardContext>
      </LiveProvider>
    </QueryClientProvider>
  );
}

// Puts the providers around the router.
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { LiveProvider, makeLive } from "../api/live-react.tsx";
import { makeQueryClient } from "../api/query-client.ts";
import { ClipboardContext } from "../components/clipboard-context.ts";
import { TooltipProvider } from "../components/Tooltip.tsx";
import { copyText } from "../platform/clipboard.ts";
import { NotebookApp } from "./NotebookApp.tsx";
import { makeRouter } from "./router.tsx";
import { addressOfHash, notebookPath } from "./sdk-links.ts";

export function App() {
  const [queryClient] = useState(makeQueryClient);
  const [live] = useState(makeLive);
  return (
    <QueryClientProvider client={queryClient}>
      <LiveProvider live={live}>
        <ClipboardContext value={copyText}>
          <TooltipProvider delay={500}>
            {location.pathname === notebookPath ? <NotebookApp /> : <Pages queryClient={queryClient} />}
          </TooltipProvider>
        </ClipboardContext>
      </LiveProvider>
    </QueryClientProvider>
  );
}

function Pages({ queryClient }: { queryClient: QueryClient }) {
  const [router] = useState(() => makeRouter(queryClient));
  useEffect(() => {
    const follow = (): void => {
      const address = addressOfHash(location.hash);
      if (address !== null) router.history.replace(address);
    };
    follow();
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, [router]);
  return <RouterProvider router={router} />;
}

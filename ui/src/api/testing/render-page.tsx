// Renders a page for a unit test as the app would: with router, query cache and live events, before a server made of functions.
import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
  useLocation,
} from "@tanstack/react-router";
import { act, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { vi } from "vitest";
import { Live } from "../live.ts";
import { LiveProvider } from "../live-react.tsx";
import { makeQueryClient } from "../query-client.ts";

/** Answers by path below `/traceloupe/v1`; a pattern ends with `*` to answer for all below it. */
export type Answers = Record<string, (request: Request, url: URL) => Response | Promise<Response>>;

/** `page` is at `/`; every other address of the app shows its own path as text. */
export function renderPage(page: () => ReactNode, answers: Answers) {
  const listeners: Record<string, ((event: MessageEvent<string>) => void)[]> = {};
  const live = new Live({
    openSource: () => ({
      addEventListener: (type, listener) => (listeners[type] ??= []).push(listener),
      close: () => {
        for (const type of Object.keys(listeners)) delete listeners[type];
      },
    }),
    isHidden: () => false,
  });
  const fire = (type: string, data = "") =>
    act(async () => {
      for (const listener of listeners[type] ?? []) listener({ data } as MessageEvent<string>);
      await Promise.resolve();
    });
  vi.stubGlobal("scrollTo", () => {});
  vi.stubGlobal("fetch", async (request: Request) => answerTo(request, answers));

  const rootRoute = createRootRoute();
  const pageRoute = createRoute({ getParentRoute: () => rootRoute, path: "/", component: page });
  const router = createRouter({
    routeTree: rootRoute.addChildren([pageRoute]),
    history: createMemoryHistory(),
    defaultNotFoundComponent: OtherPage,
  });
  render(
    <QueryClientProvider client={makeQueryClient()}>
      <LiveProvider live={live}>
        <RouterProvider router={router as never} />
      </LiveProvider>
    </QueryClientProvider>,
  );
  return {
    /** Sends a change event, as the server does after a write. */
    announce: (...tags: string[]) => fire("change", JSON.stringify({ tags })),
    /** Opens or breaks the stream of events. */
    connection: (event: "open" | "error") => fire(event),
  };
}

function OtherPage() {
  return <p>at {useLocation().pathname}</p>;
}

async function answerTo(request: Request, answers: Answers): Promise<Response> {
  const url = new URL(request.url);
  const path = url.pathname.replace("/traceloupe/v1", "");
  const pattern = Object.keys(answers).find((one) =>
    one.endsWith("*") ? path.startsWith(one.slice(0, -1)) : one === path,
  );
  const answer = pattern === undefined ? undefined : answers[pattern];
  return answer ? await answer(request, url) : Response.json({ message: path, code: "not_found" }, { status: 404 });
}

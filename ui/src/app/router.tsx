// The addresses of the app and the page behind each; search parameters are typed and checked here.
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  notFound,
  redirect,
  useNavigate,
} from "@tanstack/react-router";
import type { QueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { askForTrace } from "../api/ask-for-trace.ts";
import { ApiError } from "../api/client.ts";
import { spanTableQuery, traceQuery } from "../api/queries.ts";
import { type CompareSearch, compareSearchOf, compareViewOf } from "../features/compare/compare-view.ts";
import { ComparePage } from "../features/compare/ComparePage.tsx";
import { DiagnosticsPage } from "../features/diagnostics/DiagnosticsPage.tsx";
import { ExperimentsPage } from "../features/experiments/ExperimentsPage.tsx";
import { HomePage } from "../features/onboarding/HomePage.tsx";
import { SessionPage } from "../features/sessions/SessionPage.tsx";
import { SessionsPage } from "../features/sessions/SessionsPage.tsx";
import { SettingsPage } from "../features/settings/SettingsPage.tsx";
import { searchOf, type TraceSearch, viewOf } from "../features/trace/trace-view.ts";
import { markTraceOpen } from "../features/trace/marks.ts";
import { TracePage } from "../features/trace/TracePage.tsx";
import { type ListSearch, searchOf as listSearchOf, viewOf as listViewOf } from "../features/traces/list-view.ts";
import { TraceListPage } from "../features/traces/TraceListPage.tsx";
import { parseSpanId, parseTraceId, parseTraceName } from "./address.ts";
import { CrashPage, NotFoundPage } from "./ErrorPages.tsx";
import { Shell } from "./Shell.tsx";

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Shell });

const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: "/", component: HomePage });

const experimentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/experiments",
  component: ExperimentsPage,
});

const experimentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/experiments/$experimentId",
  validateSearch: (search): ListSearch => listSearchOf(listViewOf(search)),
  component: function ExperimentTraces() {
    const { experimentId } = experimentRoute.useParams();
    const search = experimentRoute.useSearch();
    const view = useMemo(() => listViewOf(search), [search]);
    const navigate = useNavigate({ from: experimentRoute.fullPath });
    return (
      <TraceListPage
        key={experimentId}
        experimentId={experimentId}
        view={view}
        onView={(next) => void navigate({ search: listSearchOf(next) })}
      />
    );
  },
});

const tracesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/traces",
  validateSearch: (search): ListSearch => listSearchOf(listViewOf(search)),
  component: function AllTraces() {
    const search = tracesRoute.useSearch();
    const view = useMemo(() => listViewOf(search), [search]);
    const navigate = useNavigate({ from: tracesRoute.fullPath });
    return (
      <TraceListPage experimentId={null} view={view} onView={(next) => void navigate({ search: listSearchOf(next) })} />
    );
  },
});

const traceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/traces/$traceId",
  /** `span` is the selected span: 16 hex digits; the others are in features/trace/trace-view.ts. */
  validateSearch: (search): TraceSearch & { span?: string } => {
    const span = parseSpanId(search["span"]);
    return { ...searchOf(viewOf(search)), ...(span === null ? {} : { span }) };
  },
  beforeLoad: async ({ context, params, search }) => {
    const traceId = parseTraceId(params.traceId);
    if (traceId === null) {
      const id = await idOfName(context.queryClient, params.traceId);
      throw redirect({ to: "/traces/$traceId", params: { traceId: id }, search, replace: true });
    }
    markTraceOpen(traceId);
    askForTrace(context.queryClient, traceId);
  },
  // Most traces are here before an empty page could be painted: the list stays until then, and the page is made once.
  loader: ({ context, params }) => answeredOrLate(context.queryClient, parseTraceId(params.traceId) ?? ""),
  staleTime: Infinity,
  component: function Trace() {
    const traceId = parseTraceId(traceRoute.useParams().traceId) ?? "";
    const search = traceRoute.useSearch();
    const { span } = search;
    const view = useMemo(() => viewOf(search), [search]);
    const navigate = useNavigate({ from: traceRoute.fullPath });
    return (
      <TracePage
        key={traceId}
        traceId={traceId}
        spanId={span ?? null}
        onSelectSpan={(spanId) =>
          void navigate({
            search: ({ span: _former, ...others }) => (spanId === null ? others : { ...others, span: spanId }),
            replace: true,
          })
        }
        view={view}
        onView={(next) =>
          void navigate({
            search: ({ span: selected }) => ({
              ...searchOf(next),
              ...(selected === undefined ? {} : { span: selected }),
            }),
            replace: true,
          })
        }
      />
    );
  },
});

/** Asks the server which trace an MLflow client calls so. */
async function idOfName(queryClient: QueryClient, text: string): Promise<string> {
  const name = parseTraceName(text);
  if (name === null) throw notFound();
  try {
    return (await queryClient.fetchQuery({ ...traceQuery(name), retry: false })).summary.trace_id;
  } catch (error) {
    throw error instanceof ApiError && error.status === 404 ? notFound() : error;
  }
}

/** How long one may look at the former page after a click: less than what is felt as a delay. */
const patienceMs = 80;

function answeredOrLate(queryClient: QueryClient, traceId: string): Promise<unknown> {
  const answers = [
    queryClient.ensureQueryData(traceQuery(traceId)),
    queryClient.ensureQueryData(spanTableQuery(traceId)),
  ];
  // What went wrong is told by the page, which asks again.
  const answered = Promise.all(answers).catch(() => null);
  return Promise.race([answered, new Promise((resolve) => setTimeout(resolve, patienceMs))]);
}

const compareRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/compare",
  /** `baseline` and `candidate` are trace ids; the others are in features/compare/compare-view.ts. */
  validateSearch: (search): CompareSearch => compareSearchOf(compareViewOf(search)),
  component: function Compare() {
    const search = compareRoute.useSearch();
    const view = useMemo(() => compareViewOf(search), [search]);
    const navigate = useNavigate({ from: compareRoute.fullPath });
    return (
      <ComparePage
        view={view}
        onView={(change, isOtherPair = false) =>
          void navigate({
            search: (former) => compareSearchOf({ ...compareViewOf(former), ...change }),
            replace: !isOtherPair,
          })
        }
      />
    );
  },
});

type SessionSearch = { experiment?: string; user?: string };

/** `experiment` is the decimal id of an experiment; without it sessions of all are meant. */
function sessionSearch(search: Record<string, unknown>): SessionSearch {
  const { experiment, user } = search;
  return {
    ...(typeof experiment === "string" && /^\d{1,19}$/.test(experiment) ? { experiment } : {}),
    ...(typeof user === "string" && user !== "" ? { user } : {}),
  };
}

const sessionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sessions",
  validateSearch: sessionSearch,
  component: function Sessions() {
    const { experiment, user } = sessionsRoute.useSearch();
    const navigate = useNavigate({ from: sessionsRoute.fullPath });
    return (
      <SessionsPage
        scope={{ experimentId: experiment ?? null, user: user ?? null }}
        onScope={(next) =>
          void navigate({
            search: {
              ...(next.experimentId === null ? {} : { experiment: next.experimentId }),
              ...(next.user === null ? {} : { user: next.user }),
            },
          })
        }
      />
    );
  },
});

const sessionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sessions/$sessionId",
  validateSearch: (search): { experiment?: string } => {
    const { experiment } = sessionSearch(search);
    return experiment === undefined ? {} : { experiment };
  },
  component: function Session() {
    const { sessionId } = sessionRoute.useParams();
    const { experiment } = sessionRoute.useSearch();
    return <SessionPage key={sessionId} sessionId={sessionId} experimentId={experiment ?? null} />;
  },
});

const diagnosticsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/diagnostics",
  /** `group` is the chosen group of the inbox. */
  validateSearch: (search): { group?: string } => {
    const group = search["group"];
    return typeof group === "string" && group !== "" ? { group } : {};
  },
  component: function Diagnostics() {
    const { group } = diagnosticsRoute.useSearch();
    const navigate = useNavigate({ from: diagnosticsRoute.fullPath });
    return (
      <DiagnosticsPage
        groupId={group ?? null}
        onChoose={(groupId) => void navigate({ search: groupId === null ? {} : { group: groupId }, replace: true })}
      />
    );
  },
});

const settingsRoute = createRoute({ getParentRoute: () => rootRoute, path: "/settings", component: SettingsPage });

const routeTree = rootRoute.addChildren([
  homeRoute,
  experimentsRoute,
  experimentRoute,
  tracesRoute,
  traceRoute,
  compareRoute,
  sessionsRoute,
  sessionRoute,
  diagnosticsRoute,
  settingsRoute,
]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultErrorComponent: CrashPage,
    defaultNotFoundComponent: NotFoundPage,
    // Server data is cached by the query client; the router only knows where we are.
    defaultPreload: false,
    scrollRestoration: false,
    parseSearch: parsePlainSearch,
    stringifySearch: stringifyPlainSearch,
  });
}

/** Plain query strings, not JSON: `?span=0123456789012345` must stay text, and links must be readable. */
function parsePlainSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

function stringifyPlainSearch(search: Record<string, unknown>): string {
  const entries = Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const text = new URLSearchParams(entries).toString();
  return text === "" ? "" : `?${text}`;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

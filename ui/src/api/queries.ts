// One query factory per resource, with the tags of the live events that make its answer stale.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { bodyOf, client } from "./client.ts";
import type { TraceList, TraceSummary } from "./messages.ts";

export function statusQuery() {
  return queryOptions({
    queryKey: ["status"],
    queryFn: ({ signal }) => bodyOf(client.GET("/traceloupe/v1/status", { signal })),
    // The counts of the inbox and the default experiment are part of it.
    meta: { tags: ["status", "rejected", "settings"] },
  });
}

export function settingsQuery() {
  return queryOptions({
    queryKey: ["settings"],
    queryFn: ({ signal }) => bodyOf(client.GET("/traceloupe/v1/settings", { signal })),
    meta: { tags: ["settings"] },
  });
}

export function experimentsQuery() {
  return queryOptions({
    queryKey: ["experiments"],
    queryFn: ({ signal }) => bodyOf(client.GET("/traceloupe/v1/experiments", { signal })),
    meta: { tags: ["experiments"] },
  });
}

/** The newest traces of all experiments. */
export function latestTracesQuery(limit: number) {
  return queryOptions({
    queryKey: ["latest-traces", limit],
    queryFn: ({ signal }) => fetchTraces({ experimentId: null, limit, signal }),
    meta: { tags: ["traces"] },
  });
}

/** Header of a trace; `traceId` is 32 hex digits. */
export function traceQuery(traceId: string) {
  return queryOptions({
    queryKey: ["trace", traceId],
    queryFn: ({ signal }) =>
      bodyOf(client.GET("/traceloupe/v1/traces/{trace_id}", { params: { path: { trace_id: traceId } }, signal })),
    meta: { tags: [`trace:${traceId}`] },
  });
}

/** Columns of all spans of a trace, as docs/formats/span-table.md lays them out. */
export function spanTableQuery(traceId: string) {
  return queryOptions({
    queryKey: ["span-table", traceId],
    queryFn: ({ signal }): Promise<ArrayBuffer> =>
      bodyOf(
        client.GET("/traceloupe/v1/traces/{trace_id}/spans", {
          params: { path: { trace_id: traceId } },
          parseAs: "arrayBuffer",
          signal,
        }),
      ),
    meta: { tags: [`trace:${traceId}`], canBeHeld: true },
    // Typed arrays have no structure that could be shared with the previous answer.
    structuralSharing: false,
  });
}

/** Segments of the critical path of a trace, laid out like the span table. */
export function criticalPathQuery(traceId: string) {
  return queryOptions({
    queryKey: ["critical-path", traceId],
    queryFn: ({ signal }): Promise<ArrayBuffer> =>
      bodyOf(
        client.GET("/traceloupe/v1/traces/{trace_id}/critical-path", {
          params: { path: { trace_id: traceId } },
          parseAs: "arrayBuffer",
          signal,
        }),
      ),
    meta: { tags: [`trace:${traceId}`], canBeHeld: true },
    structuralSharing: false,
  });
}

/** What becomes stale when either trace grows, or when a user says something of its rows. */
function comparedTags(...traceIds: readonly string[]): string[] {
  return ["row-rules", ...traceIds.flatMap((traceId) => [`trace:${traceId}`, `comparison:${traceId}`])];
}

/** What was said of rows for all traces. */
export function rowRulesQuery() {
  return queryOptions({
    queryKey: ["row-rules"],
    queryFn: ({ signal }) => bodyOf(client.GET("/traceloupe/v1/compare/rules", { signal })),
    meta: { tags: ["row-rules"] },
  });
}

/** The traces that others are measured against. */
export function baselinesQuery() {
  return queryOptions({
    queryKey: ["baselines"],
    queryFn: ({ signal }) => bodyOf(client.GET("/traceloupe/v1/baselines", { signal })),
    meta: { tags: ["baselines"] },
  });
}

/** What differs between two traces, and why; see docs/formats/comparison.md. */
export function comparisonQuery(baseline: string, candidate: string) {
  return queryOptions({
    queryKey: ["comparison", baseline, candidate],
    queryFn: ({ signal }) =>
      bodyOf(client.GET("/traceloupe/v1/compare", { params: { query: { baseline, candidate } }, signal })),
    meta: { tags: comparedTags(baseline, candidate) },
  });
}

/** The merged rows of two traces with both their span tables, as columns. */
export function comparisonTableQuery(baseline: string, candidate: string) {
  return queryOptions({
    queryKey: ["comparison-table", baseline, candidate],
    queryFn: ({ signal }): Promise<ArrayBuffer> =>
      bodyOf(
        client.GET("/traceloupe/v1/compare/table", {
          params: { query: { baseline, candidate } },
          parseAs: "arrayBuffer",
          signal,
        }),
      ),
    meta: { tags: comparedTags(baseline, candidate) },
    structuralSharing: false,
  });
}

/** The two spans of a merged row; null on the side that has none. */
export type SpanPair = { baseline: string | null; candidate: string | null };

/** What differs in the content of two spans. */
export function spanComparisonQuery(baseline: string, candidate: string, spans: SpanPair) {
  const query = {
    baseline,
    candidate,
    ...(spans.baseline === null ? {} : { baseline_span: spans.baseline }),
    ...(spans.candidate === null ? {} : { candidate_span: spans.candidate }),
  };
  return queryOptions({
    queryKey: ["span-comparison", baseline, candidate, spans.baseline, spans.candidate],
    queryFn: ({ signal }) => bodyOf(client.GET("/traceloupe/v1/compare/span", { params: { query }, signal })),
    meta: { tags: comparedTags(baseline, candidate) },
  });
}

/** The whole body of one span. */
export function spanQuery(traceId: string, spanId: string) {
  return queryOptions({
    queryKey: ["span", traceId, spanId],
    queryFn: ({ signal }) =>
      bodyOf(
        client.GET("/traceloupe/v1/traces/{trace_id}/spans/{span_id}", {
          params: { path: { trace_id: traceId, span_id: spanId } },
          signal,
        }),
      ),
    meta: { tags: [`trace:${traceId}`], canBeHeld: true },
  });
}

/** The assessments of a trace and its spans. */
export function assessmentsQuery(traceId: string) {
  return queryOptions({
    queryKey: ["assessments", traceId],
    queryFn: ({ signal }) =>
      bodyOf(
        client.GET("/traceloupe/v1/traces/{trace_id}/assessments", { params: { path: { trace_id: traceId } }, signal }),
      ),
    meta: { tags: [`trace:${traceId}`] },
  });
}

/** All log records of a trace, of its spans and of none. */
export function traceLogsQuery(traceId: string) {
  return queryOptions({
    queryKey: ["trace-logs", traceId],
    queryFn: ({ signal }) =>
      bodyOf(client.GET("/traceloupe/v1/traces/{trace_id}/logs", { params: { path: { trace_id: traceId } }, signal })),
    meta: { tags: [`trace:${traceId}`], canBeHeld: true },
  });
}

/** What was found in a whole trace: its critical path and what the doctor says. */
export function analysisQuery(traceId: string) {
  return queryOptions({
    queryKey: ["analysis", traceId],
    queryFn: ({ signal }) =>
      bodyOf(
        client.GET("/traceloupe/v1/traces/{trace_id}/analysis", { params: { path: { trace_id: traceId } }, signal }),
      ),
    meta: { tags: [`trace:${traceId}`], canBeHeld: true },
  });
}

/** Every copy of one span as it came, as the text of an OTLP/JSON request. */
export function spanOtlpQuery(traceId: string, spanId: string) {
  return queryOptions({
    queryKey: ["span-otlp", traceId, spanId],
    queryFn: ({ signal }): Promise<string> =>
      bodyOf(
        client.GET("/traceloupe/v1/traces/{trace_id}/spans/{span_id}/otlp", {
          params: { path: { trace_id: traceId, span_id: spanId } },
          parseAs: "text",
          signal,
        }),
      ),
    meta: { tags: [`trace:${traceId}`], canBeHeld: true },
  });
}

/** Address of an image, sound or file in a message of a span; `index` is that of its part. */
export function mediaUrl(traceId: string, spanId: string, index: number): string {
  return `/traceloupe/v1/traces/${traceId}/spans/${spanId}/media/${index}`;
}

/** Address of every copy of one span as it came, for a download link. */
export function spanOtlpUrl(traceId: string, spanId: string): string {
  return `/traceloupe/v1/traces/${traceId}/spans/${spanId}/otlp`;
}

/** The inbox of rejected requests. */
export function rejectedQuery() {
  return queryOptions({
    queryKey: ["rejected"],
    queryFn: ({ signal }) => bodyOf(client.GET("/traceloupe/v1/rejected", { signal })),
    meta: { tags: ["rejected"] },
  });
}

/** One group of the inbox with its newest requests. */
export function rejectedGroupQuery(groupId: string) {
  return queryOptions({
    queryKey: ["rejected", groupId],
    queryFn: ({ signal }) =>
      bodyOf(client.GET("/traceloupe/v1/rejected/{group_id}", { params: { path: { group_id: groupId } }, signal })),
    meta: { tags: ["rejected"] },
  });
}

/** Address of the payload of a rejected request, for a download link. */
export function payloadUrl(groupId: string, requestId: string): string {
  return `/traceloupe/v1/rejected/${encodeURIComponent(groupId)}/requests/${encodeURIComponent(requestId)}/body`;
}

type TracesRequest = {
  experimentId: string | null;
  limit: number;
  /** What was typed into the query bar. */
  filter?: string;
  /** A key and `ASC` or `DESC`; null is newest first. */
  order?: string | null;
  /** Bounds of the start, Unix nanoseconds; null is open. */
  from?: string | null;
  before?: string | null;
  pageToken?: string | null;
  signal?: AbortSignal;
};

/** One page of the trace list; `experimentId` null means all. */
export function fetchTraces(request: TracesRequest): Promise<TraceList> {
  const { experimentId, limit, filter, order, from, before, pageToken, signal } = request;
  const query = {
    limit,
    ...(experimentId === null ? {} : { experiment_id: experimentId }),
    ...(filter ? { filter } : {}),
    ...(order ? { order } : {}),
    ...(from ? { from } : {}),
    ...(before ? { before } : {}),
    ...(pageToken ? { page_token: pageToken } : {}),
  };
  return bodyOf(client.GET("/traceloupe/v1/traces", { params: { query }, ...(signal ? { signal } : {}) }));
}

/** What the query bar shows of a query; with a caret what may stand there, too. */
export function queryReadingQuery(experimentId: string | null, text: string, caret: number | null) {
  const query = {
    text,
    ...(caret === null ? {} : { caret }),
    ...(experimentId === null ? {} : { experiment_id: experimentId }),
  };
  return queryOptions({
    queryKey: ["query-reading", experimentId, text, caret],
    queryFn: ({ signal }) => bodyOf(client.GET("/traceloupe/v1/traces/query", { params: { query }, signal })),
    staleTime: 10_000,
    gcTime: 30_000,
  });
}

/** One row of the trace list as it is now. */
export async function fetchTraceSummary(traceId: string, signal?: AbortSignal): Promise<TraceSummary> {
  const params = { path: { trace_id: traceId } };
  const detail = await bodyOf(
    client.GET("/traceloupe/v1/traces/{trace_id}", { params, ...(signal ? { signal } : {}) }),
  );
  return detail.summary;
}

/** A run of MLflow. */
export function runQuery(runId: string) {
  return queryOptions({
    queryKey: ["run", runId],
    queryFn: ({ signal }) =>
      bodyOf(client.GET("/traceloupe/v1/runs/{run_id}", { params: { path: { run_id: runId } }, signal })),
    meta: { tags: ["experiments"] },
  });
}

/** Sessions, those with the newest traces first; null is all experiments, all users. */
export function sessionsQuery(experimentId: string | null, user: string | null) {
  const query = {
    ...(experimentId === null ? {} : { experiment_id: experimentId }),
    ...(user === null ? {} : { user }),
  };
  return infiniteQueryOptions({
    queryKey: ["sessions", experimentId, user],
    queryFn: ({ signal, pageParam }) =>
      bodyOf(
        client.GET("/traceloupe/v1/sessions", {
          params: { query: { ...query, ...(pageParam === null ? {} : { page_token: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_page_token ?? null,
    meta: { tags: ["traces"] },
  });
}

/** The traces of one session in order. */
export function sessionQuery(session: string, experimentId: string | null) {
  const query = { session, ...(experimentId === null ? {} : { experiment_id: experimentId }) };
  return infiniteQueryOptions({
    queryKey: ["session", session, experimentId],
    queryFn: ({ signal, pageParam }) =>
      bodyOf(
        client.GET("/traceloupe/v1/session", {
          params: { query: { ...query, ...(pageParam === null ? {} : { page_token: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_page_token ?? null,
    meta: { tags: ["traces"] },
  });
}

/** The traces before and after one in the list of its experiment. */
export function neighboursQuery(traceId: string) {
  return queryOptions({
    queryKey: ["neighbours", traceId],
    queryFn: ({ signal }) =>
      bodyOf(
        client.GET("/traceloupe/v1/traces/{trace_id}/neighbours", { params: { path: { trace_id: traceId } }, signal }),
      ),
  });
}

/** The outline of a trace, for a language model. */
export function fetchMarkdown(traceId: string): Promise<string> {
  const params = { path: { trace_id: traceId } };
  return bodyOf(client.GET("/traceloupe/v1/traces/{trace_id}/markdown", { params, parseAs: "text" }));
}

/** The raw OTLP/JSON of a trace as text. */
export function fetchOtlpJson(traceId: string): Promise<string> {
  const params = { path: { trace_id: traceId } };
  return bodyOf<unknown>(client.GET("/traceloupe/v1/traces/{trace_id}/otlp", { params, parseAs: "text" })).then(String);
}

/** Address of the raw OTLP of a trace, for a download link. */
export function otlpDownloadUrl(traceId: string, format: "json" | "protobuf"): string {
  return `/traceloupe/v1/traces/${traceId}/otlp${format === "protobuf" ? "?format=protobuf" : ""}`;
}

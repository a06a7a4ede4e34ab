// Small traces as OTLP/JSON, as an exporter would send them.
import { randomBytes } from "node:crypto";

/** What a test says about a span; times are milliseconds since the start of the trace. */
export type SpanSpec = {
  name: string;
  /** Name of its parent, which stands before it. */
  parent?: string;
  start: number;
  end: number;
  error?: string;
  attributes?: Record<string, string | number>;
};

export type TraceSpec = {
  service?: string;
  traceId?: string;
  startedMsAgo?: number;
  spans: readonly SpanSpec[];
};

type SentTrace = { traceId: string; spanIds: ReadonlyMap<string, string> };

/** Sends one trace and returns its ids once the server has acknowledged it. */
export async function sendTrace(url: string, spec: TraceSpec): Promise<SentTrace> {
  const traceId = spec.traceId ?? randomBytes(16).toString("hex");
  const origin = BigInt(Date.now() - (spec.startedMsAgo ?? 1_000)) * 1_000_000n;
  const at = (ms: number): string => String(origin + BigInt(Math.round(ms * 1e6)));
  const spanIds = new Map(spec.spans.map((span) => [span.name, randomBytes(8).toString("hex")]));
  const spans = spec.spans.map((span) => ({
    traceId,
    spanId: spanIds.get(span.name),
    ...(span.parent === undefined ? {} : { parentSpanId: spanIds.get(span.parent) }),
    name: span.name,
    kind: 1,
    startTimeUnixNano: at(span.start),
    endTimeUnixNano: at(span.end),
    attributes: Object.entries(span.attributes ?? {}).map(([key, value]) => ({
      key,
      value: anyValue(value),
    })),
    status: span.error === undefined ? {} : { code: 2, message: span.error },
  }));
  const resource = {
    attributes: [{ key: "service.name", value: anyValue(spec.service ?? "checkout") }],
  };
  const body = { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "e2e" }, spans }] }] };
  const response = await fetch(`${url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return { traceId, spanIds };
}

function anyValue(value: string | number): Record<string, unknown> {
  if (typeof value === "string") return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

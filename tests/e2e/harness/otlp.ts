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
  attributes?: Record<string, string | number | Uint8Array>;
};

export type TraceSpec = {
  service?: string;
  traceId?: string;
  startedMsAgo?: number;
  /** Headers that the exporter adds. */
  headers?: Record<string, string>;
  spans: readonly SpanSpec[];
};

type SentTrace = { traceId: string; spanIds: ReadonlyMap<string, string> };

/** Sends one trace and returns its ids once the server has acknowledged it. */
export async function sendTrace(url: string, spec: TraceSpec): Promise<SentTrace> {
  const { response, ...sent } = await exportTrace(url, spec);
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return sent;
}

/** Sends one trace, whatever the server says to it. */
export async function exportTrace(url: string, spec: TraceSpec): Promise<SentTrace & { response: Response }> {
  const { body, ...sent } = exportRequest(spec);
  const response = await fetch(`${url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json", ...spec.headers },
    body: JSON.stringify(body),
  });
  return { ...sent, response };
}

/** Makes the body of an export, for one that a test sends itself. */
export function exportRequest(spec: TraceSpec): SentTrace & { body: object } {
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
  const body = {
    resourceSpans: [{ resource: resourceOf(spec), scopeSpans: [{ scope: { name: "e2e" }, spans }] }],
  };
  return { traceId, spanIds, body };
}

/** A log record; its body is text, or the pairs of a structured one. */
export type LogSpec = {
  traceId: string;
  spanId?: string;
  severityNumber?: number;
  eventName?: string;
  body: string | Record<string, string>;
};

export async function sendLogs(url: string, logs: readonly LogSpec[]): Promise<void> {
  const logRecords = logs.map(({ body, ...log }) => ({
    ...log,
    timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
    body:
      typeof body === "string"
        ? anyValue(body)
        : {
            kvlistValue: {
              values: Object.entries(body).map(([key, value]) => ({ key, value: anyValue(value) })),
            },
          },
  }));
  const response = await fetch(`${url}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      resourceLogs: [{ resource: resourceOf({}), scopeLogs: [{ scope: { name: "e2e" }, logRecords }] }],
    }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
}

function resourceOf({ service }: { service?: string }): object {
  return { attributes: [{ key: "service.name", value: anyValue(service ?? "checkout") }] };
}

function anyValue(value: string | number | Uint8Array): Record<string, unknown> {
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString("base64") };
  if (typeof value === "string") return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

// Sends the known tree with the OpenTelemetry SDK for Node: `known_tree.mjs PROTOCOL TREE`. Prints the ids of what it sent.
import { readFileSync } from "node:fs";

import {
  createTraceState,
  diag,
  DiagConsoleLogger,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from "@opentelemetry/api";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

const EXPORTERS = { grpc: GrpcExporter, "http/json": JsonExporter, "http/protobuf": ProtobufExporter };

// A failed export is only ever told here.
diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);

const [protocol, path] = process.argv.slice(2);
const tree = JSON.parse(readFileSync(path, "utf8"));
const provider = new NodeTracerProvider({
  resource: defaultResource().merge(resourceFromAttributes(attributes(tree.resource))),
  spanProcessors: [new BatchSpanProcessor(new EXPORTERS[protocol]())],
});
const spans = new Map();

for (const given of tree.spans) {
  const { name, version, schemaUrl } = tree.scopes[given.scope];
  const parent = spans.get(given.parent);
  const span = provider.getTracer(name, version, { schemaUrl }).startSpan(
    given.name,
    {
      kind: SpanKind[given.kind],
      attributes: attributes(given.attributes),
      links: (given.links ?? []).map(link),
      startTime: time(given.startTimeUnixNano),
    },
    parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent),
  );
  spans.set(given.name, span);
  for (const event of given.events ?? []) {
    span.addEvent(event.name, attributes(event.attributes), time(event.timeUnixNano));
  }
  if (given.exception !== undefined) {
    record(span, given.exception);
  }
  if (given.status !== undefined) {
    span.setStatus({ code: SpanStatusCode[given.status.code], message: given.status.message });
  }
}
for (const given of tree.spans) {
  spans.get(given.name).end(time(given.endTimeUnixNano));
}
const ids = Object.fromEntries([...spans].map(([name, span]) => [name, span.spanContext().spanId]));
console.log(JSON.stringify({ traceId: spans.get(tree.spans[0].name).spanContext().traceId, spans: ids }));
await provider.shutdown();

function attributes(given) {
  return Object.fromEntries(given.map(({ key, value: content }) => [key, value(content)]));
}

/** All numbers are doubles here: an integer that is none of them becomes the nearest. */
function value(given) {
  const [[kind, content]] = Object.entries(given);
  switch (kind) {
    case "intValue":
    case "doubleValue":
      return Number(content);
    case "arrayValue":
      return content.values.map(value);
    default:
      return content;
  }
}

/** Seconds and nanoseconds, as a double has no room for nanoseconds since 1970. */
function time(nanoseconds) {
  const all = BigInt(nanoseconds);
  return [Number(all / 1_000_000_000n), Number(all % 1_000_000_000n)];
}

function link(given) {
  const context =
    given.span === undefined
      ? {
          traceId: given.traceId,
          spanId: given.spanId,
          traceState: createTraceState(given.traceState),
          traceFlags: TraceFlags.NONE,
          isRemote: true,
        }
      : spans.get(given.span).spanContext();
  return { context, attributes: attributes(given.attributes) };
}

function record(span, given) {
  try {
    throw new RangeError(given.message);
  } catch (error) {
    span.recordException(error, time(given.timeUnixNano));
  }
}

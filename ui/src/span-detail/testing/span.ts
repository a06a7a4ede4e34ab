// Makes span bodies for tests.
import type { LogRecord, Origin, SpanDetail } from "../../api/messages.ts";
import { testTraceId } from "../../trace-model/testing/build.ts";

export function spanDetail(more: Partial<SpanDetail> = {}): SpanDetail {
  return {
    trace_id: testTraceId,
    span_id: "0000000000000001",
    name: "plan",
    kind: "SPAN_KIND_INTERNAL",
    start_time_unix_nano: "1700000000000000000",
    end_time_unix_nano: "1700000000020000000",
    duration_ns: "20000000",
    status: { code: "STATUS_CODE_UNSET", message: "" },
    trace_state: "",
    flags: 257,
    source: { name: "opentelemetry", is_inferred: false, reason: "the scope is opentelemetry.test" },
    attributes: [],
    dropped_attributes_count: 0,
    events: [],
    dropped_events_count: 0,
    logs: [],
    links: [],
    dropped_links_count: 0,
    linked_from: [],
    origins: [originOf("opentelemetry")],
    ...more,
  };
}

export function originOf(exporter: Origin["exporter"], more: Partial<Origin> = {}): Origin {
  return {
    exporter,
    resource: {
      attributes: [{ key: "service.name", value: { stringValue: "agent" } }],
      dropped_attributes_count: 0,
      schema_url: "",
    },
    scope: { name: "opentelemetry.test", version: "1.2", attributes: [], dropped_attributes_count: 0, schema_url: "" },
    n_attributes: 3,
    ...more,
  };
}

export function logRecord(more: Partial<LogRecord> = {}): LogRecord {
  return {
    time_unix_nano: "1700000000001000000",
    observed_time_unix_nano: "1700000000001500000",
    severity_number: 0,
    severity_text: "",
    event_name: "",
    body: {},
    attributes: [],
    dropped_attributes_count: 0,
    scope_name: "",
    service_name: "agent",
    ...more,
  };
}

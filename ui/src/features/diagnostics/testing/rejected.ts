// Makes groups and requests of the inbox for tests.
import type { RejectedGroup, RejectedRequest } from "../../../api/messages.ts";

export function rejectedGroup(more: Partial<RejectedGroup> = {}): RejectedGroup {
  return {
    group_id: "1",
    kind: "unknown_experiment",
    reason: "There is no experiment 42",
    transport: "http",
    method: "POST",
    path: "/v1/traces",
    client_address: "127.0.0.1",
    user_agent: "OTel-OTLP-Exporter-Python/1.38.0",
    n_requests: 3,
    n_kept: 2,
    n_waiting: 12,
    first_time_unix_nano: "1700000000000000000",
    last_time_unix_nano: "1700000060000000000",
    ...more,
  };
}

export function rejectedRequest(more: Partial<RejectedRequest> = {}): RejectedRequest {
  return {
    request_id: "r1",
    time_unix_nano: "1700000060000000000",
    headers: [],
    n_bytes: 2048,
    n_waiting: 6,
    span_names: ["answer_question", "llm.chat"],
    resource: [{ key: "service.name", value: { stringValue: "rag-api" } }],
    ...more,
  };
}

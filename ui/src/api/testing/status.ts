// Makes the server's status for tests: healthy, unless a test says otherwise.
import type { Status } from "../messages.ts";

export function status(more: Partial<Status> = {}): Status {
  return {
    version: "0.1.0",
    listeners: [{ role: "http", address: "127.0.0.1:5000", asked: "127.0.0.1:5000", is_fallback: false }],
    data_dir: "/data",
    started_at_unix_nano: "1700000000000000000",
    n_traces: 0,
    n_spans: 0,
    n_rejected: 0,
    n_rejected_groups: 0,
    n_waiting: 0,
    not_stored: { n_metric_requests: 0, n_metric_points: 0, n_logs_without_trace: 0 },
    store: { state: "ok" },
    retention: { n_traces: 0, n_spans: 0 },
    database_bytes: 0,
    default_experiment_id: "0",
    ...more,
  };
}

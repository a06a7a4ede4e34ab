// Makes rows of the trace list for tests: the letter names the trace and its place in time.
import type { TraceSummary } from "../../../api/messages.ts";

export function summary(letter: string, more: Partial<TraceSummary> = {}): TraceSummary {
  const code = letter.charCodeAt(0);
  return {
    trace_id: code.toString(16).padStart(32, "0"),
    experiment_id: "0",
    name: letter,
    has_root: true,
    services: ["api"],
    sources: ["opentelemetry"],
    start_time_unix_nano: `17000000000000${String(code).padStart(3, "0")}00`,
    duration_ns: "1000000",
    n_spans: 1,
    n_errors: 0,
    state: "OK",
    is_pinned: false,
    assessments: [],
    ...more,
  };
}

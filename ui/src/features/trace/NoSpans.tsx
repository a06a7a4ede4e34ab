// A trace of which no span is here: why that can be, and what to do about it.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleDashed, Inbox } from "lucide-react";
import { httpOrigin } from "../../api/listeners.ts";
import type { TraceDetail } from "../../api/messages.ts";
import { statusQuery } from "../../api/queries.ts";
import { formatCount } from "../../base/format.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import styles from "./NoSpans.module.css";

const icon = <CircleDashed size={28} strokeWidth={1.5} />;

export function NoSpans({ trace, isEmbedded }: { trace: TraceDetail; isEmbedded: boolean }) {
  const status = useQuery(statusQuery()).data;
  const { state, experiment_id: experimentId } = trace.summary;
  if (state === "IN_PROGRESS") {
    return (
      <EmptyState icon={icon} title="No spans of this trace have arrived yet">
        It is running: they appear here as they arrive
      </EmptyState>
    );
  }
  const nProblems = status?.n_rejected_groups ?? 0;
  const origin = status === undefined ? location.origin : httpOrigin(status, location);
  return (
    <EmptyState
      icon={icon}
      title="This trace has ended, and none of its spans has arrived"
      actions={
        !isEmbedded && nProblems > 0 ? (
          <Link to="/diagnostics">
            <Inbox size={14} aria-hidden />
            {formatCount(nProblems, "problem")} in the inbox
          </Link>
        ) : undefined
      }
    >
      A client said that it began and ended; its spans are sent apart from that. If they come, they appear here.
      <dl className={styles["reasons"]}>
        <dt>The program ended before they were sent</dt>
        <dd>
          MLflow sends them in the background: call <code>mlflow.flush_trace_async_logging()</code> before it exits
        </dd>
        <dt>They were sent elsewhere</dt>
        <dd>
          Unset <code>OTEL_EXPORTER_OTLP_TRACES_ENDPOINT</code> and <code>OTEL_EXPORTER_OTLP_ENDPOINT</code>, or point
          them here: <code>{origin}</code>
        </dd>
        <dt>They name another experiment</dt>
        <dd>
          The header has to be <code>x-mlflow-experiment-id={experimentId}</code>, or to be left out
        </dd>
        {nProblems > 0 && !isEmbedded && (
          <>
            <dt>They could not be taken</dt>
            <dd>Then they wait in the inbox, with the reason and what to do</dd>
          </>
        )}
      </dl>
    </EmptyState>
  );
}

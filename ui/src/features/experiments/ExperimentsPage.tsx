// The page that lists experiments with what their traces add up to.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FlaskConical, TriangleAlert } from "lucide-react";
import type { ExperimentSummary } from "../../api/messages.ts";
import { experimentsQuery } from "../../api/queries.ts";
import { formatCount, formatExactTime, formatInteger, formatListTime } from "../../base/format.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import styles from "./ExperimentsPage.module.css";

export function ExperimentsPage() {
  const { data, error, refetch } = useQuery(experimentsQuery());
  return (
    <div className={styles["page"]}>
      <title>Experiments · Traceloupe</title>
      <PageHeader title="Experiments">
        {data && <span className={styles["count"]}>{formatCount(data.experiments.length, "experiment")}</span>}
      </PageHeader>
      {data && data.experiments.length > 0 ? (
        <div className={styles["scroller"]}>
          <ExperimentTable experiments={data.experiments} />
        </div>
      ) : data ? (
        <EmptyState icon={<FlaskConical size={28} strokeWidth={1.5} />} title="No experiments yet" />
      ) : error ? (
        <EmptyState
          tone="error"
          icon={<TriangleAlert size={28} strokeWidth={1.5} />}
          title="The experiments could not be loaded"
          actions={<Button onClick={() => void refetch()}>Try again</Button>}
        >
          {error.message}
        </EmptyState>
      ) : (
        <div role="status" aria-label="Loading experiments" className={styles["loading"]}>
          <Skeleton width={180} />
          <Skeleton width={240} />
          <Skeleton width={160} />
        </div>
      )}
    </div>
  );
}

function ExperimentTable({ experiments }: { experiments: readonly ExperimentSummary[] }) {
  return (
    <table className={styles["table"]}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" className={styles["number"]}>
            Traces
          </th>
          <th scope="col" className={styles["timeHead"]}>
            Last trace
          </th>
          <th scope="col" className={styles["timeHead"]}>
            Created
          </th>
          <th scope="col">Id</th>
        </tr>
      </thead>
      <tbody>
        {experiments.map((experiment) => (
          <ExperimentRow key={experiment.experiment_id} experiment={experiment} />
        ))}
      </tbody>
    </table>
  );
}

function ExperimentRow({ experiment }: { experiment: ExperimentSummary }) {
  const { experiment_id, name, n_traces, last_trace_time_unix_nano, creation_time_ms, lifecycle_stage } = experiment;
  const createdNanos = `${creation_time_ms}000000`;
  return (
    <tr data-testid="experiment-row" data-experiment-id={experiment_id}>
      <td>
        <span className={styles["name"]}>
          <FlaskConical size={14} className={styles["icon"]} aria-hidden />
          <Link to="/experiments/$experimentId" params={{ experimentId: experiment_id }} className={styles["link"]}>
            {name}
          </Link>
          {lifecycle_stage !== "active" && <Badge>{lifecycle_stage}</Badge>}
        </span>
      </td>
      <td className={styles["number"]}>{formatInteger(n_traces)}</td>
      {last_trace_time_unix_nano ? (
        <td className={styles["time"]} title={formatExactTime(last_trace_time_unix_nano)}>
          {formatListTime(last_trace_time_unix_nano)}
        </td>
      ) : (
        <td className={styles["never"]}>never</td>
      )}
      <td className={styles["time"]} title={formatExactTime(createdNanos)}>
        {formatListTime(createdNanos)}
      </td>
      <td className={styles["id"]}>{experiment_id}</td>
    </tr>
  );
}

// The page that lists experiments with what their traces add up to, and where they are made, changed, deleted and restored.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FlaskConical, RotateCcw, Trash2, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { ExperimentSummary } from "../../api/messages.ts";
import { deleteExperiment, restoreExperiment } from "../../api/mutations.ts";
import { experimentsQuery, settingsQuery } from "../../api/queries.ts";
import { formatCount, formatExactTime, formatInteger, formatListTime, formatName } from "../../base/format.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button, IconButton } from "../../components/Button.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { EditExperiment } from "./EditExperiment.tsx";
import { NewExperiment } from "./NewExperiment.tsx";
import styles from "./ExperimentsPage.module.css";

export function ExperimentsPage() {
  const { data, error, refetch } = useQuery(experimentsQuery());
  const [showsDeleted, setShowsDeleted] = useState(false);
  const all = data?.experiments ?? [];
  const active = all.filter((one) => one.lifecycle_stage === "active");
  const nDeleted = all.length - active.length;
  const shown = showsDeleted ? all : active;
  return (
    <div className={styles["page"]}>
      <title>Experiments · Traceloupe</title>
      <PageHeader
        title="Experiments"
        actions={
          <>
            {nDeleted > 0 && (
              <Button variant="ghost" aria-pressed={showsDeleted} onClick={() => setShowsDeleted(!showsDeleted)}>
                {showsDeleted ? "Hide deleted" : `Show ${formatInteger(nDeleted)} deleted`}
              </Button>
            )}
            <NewExperiment />
          </>
        }
      >
        {data && <span className={styles["count"]}>{formatCount(active.length, "experiment")}</span>}
      </PageHeader>
      {data && shown.length > 0 ? (
        <div className={styles["scroller"]}>
          <ExperimentTable experiments={shown} />
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
  const defaultId = useQuery(settingsQuery()).data?.default_experiment_id;
  const remove = useMutation(deleteExperiment());
  const restore = useMutation(restoreExperiment());
  const failure = remove.error ?? restore.error;
  return (
    <>
      {failure && (
        <p role="alert" className={styles["failure"]}>
          {failure.message}
        </p>
      )}
      <table className={styles["table"]}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Description</th>
            <th scope="col" className={styles["number"]}>
              Traces
            </th>
            <th scope="col" className={styles["timeHead"]}>
              Last trace
            </th>
            <th scope="col" className={styles["timeHead"]}>
              Created
            </th>
            <th scope="col" className={styles["idHead"]}>
              Id
            </th>
            <th scope="col" className={styles["tools"]}>
              <span className={styles["unseen"]}>Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {experiments.map((experiment) => (
            <ExperimentRow
              key={experiment.experiment_id}
              experiment={experiment}
              isDefault={experiment.experiment_id === defaultId}
              onDelete={() => remove.mutate(experiment.experiment_id)}
              onRestore={() => restore.mutate(experiment.experiment_id)}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}

type ExperimentRowProps = {
  experiment: ExperimentSummary;
  /** Whether traces that name no experiment go there. */
  isDefault: boolean;
  onDelete: () => void;
  onRestore: () => void;
};

function ExperimentRow({ experiment, isDefault, onDelete, onRestore }: ExperimentRowProps) {
  const { experiment_id, name, n_traces, last_trace_time_unix_nano, creation_time_ms, lifecycle_stage } = experiment;
  const isDeleted = lifecycle_stage !== "active";
  const createdNanos = `${creation_time_ms}000000`;
  const description = formatName(experiment.description ?? "");
  const tags = Object.entries<string>(experiment.tags).filter(([key]) => !key.startsWith("mlflow."));
  return (
    <tr data-testid="experiment-row" data-experiment-id={experiment_id} data-deleted={isDeleted || undefined}>
      <td>
        <span className={styles["name"]}>
          <FlaskConical size={14} className={styles["icon"]} aria-hidden />
          <Link to="/experiments/$experimentId" params={{ experimentId: experiment_id }} className={styles["link"]}>
            {formatName(name)}
          </Link>
          {isDefault && (
            <Badge title="Traces that name no experiment come here; edit another one to change that">default</Badge>
          )}
          {isDeleted && <Badge>{lifecycle_stage}</Badge>}
          {tags.slice(0, 3).map(([key, value]) => (
            <Badge key={key} title={formatName(`${key}: ${value}`)}>
              {formatName(`${key}: ${value}`).slice(0, 40)}
            </Badge>
          ))}
        </span>
      </td>
      <td className={styles["description"]} title={description === "" ? undefined : description}>
        {description}
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
      <td className={styles["tools"]}>
        {isDeleted ? (
          <Button icon={<RotateCcw size={13} aria-hidden />} onClick={onRestore} aria-label={`Restore ${name}`}>
            Restore
          </Button>
        ) : (
          <span className={styles["toolRow"]}>
            <EditExperiment experiment={experiment} isDefault={isDefault} />
            <IconButton
              label={`Delete ${name}`}
              icon={<Trash2 size={13} />}
              disabled={isDefault}
              title={isDefault ? "The default experiment stays: make another one the default first" : undefined}
              onClick={onDelete}
            />
          </span>
        )}
      </td>
    </tr>
  );
}

// The line over a list that is about one run of MLflow: which run it is, or that nobody knows it.
import { useQuery } from "@tanstack/react-query";
import { FlaskRound } from "lucide-react";
import { ApiError } from "../../api/client.ts";
import { runQuery } from "../../api/queries.ts";
import { formatDuration, formatExactTime, formatListTime, formatName } from "../../base/format.ts";
import { CopyButton } from "../../components/CopyButton.tsx";
import styles from "./RunLine.module.css";

const millisecond = 1_000_000n;

export function RunLine({ runId }: { runId: string }) {
  const { data: run, error } = useQuery(runQuery(runId));
  const isUnknown = error instanceof ApiError && error.code === "not_found";
  if (!run && !isUnknown) return null;
  const nanos = (milliseconds: number): string => String(BigInt(Math.trunc(milliseconds)) * millisecond);
  return (
    <div className={styles["line"]} data-testid="run-line">
      <FlaskRound size={13} aria-hidden />
      {run ? (
        <>
          <span className={styles["name"]}>Run {formatName(run.name)}</span>
          <span>{[run.is_deleted ? "deleted" : run.status.toLowerCase(), run.user].filter(Boolean).join(" · ")}</span>
          {run.start_time_ms > 0 && (
            <time title={formatExactTime(nanos(run.start_time_ms))}>{formatListTime(nanos(run.start_time_ms))}</time>
          )}
          {run.end_time_ms != null && run.end_time_ms >= run.start_time_ms && (
            <span>{formatDuration(nanos(run.end_time_ms - run.start_time_ms))}</span>
          )}
        </>
      ) : (
        <span>There is no run {formatName(runId)} here; traces that name it are listed all the same</span>
      )}
      <CopyButton text={runId} label="Copy run id" />
    </div>
  );
}

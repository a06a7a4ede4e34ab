// All log records of a trace by time, each with the span that it belongs to.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { traceLogsQuery } from "../../api/queries.ts";
import { formatInteger } from "../../base/format.ts";
import { Button } from "../../components/Button.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { LogEntry } from "../../span-detail/LogEntry.tsx";
import type { SpanTable } from "../../trace-model/span-table.ts";
import { findSpan } from "../../trace-model/span-table.ts";
import styles from "./TraceOverview.module.css";

/** Few enough to load with the page. */
const fewLogs = 200;
const logsPerStep = 100;

type TraceLogsProps = {
  table: SpanTable;
  /** How many there are. */
  nLogs: number;
  startTime: string;
  onOpenSpan: (spanId: string) => void;
};

export function TraceLogs({ table, nLogs, startTime, onOpenSpan }: TraceLogsProps) {
  const [isAsked, setIsAsked] = useState(nLogs <= fewLogs);
  const [nShown, setNShown] = useState(logsPerStep);
  const query = useQuery({ ...traceLogsQuery(table.traceId), enabled: isAsked });
  const logs = query.data?.logs;
  return (
    <section>
      <header className={styles["head"]}>
        <h3>Log records</h3>
        <span className={styles["count"]}>{formatInteger(nLogs)}</span>
      </header>
      {logs ? (
        <>
          <ol className={styles["logs"]}>
            {logs.slice(0, nShown).map((log, place) => (
              <li key={place} className={styles["log"]} data-testid="trace-log">
                <LogEntry log={log} startTime={startTime}>
                  {log.span_id && <SpanButton table={table} spanId={log.span_id} onOpen={onOpenSpan} />}
                </LogEntry>
              </li>
            ))}
          </ol>
          {logs.length > nShown && (
            <Button onClick={() => setNShown(nShown + logsPerStep)}>
              Show {formatInteger(Math.min(logsPerStep, logs.length - nShown))} more of {formatInteger(logs.length)}
            </Button>
          )}
        </>
      ) : query.error ? (
        <p role="alert" className={styles["failed"]}>
          They could not be loaded: {query.error.message}{" "}
          <Button onClick={() => void query.refetch()}>Try again</Button>
        </p>
      ) : isAsked ? (
        <div role="status" aria-label="Loading log records">
          <Skeleton width="70%" />
        </div>
      ) : (
        <Button onClick={() => setIsAsked(true)}>Load them</Button>
      )}
    </section>
  );
}

type SpanButtonProps = { table: SpanTable; spanId: string; onOpen: (spanId: string) => void };

function SpanButton({ table, spanId, onOpen }: SpanButtonProps) {
  const row = findSpan(table, spanId);
  if (row === null) {
    return (
      <span className={styles["noSpan"]} title={spanId}>
        span not received
      </span>
    );
  }
  const name = table.strings.label(table.name[row] ?? 0);
  return (
    <button type="button" className={styles["span"]} title="Select this span" onClick={() => onOpen(spanId)}>
      {name === "" ? "(no name)" : name}
    </button>
  );
}

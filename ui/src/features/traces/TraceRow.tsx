// One row of the trace list; drawn again only when its trace or its place changed.
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleAlert, CircleDashed, Waypoints } from "lucide-react";
import { Fragment, memo } from "react";
import { askForTrace } from "../../api/ask-for-trace.ts";
import type { TraceSummary } from "../../api/messages.ts";
import { formatExactTime, formatListTime, formatName } from "../../base/format.ts";
import { BaselineButton } from "../../components/BaselineButton.tsx";
import { PinButton } from "../../components/PinButton.tsx";
import { columns, stateNames } from "./columns.tsx";
import type { ColumnId } from "./list-view.ts";
import styles from "./TraceList.module.css";

type TraceRowProps = {
  row: TraceSummary;
  /** Place in the list, from 0. */
  index: number;
  top: number;
  isActive: boolean;
  isMarked: boolean;
  /** Whether others are measured against it. */
  isBaseline: boolean;
  /** Duration that fills the bar. */
  longestNs: number;
  shownColumns: readonly ColumnId[];
  experimentNames: ReadonlyMap<string, string>;
  onPin: (traceId: string, isPinned: boolean) => void;
  onBaseline: (row: TraceSummary) => void;
  onMark: (traceId: string) => void;
  onCondition: (condition: string) => void;
};

export const TraceRow = memo(function TraceRow(props: TraceRowProps) {
  const { row, index, top, isActive, isMarked, isBaseline, longestNs, shownColumns, experimentNames } = props;
  const { onPin, onBaseline, onMark, onCondition } = props;
  const queryClient = useQueryClient();
  const name = formatName(row.name) || "(no name)";
  return (
    <div
      id={rowId(row.trace_id)}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isActive}
      className={styles["row"]}
      data-testid="trace-row"
      data-trace-id={row.trace_id}
      data-state={row.state}
      data-marked={isMarked || undefined}
      data-baseline={isBaseline || undefined}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="gridcell" className={styles["mark"]}>
        <input
          type="checkbox"
          checked={isMarked}
          onChange={() => onMark(row.trace_id)}
          aria-label={`Mark ${name}`}
          title="Mark (Space)"
          tabIndex={-1}
        />
      </span>
      <span role="gridcell" className={styles["time"]} title={formatExactTime(row.start_time_unix_nano)}>
        {formatListTime(row.start_time_unix_nano)}
      </span>
      <span role="gridcell" className={styles["name"]}>
        <StateIcon state={row.state} />
        <Link
          to="/traces/$traceId"
          params={{ traceId: row.trace_id }}
          className={styles["link"]}
          tabIndex={-1}
          // A press lasts about as long as the server takes.
          onPointerDown={() => askForTrace(queryClient, row.trace_id)}
        >
          {name}
        </Link>
        {!shownColumns.includes("request") && row.request_preview && (
          <span className={styles["said"]}>{formatName(row.request_preview)}</span>
        )}
        <span className={styles["pin"]} data-pinned={row.is_pinned || undefined}>
          <PinButton
            isPinned={row.is_pinned}
            onToggle={() => onPin(row.trace_id, !row.is_pinned)}
            what={name}
            meaning="kept whatever retention says (P)"
            tabIndex={-1}
          />
        </span>
        <span className={styles["pin"]} data-pinned={isBaseline || undefined}>
          <BaselineButton isBaseline={isBaseline} onToggle={() => onBaseline(row)} what={name} tabIndex={-1} />
        </span>
        {!row.has_root && (
          <span
            className={styles["note"]}
            title={row.n_spans > 0 ? "The root span has not arrived" : "No span has arrived"}
          >
            {row.n_spans > 0 ? "no root yet" : row.state === "IN_PROGRESS" ? "no spans yet" : "no spans"}
          </span>
        )}
      </span>
      {shownColumns.map((id) => (
        <Fragment key={id}>{columns[id].cell({ row, isBaseline, longestNs, experimentNames, onCondition })}</Fragment>
      ))}
    </div>
  );
});

/** The DOM id of a row, for `aria-activedescendant`. */
export function rowId(traceId: string): string {
  return `trace-${traceId}`;
}

function StateIcon({ state }: { state: TraceSummary["state"] }) {
  const Icon = state === "ERROR" ? CircleAlert : state === "IN_PROGRESS" ? CircleDashed : Waypoints;
  const kind = state === "ERROR" ? "iconError" : state === "IN_PROGRESS" ? "iconRunning" : "icon";
  return <Icon size={14} className={styles[kind]} role="img" aria-label={stateNames[state]} />;
}

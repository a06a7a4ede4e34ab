// One row of the trace list; drawn again only when its trace or its place changed.
import { Link } from "@tanstack/react-router";
import { CircleAlert, CircleDashed, Waypoints } from "lucide-react";
import { memo } from "react";
import type { TraceSummary } from "../../api/messages.ts";
import {
  formatDuration,
  formatExactDuration,
  formatExactTime,
  formatInteger,
  formatListTime,
  formatName,
  formatTokens,
} from "../../base/format.ts";
import { SourceBadge } from "../../components/Badge.tsx";
import { PinButton } from "../../components/PinButton.tsx";
import styles from "./TraceList.module.css";

type TraceRowProps = {
  row: TraceSummary;
  /** Place in the list, from 0. */
  index: number;
  top: number;
  isActive: boolean;
  /** Duration that fills the bar. */
  longestNs: number;
  onPin: (traceId: string, isPinned: boolean) => void;
  /** Name of its experiment, where rows of several are listed. */
  experimentName: string | undefined;
};

export const TraceRow = memo(function TraceRow(props: TraceRowProps) {
  const { row, index, top, isActive, longestNs, onPin, experimentName } = props;
  const share = longestNs > 0 ? Number(row.duration_ns) / longestNs : 0;
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
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="gridcell" className={styles["time"]} title={formatExactTime(row.start_time_unix_nano)}>
        {formatListTime(row.start_time_unix_nano)}
      </span>
      <span role="gridcell" className={styles["name"]}>
        <StateIcon state={row.state} />
        <Link to="/traces/$traceId" params={{ traceId: row.trace_id }} className={styles["link"]} tabIndex={-1}>
          {formatName(row.name)}
        </Link>
        <span className={styles["pin"]} data-pinned={row.is_pinned || undefined}>
          <PinButton
            isPinned={row.is_pinned}
            onToggle={() => onPin(row.trace_id, !row.is_pinned)}
            what={formatName(row.name)}
            meaning="kept whatever retention says (P)"
            tabIndex={-1}
          />
        </span>
        {!row.has_root && (
          <span className={styles["note"]} title="The root span has not arrived">
            no root yet
          </span>
        )}
      </span>
      {experimentName !== undefined && (
        <span role="gridcell" className={styles["text"]} title={experimentName}>
          {experimentName}
        </span>
      )}
      <span role="gridcell" className={styles["text"]} title={row.services.join(", ")}>
        {row.services.join(", ")}
      </span>
      <span role="gridcell" className={styles["number"]} title={formatExactDuration(row.duration_ns)}>
        {formatDuration(row.duration_ns)}
      </span>
      <span role="presentation" className={styles["barTrack"]}>
        <span className={styles["bar"]} style={{ width: `${Math.min(100, share * 100)}%` }} />
      </span>
      <span role="gridcell" className={styles["number"]}>
        {formatInteger(row.n_spans)}
      </span>
      <span role="gridcell" className={styles["errors"]}>
        {row.n_errors > 0 && formatInteger(row.n_errors)}
      </span>
      <span role="gridcell" className={styles["number"]} title={tokensTitle(row)}>
        {tokensText(row)}
      </span>
      <span role="gridcell" className={styles["state"]}>
        {stateNames[row.state]}
      </span>
      <span role="gridcell" className={styles["sources"]}>
        {row.sources.map((source) => (
          <SourceBadge key={source} source={source} />
        ))}
      </span>
    </div>
  );
});

/** The DOM id of a row, for `aria-activedescendant`. */
export function rowId(traceId: string): string {
  return `trace-${traceId}`;
}

const stateNames = { OK: "OK", ERROR: "Error", IN_PROGRESS: "In progress", STATE_UNSPECIFIED: "Unset" } as const;

function StateIcon({ state }: { state: TraceSummary["state"] }) {
  if (state === "ERROR") return <CircleAlert size={14} className={styles["iconError"]} aria-hidden />;
  if (state === "IN_PROGRESS") return <CircleDashed size={14} className={styles["iconRunning"]} aria-hidden />;
  return <Waypoints size={14} className={styles["icon"]} aria-hidden />;
}

function tokensText({ input_tokens, output_tokens }: TraceSummary): string {
  if (input_tokens == null && output_tokens == null) return "";
  return formatTokens((input_tokens ?? 0) + (output_tokens ?? 0));
}

function tokensTitle({ input_tokens, output_tokens }: TraceSummary): string | undefined {
  if (input_tokens == null && output_tokens == null) return undefined;
  const part = (tokens: number | null | undefined): string => (tokens == null ? "unknown" : formatInteger(tokens));
  return `${part(input_tokens)} in, ${part(output_tokens)} out`;
}

// The columns of the trace list: head, width, order, and what a cell shows.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { AssessmentCell, TraceSummary } from "../../api/messages.ts";
import {
  formatCost,
  formatDelta,
  formatDuration,
  formatExactDuration,
  formatInteger,
  formatName,
  formatTokens,
} from "../../base/format.ts";
import { Badge, SourceBadge } from "../../components/Badge.tsx";
import { shortValue } from "../../span-detail/assessments/assessment-value.ts";
import { assessmentCondition } from "../../span-detail/find-traces.ts";
import type { ColumnId } from "./list-view.ts";
import styles from "./TraceList.module.css";

export type CellFacts = {
  row: TraceSummary;
  /** Whether others are measured against it. */
  isBaseline: boolean;
  /** Duration that fills the bar. */
  longestNs: number;
  experimentNames: ReadonlyMap<string, string>;
  /** Adds a condition to the query. */
  onCondition: (condition: string) => void;
};

export type Column = {
  title: string;
  /** Width in a grid. */
  width: string;
  /** Width below which it would be of no use, in pixels. */
  least: number;
  /** What the server orders by; absent where it cannot. */
  orderKey?: string;
  isNumber?: boolean;
  cell: (facts: CellFacts) => ReactNode;
};

export const columns: Record<ColumnId, Column> = {
  request: { title: "Request", width: "minmax(120px, 2fr)", least: 120, cell: ({ row }) => text(row.request_preview) },
  response: {
    title: "Response",
    width: "minmax(120px, 2fr)",
    least: 120,
    cell: ({ row }) => text(row.response_preview),
  },
  experiment: {
    title: "Experiment",
    width: "minmax(80px, 1fr)",
    least: 80,
    cell: ({ row, experimentNames }) => text(experimentNames.get(row.experiment_id) ?? row.experiment_id),
  },
  services: {
    title: "Services",
    width: "minmax(70px, 1fr)",
    least: 70,
    cell: ({ row }) => text(row.services.join(", ")),
  },
  duration: {
    title: "Duration",
    width: "minmax(124px, 1fr)",
    least: 124,
    orderKey: "duration",
    cell: (facts) => <Duration {...facts} />,
  },
  spans: {
    title: "Spans",
    width: "46px",
    least: 46,
    orderKey: "spans",
    isNumber: true,
    cell: ({ row }) => (
      <span role="gridcell" className={styles["number"]}>
        {formatInteger(row.n_spans)}
      </span>
    ),
  },
  errors: {
    title: "Errors",
    width: "44px",
    least: 44,
    orderKey: "errors",
    isNumber: true,
    cell: ({ row }) => (
      <span role="gridcell" className={styles["errors"]}>
        {row.n_errors > 0 && formatInteger(row.n_errors)}
      </span>
    ),
  },
  tokens: {
    title: "Tokens",
    width: "58px",
    least: 58,
    orderKey: "tokens",
    isNumber: true,
    cell: ({ row }) => (
      <span role="gridcell" className={styles["number"]} title={tokensTitle(row)}>
        {tokensText(row)}
      </span>
    ),
  },
  cost: {
    title: "Cost",
    width: "78px",
    least: 78,
    orderKey: "cost",
    isNumber: true,
    cell: ({ row }) => (
      <span role="gridcell" className={styles["number"]}>
        {row.cost_pico_usd != null && formatCost(row.cost_pico_usd)}
      </span>
    ),
  },
  session: {
    title: "Session",
    width: "minmax(70px, 0.9fr)",
    least: 70,
    orderKey: "session",
    cell: ({ row }) => text(row.session),
  },
  user: { title: "User", width: "minmax(70px, 0.9fr)", least: 70, orderKey: "user", cell: ({ row }) => text(row.user) },
  assessments: {
    title: "Feedback",
    width: "minmax(164px, 1.3fr)",
    least: 164,
    cell: (facts) => <AssessmentCells {...facts} />,
  },
  state: {
    title: "State",
    width: "84px",
    least: 84,
    orderKey: "status",
    cell: ({ row }) => (
      <span role="gridcell" className={styles["state"]}>
        {stateNames[row.state]}
      </span>
    ),
  },
  source: {
    title: "Source",
    width: "56px",
    least: 56,
    cell: ({ row }) => (
      <span role="gridcell" className={styles["sources"]}>
        {row.sources.length > 1 ? (
          <Badge title="Spans of the MLflow SDK and of OpenTelemetry, merged">both</Badge>
        ) : (
          row.sources.map((source) => <SourceBadge key={source} source={source} />)
        )}
      </span>
    ),
  },
};

export const stateNames = { OK: "OK", ERROR: "Error", IN_PROGRESS: "In progress", STATE_UNSPECIFIED: "Unset" } as const;

/** Mark, time and root stand in every list, before the chosen columns. */
const fixedWidths = "22px 120px";
/** The root says what was asked too, where no column of its own does. */
const rootWidths = { alone: "minmax(200px, 2fr)", withRequest: "minmax(200px, 4fr)" };
const fixedLeast = 22 + 120 + 200;
const [gap, padding] = [12, 28];

/** Returns the columns as a grid has them, and the width below which the list scrolls. */
export function gridOf(ids: readonly ColumnId[]): { template: string; least: number } {
  return {
    template: [
      fixedWidths,
      ids.includes("request") ? rootWidths.alone : rootWidths.withRequest,
      ...ids.map((id) => columns[id].width),
    ].join(" "),
    least: padding + fixedLeast + 2 * gap + ids.reduce((sum, id) => sum + columns[id].least + gap, 0),
  };
}

function text(value: string | null | undefined): ReactNode {
  const shown = formatName(value ?? "");
  return (
    <span role="gridcell" className={styles["text"]} title={shown === "" ? undefined : shown}>
      {shown}
    </span>
  );
}

function Duration({ row, isBaseline, longestNs }: CellFacts) {
  const share = longestNs > 0 ? Number(row.duration_ns) / longestNs : 0;
  return (
    <span role="gridcell" className={styles["duration"]} title={formatExactDuration(row.duration_ns)}>
      <span className={styles["number"]}>{formatDuration(row.duration_ns)}</span>
      <span className={styles["barTrack"]} aria-hidden>
        <span className={styles["bar"]} style={{ width: `${Math.min(100, share * 100)}%` }} />
      </span>
      {isBaseline ? (
        <span className={styles["delta"]} title="Later traces are measured against it">
          baseline
        </span>
      ) : (
        <BaselineDelta row={row} />
      )}
    </span>
  );
}

/** How much longer or shorter the trace took than the baseline of its name; leads to their comparison. */
function BaselineDelta({ row: { trace_id: candidate, baseline } }: { row: TraceSummary }) {
  if (baseline == null || baseline.trace_id === candidate) return null;
  const delta = Number(baseline.delta_duration_ns);
  const tone = delta > 0 ? "worse" : delta < 0 ? "better" : undefined;
  return (
    <Link
      to="/compare"
      search={{ baseline: baseline.trace_id, candidate }}
      className={styles["delta"]}
      data-tone={tone}
      data-testid="baseline-delta"
      title={`Against the baseline of ${formatDuration(baseline.baseline_duration_ns)}: compare`}
      tabIndex={-1}
    >
      {formatDelta(delta, formatDuration)}
    </Link>
  );
}

function tokensText({ input_tokens, output_tokens, total_tokens }: TraceSummary): string {
  if (input_tokens == null && output_tokens == null && total_tokens == null) return "";
  return formatTokens(total_tokens ?? (input_tokens ?? 0) + (output_tokens ?? 0));
}

function tokensTitle({ input_tokens, output_tokens }: TraceSummary): string | undefined {
  if (input_tokens == null && output_tokens == null) return undefined;
  const part = (tokens: number | null | undefined): string => (tokens == null ? "unknown" : formatInteger(tokens));
  return `${part(input_tokens)} in, ${part(output_tokens)} out`;
}

/** Assessments that a cell has room for. */
const nAssessments = 2;

function rankOf(kind: AssessmentCell["kind"]): number {
  return kind === "expectation" ? 1 : 0;
}

function AssessmentCells({ row, onCondition }: CellFacts) {
  // What was judged before what is expected, which is long and the same in many rows: there the name is enough.
  const shown = row.assessments.toSorted((a, b) => rankOf(a.kind) - rankOf(b.kind)).slice(0, nAssessments);
  const title = row.assessments.map(({ name, value }) => `${name}: ${shortValue(value).text}`).join(", ");
  return (
    <span role="gridcell" className={styles["assessments"]} title={title === "" ? undefined : formatName(title)}>
      {shown.map(({ name, kind, value }) => {
        const { text: said, tone } = shortValue(value);
        const condition = value == null || value === "null" ? null : assessmentCondition(kind, name, value);
        return (
          <button
            key={`${kind} ${name}`}
            type="button"
            className={styles["assessment"]}
            data-kind={kind}
            disabled={condition === null}
            tabIndex={-1}
            aria-label={`Only traces with ${name} ${said}`}
            onClick={() => condition !== null && onCondition(condition)}
          >
            <span className={styles["assessmentName"]}>{formatName(name)}</span>
            {kind !== "expectation" && (
              <span className={styles["assessmentValue"]} data-tone={tone}>
                {formatName(said)}
              </span>
            )}
          </button>
        );
      })}
      {row.assessments.length > shown.length && (
        <span className={styles["moreAssessments"]}>+{row.assessments.length - shown.length}</span>
      )}
    </span>
  );
}

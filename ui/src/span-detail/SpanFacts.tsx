// The numbers of a span in a strip: when, how long, how many tokens, at what cost.
import type { SpanDetail } from "../api/messages.ts";
import {
  formatCost,
  formatDuration,
  formatExactDuration,
  formatExactTime,
  formatInteger,
  formatTokens,
} from "../base/format.ts";
import { nanosBetween, parseUnixNanos } from "../base/time.ts";
import { ownTimeOf } from "../trace-model/self-time.ts";
import type { SpanIndex, SpanTable } from "../trace-model/span-table.ts";
import { hasChildren } from "../trace-model/span-table.ts";
import styles from "./SpanFacts.module.css";

interface Fact {
  readonly label: string;
  readonly value: string;
  /** The exact value. */
  readonly title: string;
}

/** `row` is the span in its table; null while the table is older than the span. */
export function SpanFacts({ span, table, row }: { span: SpanDetail; table: SpanTable; row: SpanIndex | null }) {
  return (
    <dl className={styles["facts"]}>
      {factsOf(span, table, row).map(({ label, value, title }) => (
        <div key={label} className={styles["fact"]}>
          <dt>{label}</dt>
          <dd title={title}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function factsOf(span: SpanDetail, table: SpanTable, row: SpanIndex | null): Fact[] {
  const facts = [durationOf(span)];
  if (row !== null && hasChildren(table, row)) {
    const own = Math.round(ownTimeOf(table, row));
    facts.push({
      label: "Self time",
      value: formatDuration(own),
      title: `${formatExactDuration(own)} without children`,
    });
  }
  const firstToken = span.llm?.time_to_first_token_ns;
  if (firstToken) {
    facts.push({ label: "First token", value: formatDuration(firstToken), title: formatExactDuration(firstToken) });
  }
  facts.push(startOf(span, table));
  if (row === null) return facts;
  const [input, output, cost] = [table.inputTokens[row] ?? -1, table.outputTokens[row] ?? -1, table.cost[row] ?? -1];
  if (input >= 0 || output >= 0) {
    const text = (tokens: number, format: (tokens: number) => string): string => (tokens < 0 ? "–" : format(tokens));
    facts.push({
      label: "Tokens in / out",
      value: `${text(input, formatTokens)} / ${text(output, formatTokens)}`,
      title: `${text(input, formatInteger)} in, ${text(output, formatInteger)} out`,
    });
  }
  if (cost >= 0) facts.push({ label: "Cost", value: formatCost(cost), title: costTitle(span, cost) });
  return facts;
}

function costTitle({ llm }: SpanDetail, picoUsd: number): string {
  const how = llm?.cost?.is_computed === true ? ", computed from the price table" : "";
  return `${formatInteger(picoUsd)} pico-dollars${how}`;
}

function durationOf({ duration_ns: duration }: SpanDetail): Fact {
  if (!duration) return { label: "Duration", value: "running", title: "This span has not ended" };
  const isReversed = duration.startsWith("-");
  return {
    label: isReversed ? "Duration, reversed" : "Duration",
    value: formatDuration(duration),
    title: isReversed ? `${formatExactDuration(duration)}: it ends before it starts` : formatExactDuration(duration),
  };
}

function startOf({ start_time_unix_nano: startTime }: SpanDetail, table: SpanTable): Fact {
  const start = parseUnixNanos(startTime);
  const offset = start === null ? 0 : nanosBetween(table.baseTime, start);
  return {
    label: "Start",
    value: offset < 0 ? formatDuration(offset) : `+${formatDuration(offset)}`,
    title: formatExactTime(startTime),
  };
}

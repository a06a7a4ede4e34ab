// What the inspector shows while no span is selected: the trace itself.
import { useContext } from "react";
import type { TraceDetail } from "../../api/messages.ts";
import { formatCost, formatExactTime, formatInteger, formatName } from "../../base/format.ts";
import { CopyButton } from "../../components/CopyButton.tsx";
import { Kbd } from "../../components/Kbd.tsx";
import { scrollerMark } from "../../span-detail/json/use-scroller.ts";
import { BreakableKey } from "../../span-detail/AttributeTable.tsx";
import { Assessments } from "../../span-detail/assessments/Assessments.tsx";
import { ReadOnlyContext } from "../../span-detail/read-only-context.ts";
import { Text } from "../../span-detail/Text.tsx";
import { findSpan, type SpanTable } from "../../trace-model/span-table.ts";
import { TraceLogs } from "./TraceLogs.tsx";
import styles from "./TraceOverview.module.css";

type TraceOverviewProps = {
  trace: TraceDetail;
  table: SpanTable;
  onOpenSpan: (spanId: string) => void;
  /** Whether the server has it no more. */
  isGone: boolean;
};

export function TraceOverview({ trace, table, onOpenSpan, isGone }: TraceOverviewProps) {
  const isReadOnly = useContext(ReadOnlyContext);
  const { summary } = trace;
  return (
    <div className={styles["overview"]} {...scrollerMark}>
      <h2 className={styles["title"]}>Trace</h2>
      <dl className={styles["facts"]}>
        <Fact label="Id" value={summary.trace_id} isMono />
        {trace.client_trace_id && <Fact label="MLflow id" value={trace.client_trace_id} />}
        <Fact label="Started" value={formatExactTime(summary.start_time_unix_nano)} />
        <Fact label="Services" value={summary.services.join(", ")} />
        {summary.input_tokens !== null && summary.input_tokens !== undefined && (
          <Fact
            label="Tokens"
            value={`${formatInteger(summary.input_tokens)} in, ${formatInteger(summary.output_tokens ?? 0)} out`}
          />
        )}
        {summary.cost_pico_usd && <Fact label="Cost" value={formatCost(summary.cost_pico_usd)} />}
        <Fact label="Session" value={formatName(summary.session ?? "")} />
        <Fact label="User" value={formatName(trace.metadata["mlflow.trace.user"] ?? "")} />
      </dl>
      <Preview title="Request" text={trace.request_preview ?? ""} />
      <Preview title="Response" text={trace.response_preview ?? ""} />
      {!isGone && (
        <section>
          <header className={styles["head"]}>
            <h3>Feedback</h3>
          </header>
          <Assessments
            traceId={summary.trace_id}
            spanId={null}
            nameOfSpan={(spanId) => {
              const row = findSpan(table, spanId);
              return row === null ? null : table.strings.get(table.name[row] ?? 0);
            }}
            onOpenSpan={onOpenSpan}
            isReadOnly={isReadOnly}
          />
        </section>
      )}
      <Pairs title="Tags" pairs={trace.tags} />
      <Pairs title="Metadata" pairs={withoutFacts(trace.metadata)} />
      {trace.n_logs > 0 && (
        <TraceLogs
          table={table}
          nLogs={trace.n_logs}
          startTime={summary.start_time_unix_nano}
          onOpenSpan={onOpenSpan}
        />
      )}
      <p className={styles["hint"]}>
        Select a span with a click, or with <Kbd>j</Kbd> and <Kbd>k</Kbd>
      </p>
    </div>
  );
}

/** What stands among the facts, in words that people read. */
const keysOfFacts = ["cost", "tokenUsage", "session", "user"].map((name) => `mlflow.trace.${name}`);

function withoutFacts(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !keysOfFacts.includes(key)));
}

function Fact({ label, value, isMono = false }: { label: string; value: string; isMono?: boolean }) {
  if (value === "") return null;
  return (
    <div className={styles["fact"]}>
      <dt>{label}</dt>
      <dd data-mono={isMono || undefined}>{value}</dd>
    </div>
  );
}

function Preview({ title, text }: { title: string; text: string }) {
  if (text === "") return null;
  return (
    <section>
      <header className={styles["head"]}>
        <h3>{title}</h3>
        <CopyButton text={text} label={`Copy ${title.toLowerCase()}`} />
      </header>
      <div className={styles["card"]}>
        <Text text={text} />
      </div>
    </section>
  );
}

function Pairs({ title, pairs }: { title: string; pairs: Readonly<Record<string, string>> }) {
  const entries = Object.entries(pairs);
  if (entries.length === 0) return null;
  return (
    <section>
      <header className={styles["head"]}>
        <h3>{title}</h3>
      </header>
      <dl className={styles["facts"]}>
        {entries.map(([key, value]) => (
          <div key={key} className={styles["fact"]}>
            <dt data-mono>
              <BreakableKey text={key} />
            </dt>
            <dd>
              <Text text={value} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

// The findings of the doctor, one below the other, with the way to the spans that they are about.
import { useQuery } from "@tanstack/react-query";
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { Finding, FindingSeverity } from "../../api/messages.ts";
import { spanTableQuery } from "../../api/queries.ts";
import { formatCount, formatInteger } from "../../base/format.ts";
import { runsOf } from "../../span-detail/chat/marked-text.ts";
import { decodeSpanTable } from "../../trace-model/decode.ts";
import type { SpanTable } from "../../trace-model/span-table.ts";
import { findSpan } from "../../trace-model/span-table.ts";
import styles from "./DoctorBadge.module.css";

type DoctorFindingsProps = { traceId: string; findings: readonly Finding[]; onOpenSpan: (spanId: string) => void };

const icons = { error: CircleAlert, warning: TriangleAlert, info: Info } as const;
const severityNames: Readonly<Record<FindingSeverity, string>> = { error: "Error", warning: "Warning", info: "Note" };

export function DoctorFindings({ traceId, findings, onOpenSpan }: DoctorFindingsProps) {
  const { data: table } = useQuery({ ...spanTableQuery(traceId), select: decodeSpanTable });
  return (
    <ul className={styles["findings"]} data-testid="doctor-findings">
      {findings.map((finding, place) => {
        const Icon = icons[finding.severity];
        return (
          <li key={place} className={styles["finding"]} data-severity={finding.severity} data-code={finding.code}>
            <h3 className={styles["title"]}>
              <Icon size={14} aria-label={severityNames[finding.severity]} />
              <span dir="auto">
                <Words text={finding.title} />
              </span>
            </h3>
            <p>
              <Words text={finding.meaning} />
            </p>
            <p>
              <b className={styles["fix"]}>Fix</b> <Words text={finding.fix} />
            </p>
            <Spans finding={finding} table={table ?? null} onOpenSpan={onOpenSpan} />
          </li>
        );
      })}
    </ul>
  );
}

/** Names of settings and of calls look like code. */
function Words({ text }: { text: string }) {
  return runsOf(text.slice(0, 4000)).map(({ kind, text: run }, place) =>
    kind === "code" ? (
      <code key={place} className={styles["code"]}>
        {run}
      </code>
    ) : (
      run
    ),
  );
}

const firstSpans = 4;

type SpansProps = { finding: Finding; table: SpanTable | null; onOpenSpan: (spanId: string) => void };

function Spans({ finding, table, onOpenSpan }: SpansProps) {
  const { span_ids: spanIds, n_spans: nSpans } = finding;
  const [isAll, setIsAll] = useState(false);
  const shown = isAll ? spanIds : spanIds.slice(0, firstSpans);
  return (
    <div className={styles["spans"]}>
      <span className={styles["count"]}>{formatCount(nSpans, "span")}</span>
      {shown.map((spanId) => (
        <button key={spanId} type="button" className={styles["span"]} title={spanId} onClick={() => onOpenSpan(spanId)}>
          {nameOf(table, spanId)}
        </button>
      ))}
      {shown.length < spanIds.length && (
        <button type="button" className={styles["more"]} onClick={() => setIsAll(true)}>
          {formatInteger(spanIds.length - shown.length)} more
        </button>
      )}
      {isAll && spanIds.length < nSpans && <span className={styles["count"]}>the first {spanIds.length} of them</span>}
    </div>
  );
}

function nameOf(table: SpanTable | null, spanId: string): string {
  const row = table === null ? null : findSpan(table, spanId);
  const name = table === null || row === null ? spanId : table.strings.label(table.name[row] ?? 0);
  return name === "" ? "(no name)" : name.slice(0, 80);
}

// The bar over a trace in a frame of a notebook: what it is, and the way to its page, in a window of its own.
import { ExternalLink } from "lucide-react";
import type { TraceSummary } from "../../api/messages.ts";
import { formatCount, formatDuration, formatName } from "../../base/format.ts";
import { PageHeader } from "../../components/PageHeader.tsx";
import styles from "./EmbeddedHeader.module.css";

export function EmbeddedHeader({ summary }: { summary: TraceSummary }) {
  return (
    <PageHeader
      title={<span dir="auto">{formatName(summary.name) || "(no name)"}</span>}
      actions={
        <a href={`/traces/${summary.trace_id}`} target="_blank" rel="noopener" className={styles["open"]}>
          Open in Traceloupe
          <ExternalLink size={12} aria-hidden />
        </a>
      }
    >
      <span className={styles["facts"]}>
        {formatDuration(summary.duration_ns)} · {formatCount(summary.n_spans, "span")}
        {summary.n_errors > 0 && <span className={styles["errors"]}> · {formatCount(summary.n_errors, "error")}</span>}
      </span>
    </PageHeader>
  );
}

// The span as OTLP/JSON: every copy as it came, long values folded.
import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import type { SpanDetail } from "../api/messages.ts";
import { spanOtlpQuery, spanOtlpUrl } from "../api/queries.ts";
import { formatBytes, formatCount } from "../base/format.ts";
import { Button } from "../components/Button.tsx";
import { CopyButton } from "../components/CopyButton.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import { JsonText } from "./json/JsonText.tsx";
import paneStyles from "./panes.module.css";
import styles from "./RawOtlp.module.css";

export function RawOtlp({ span }: { span: SpanDetail }) {
  const { trace_id: traceId, span_id: spanId, origins } = span;
  const query = useQuery(spanOtlpQuery(traceId, spanId));
  const text = query.data;
  if (text === undefined) {
    return (
      <div className={paneStyles["pane"]}>
        {query.error ? (
          <p role="alert" className={paneStyles["quiet"]}>
            It could not be loaded: {query.error.message}{" "}
            <Button onClick={() => void query.refetch()}>Try again</Button>
          </p>
        ) : (
          <div role="status" aria-label="Loading the raw span">
            <Skeleton width="70%" />
          </div>
        )}
      </div>
    );
  }
  return (
    <div className={styles["raw"]} data-testid="raw-otlp">
      <header className={styles["head"]}>
        <span className={styles["facts"]}>
          ExportTraceServiceRequest, {formatBytes(text.length)}
          {origins.length > 1 && `, ${formatCount(origins.length, "copy", "copies")}`}
        </span>
        <CopyButton text={text} label="Copy OTLP/JSON" caption="Copy" />
        <a className={styles["download"]} href={spanOtlpUrl(traceId, spanId)} download={`${spanId}.otlp.json`}>
          <Download size={13} aria-hidden />
          Download
        </a>
      </header>
      <JsonText text={text} label="Raw OTLP" firstRows={120} longText={300} />
    </div>
  );
}

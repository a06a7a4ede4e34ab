// Says which trace came last, and announces one that arrives while the page is open.
import { Link } from "@tanstack/react-router";
import { ArrowRight } from "lucide-react";
import { useState } from "react";
import type { TraceList, TraceSummary } from "../../api/messages.ts";
import { formatCount, formatDuration, formatListTime } from "../../base/format.ts";
import styles from "./HomePage.module.css";

export function Arrivals({ latest }: { latest: TraceList }) {
  // What was there when the page opened is not news.
  const [nAtOpening] = useState(latest.n_total);
  const [idsAtOpening] = useState(() => new Set(latest.traces.map((trace) => trace.trace_id)));
  const newest = latest.traces.find((trace) => !idsAtOpening.has(trace.trace_id));
  const others = latest.traces.filter((trace) => trace !== newest);

  return (
    <section className={styles["section"]} aria-labelledby="arrivals">
      <h3 id="arrivals" className={styles["sectionTitle"]}>
        Traces
        {latest.traces.length > 0 && (
          <Link to="/traces" className={styles["all"]}>
            See all
          </Link>
        )}
      </h3>
      <div role="status">
        {newest ? (
          <Link
            to="/traces/$traceId"
            params={{ traceId: newest.trace_id }}
            className={styles["news"]}
            data-testid="first-trace"
          >
            <span className={styles["newsTitle"]}>
              {nAtOpening === 0 ? "First trace" : "New trace"}: {newest.name}
            </span>
            <span className={styles["newsFacts"]}>
              {formatCount(newest.n_spans, "span")} · {formatDuration(newest.duration_ns)}
            </span>
            <span className={styles["open"]}>
              Open <ArrowRight size={14} aria-hidden />
            </span>
          </Link>
        ) : (
          latest.n_total === 0 && (
            <p className={styles["waiting"]}>
              <span className={styles["pulse"]} aria-hidden /> Waiting for the first span
            </p>
          )
        )}
      </div>
      {others.length > 0 && (
        <ul className={styles["latest"]}>
          {others.map((trace) => (
            <LatestRow key={trace.trace_id} trace={trace} />
          ))}
        </ul>
      )}
    </section>
  );
}

function LatestRow({ trace }: { trace: TraceSummary }) {
  return (
    <li>
      <Link to="/traces/$traceId" params={{ traceId: trace.trace_id }} className={styles["latestRow"]}>
        <span className={styles["latestName"]} data-error={trace.state === "ERROR" || undefined}>
          {trace.name}
        </span>
        <span className={styles["latestTime"]}>{formatListTime(trace.start_time_unix_nano)}</span>
      </Link>
    </li>
  );
}

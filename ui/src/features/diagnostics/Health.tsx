// The strip over the inbox: whether store and listeners do their work, what is taken but not kept, what retention removed.
import { CircleCheck, DatabaseZap, Info, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { roleNames } from "../../api/listeners.ts";
import type { NotStored, RetentionStatus, Status, StoreStatus } from "../../api/messages.ts";
import { formatCount, formatExactTime, formatListTime } from "../../base/format.ts";
import styles from "./Health.module.css";

export function Health({ status }: { status: Status }) {
  return (
    <section className={styles["strip"]} aria-label="Health">
      <StoreFact store={status.store} />
      <ListenerFact listeners={status.listeners} />
      <NotStoredFact notStored={status.not_stored} />
      <RetentionFact retention={status.retention} />
    </section>
  );
}

type Tone = "ok" | "warn" | "error" | "neutral";

const toneIcons: Readonly<Record<Tone, LucideIcon>> = {
  ok: CircleCheck,
  warn: TriangleAlert,
  error: DatabaseZap,
  neutral: Info,
};

function HealthFact({ name, tone, title, children }: { name: string; tone: Tone; title: string; children: ReactNode }) {
  const Icon = toneIcons[tone];
  return (
    <div className={styles["fact"]} data-tone={tone} data-testid={`health-${name.toLowerCase().replaceAll(" ", "-")}`}>
      <h2 className={styles["name"]}>{name}</h2>
      <p className={styles["title"]}>
        <Icon size={14} aria-hidden />
        {title}
      </p>
      <p className={styles["text"]}>{children}</p>
    </div>
  );
}

const storeTitles = {
  ok: "Takes writes",
  busy: "Held by another program",
  full: "Disk full",
  read_only: "Not writable",
  failed: "Cannot be written",
} as const;

function StoreFact({ store: { state, message, since_unix_nano: since } }: { store: StoreStatus }) {
  return (
    <HealthFact
      name="Store"
      tone={state === "ok" ? "ok" : state === "busy" ? "warn" : "error"}
      title={storeTitles[state]}
    >
      {state === "ok" ? (
        "What is acknowledged survives a crash of the app"
      ) : (
        <>
          {message ?? "Exporters are told to try again"}
          {since && <span title={formatExactTime(since)}> · since {formatListTime(since)}</span>}
        </>
      )}
    </HealthFact>
  );
}

function ListenerFact({ listeners }: Pick<Status, "listeners">) {
  const fallback = listeners.find((listener) => listener.is_fallback);
  return (
    <HealthFact
      name="Listeners"
      tone={fallback ? "warn" : "ok"}
      title={fallback ? `${fallback.asked} was taken` : "On their ports"}
    >
      {listeners.map(({ role, address }, place) => (
        <span key={role} title={roleNames[role]}>
          {place > 0 && " · "}
          <span className={styles["address"]}>{address}</span>
        </span>
      ))}
    </HealthFact>
  );
}

function NotStoredFact({ notStored }: { notStored: NotStored }) {
  const { n_metric_requests: nMetricRequests, n_metric_points: nMetricPoints, n_logs_without_trace: nLogs } = notStored;
  const came = [
    ...(nMetricRequests > 0 ? [formatCount(nMetricPoints, "metric point")] : []),
    ...(nLogs > 0 ? [formatCount(nLogs, "log record")] : []),
  ];
  return (
    <HealthFact name="Not kept" tone="neutral" title={came.length === 0 ? "Nothing" : came.join(", ")}>
      {came.length === 0
        ? "Metrics, and logs without a trace, would be counted here"
        : "Metrics, and logs without a trace, are taken so that their SDK is content"}
    </HealthFact>
  );
}

function RetentionFact({ retention }: { retention: RetentionStatus }) {
  const { last_time_unix_nano: last, n_traces: nTraces, n_spans: nSpans } = retention;
  return (
    <HealthFact
      name="Retention"
      tone="neutral"
      title={last ? `${formatCount(nTraces, "trace")} removed` : "Nothing removed"}
    >
      {last ? (
        <>
          {formatCount(nSpans, "span")}, last <span title={formatExactTime(last)}>{formatListTime(last)}</span>. Pinned
          traces stay
        </>
      ) : (
        "Old traces go when a bound of the settings is reached; pinned ones stay"
      )}
    </HealthFact>
  );
}

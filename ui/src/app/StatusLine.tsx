// The thin line at the bottom: whether we are connected, where Traceloupe listens, what is stored, what was refused.
import { useQuery } from "@tanstack/react-query";
import { portOf } from "../api/listeners.ts";
import type { LiveState } from "../api/live.ts";
import { useLiveState } from "../api/live-react.tsx";
import type { Status } from "../api/messages.ts";
import { statusQuery } from "../api/queries.ts";
import { formatBytes, formatCount, formatInteger } from "../base/format.ts";
import styles from "./StatusLine.module.css";

const stateTexts: Record<LiveState, string> = {
  connecting: "Connecting…",
  ok: "Listening",
  reconnecting: "Reconnecting…",
  offline: "Traceloupe does not answer: is it still running?",
};

export function StatusLine() {
  const state = useLiveState();
  const status = useQuery(statusQuery()).data;
  return (
    <footer className={styles["line"]} aria-label="Status">
      <span role="status" className={styles["state"]} data-testid="status-dot" data-state={state}>
        <span className={styles["dot"]} aria-hidden />
        {stateTexts[state]}
      </span>
      {status && state !== "offline" && <Facts status={status} />}
    </footer>
  );
}

function Facts({ status }: { status: Status }) {
  const fallbacks = status.listeners.filter((listener) => listener.is_fallback);
  return (
    <>
      <span className={styles["addresses"]}>{status.listeners.map((listener) => listener.address).join(" · ")}</span>
      {fallbacks.map(({ role, asked, address }) => (
        <span key={role} className={styles["warn"]}>
          port {portOf(asked)} is taken, using {portOf(address)}
        </span>
      ))}
      {status.n_rejected > 0 && (
        <span className={styles["warn"]} data-testid="rejected" title="Items that were refused since the start">
          {formatInteger(status.n_rejected)} rejected
        </span>
      )}
      <span className={styles["space"]} />
      <span data-testid="span-count">{formatCount(status.n_spans, "span")}</span>
      <span>{formatCount(status.n_traces, "trace")}</span>
      <span title="Size of the database">{formatBytes(status.database_bytes)}</span>
    </>
  );
}

// The thin line at the bottom: whether we are connected and storing, where Traceloupe listens, what waits, what is stored.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Inbox } from "lucide-react";
import { portOf } from "../api/listeners.ts";
import type { LiveState } from "../api/live.ts";
import { useLiveState } from "../api/live-react.tsx";
import type { Status } from "../api/messages.ts";
import { statusQuery } from "../api/queries.ts";
import { formatBytes, formatCount, formatInteger } from "../base/format.ts";
import { storeTroubleOf } from "./store-state.ts";
import styles from "./StatusLine.module.css";

const stateTexts: Record<LiveState, string> = {
  connecting: "Connecting…",
  ok: "Listening",
  reconnecting: "Reconnecting…",
  offline: "Not connected",
};

export function StatusLine() {
  const connection = useLiveState();
  const status = useQuery(statusQuery()).data;
  const trouble = connection === "ok" && status ? storeTroubleOf(status.store) : null;
  return (
    <footer className={styles["line"]} aria-label="Status">
      <span
        role="status"
        className={styles["state"]}
        data-testid="status-dot"
        data-state={trouble ? `store-${trouble.tone}` : connection}
      >
        <span className={styles["dot"]} aria-hidden />
        {trouble ? trouble.short : stateTexts[connection]}
      </span>
      {status && connection !== "offline" && <Facts status={status} />}
    </footer>
  );
}

function Facts({ status }: { status: Status }) {
  const fallbacks = status.listeners.filter((listener) => listener.is_fallback);
  return (
    <>
      {status.n_rejected_groups > 0 && <InboxLink nGroups={status.n_rejected_groups} nWaiting={status.n_waiting} />}
      <span className={styles["addresses"]}>{status.listeners.map((listener) => listener.address).join(" · ")}</span>
      {fallbacks.map(({ role, asked, address }) => (
        <span key={role} className={styles["warn"]}>
          port {portOf(asked)} is taken, using {portOf(address)}
        </span>
      ))}
      <span className={styles["space"]} />
      <span data-testid="span-count">{formatCount(status.n_spans, "span")}</span>
      <span>{formatCount(status.n_traces, "trace")}</span>
      <span title="Size of the database">{formatBytes(status.database_bytes)}</span>
    </>
  );
}

function InboxLink({ nGroups, nWaiting }: { nGroups: number; nWaiting: number }) {
  return (
    <Link
      to="/diagnostics"
      className={styles["inbox"]}
      data-testid="rejected"
      title="Requests that could not be taken: see why, and what to do"
    >
      <Inbox size={12} aria-hidden />
      {formatCount(nGroups, "problem")} in the inbox
      {nWaiting > 0 && `, ${formatInteger(nWaiting)} waiting`}
    </Link>
  );
}

// What a trace waited for longest, while its critical path is shown.
import { Route, X } from "lucide-react";
import { formatCount, formatDuration, formatShare } from "../../base/format.ts";
import { IconButton } from "../../components/Button.tsx";
import type { CriticalPath, CriticalShare } from "../../trace-model/critical-path.ts";
import type { SpanIndex } from "../../trace-model/span-table.ts";
import styles from "./CriticalPathBar.module.css";

/** Names that are told; the rest is one number. */
const shownShares = 3;

type CriticalPathBarProps = {
  /** Null while it is being computed. */
  path: CriticalPath | null;
  error: Error | null;
  onSelect: (span: SpanIndex) => void;
  onClose: () => void;
};

export function CriticalPathBar({ path, error, onSelect, onClose }: CriticalPathBarProps) {
  const others = path === null ? [] : path.shares.slice(shownShares);
  const otherNanos = others.reduce((sum, share) => sum + share.nanos, 0);
  return (
    <section className={styles["bar"]} aria-label="Critical path" data-testid="critical-path">
      <Route size={13} className={styles["icon"]} aria-hidden />
      <span className={styles["title"]}>Critical path</span>
      {error !== null && <span role="alert">cannot be shown: {error.message}</span>}
      {path?.shares.slice(0, shownShares).map((share) => (
        <button
          key={share.name}
          type="button"
          className={styles["share"]}
          title={titleOf(share)}
          onClick={() => onSelect(share.longest)}
        >
          <b>{formatShare(share.nanos, path.nanos)}</b>
          <span className={styles["name"]}>{share.name === "" ? "(no name)" : share.name}</span>
        </button>
      ))}
      {path !== null && others.length > 0 && (
        <span className={styles["others"]} title={formatDuration(otherNanos)}>
          <b>{formatShare(otherNanos, path.nanos)}</b> {formatCount(others.length, "other name")}
        </span>
      )}
      <IconButton label="Hide the critical path (x)" icon={<X size={14} />} onClick={onClose} />
    </section>
  );
}

function titleOf({ name, nanos, nSpans }: CriticalShare): string {
  const whose = nSpans === 1 ? "it" : `${formatCount(nSpans, "span")} of this name`;
  return `${name}\nThe trace waited ${formatDuration(nanos)} for ${whose}`;
}

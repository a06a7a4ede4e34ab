// Compares the trace with the one before it of the same name in its experiment, by button and key: what did my change do?
import { useRouter } from "@tanstack/react-router";
import { GitCompareArrows } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import type { TraceSummary } from "../../api/messages.ts";
import { fetchTraces } from "../../api/queries.ts";
import { IconButton } from "../../components/Button.tsx";
import { nameFilter } from "./name-filter.ts";
import styles from "./TraceHeader.module.css";

/** A filter by pattern may find others as well. */
const nAsked = 20;

export function CompareWithPrevious({ summary }: { summary: TraceSummary }) {
  const router = useRouter();
  const [said, setSaid] = useState("");

  const compare = async (): Promise<void> => {
    const { trace_id: candidate, name, experiment_id: experimentId, start_time_unix_nano: before } = summary;
    try {
      // Asked when it is needed: a trace that began earlier may arrive later.
      const { traces } = await fetchTraces({ experimentId, limit: nAsked, filter: nameFilter(name), before });
      const previous = traces.find((trace) => trace.name === name && trace.trace_id !== candidate);
      if (previous === undefined) setSaid("No earlier trace of this name");
      else router.history.push(`/compare?baseline=${previous.trace_id}&candidate=${candidate}`);
    } catch (error) {
      setSaid(error instanceof Error ? error.message : "The list cannot be read");
    }
  };
  const onKey = useEffectEvent(() => void compare());
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "c" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target)) return;
      event.preventDefault();
      onKey();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);

  return (
    <span className={styles["steps"]}>
      <span role="status" className={styles["note"]}>
        {said}
      </span>
      <IconButton
        label="Compare with the previous trace of this name (c)"
        icon={<GitCompareArrows size={15} />}
        onClick={() => void compare()}
      />
    </span>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]") !== null
  );
}

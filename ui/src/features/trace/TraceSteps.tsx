// The way to the traces beside this one in the list of its experiment, by buttons and keys.
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { ChevronDown, ChevronUp } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import { neighboursQuery } from "../../api/queries.ts";
import { IconButton } from "../../components/Button.tsx";
import styles from "./TraceHeader.module.css";

type Direction = "newer" | "older";

const directionOfKey: Readonly<Record<string, Direction>> = { J: "older", K: "newer" };

export function TraceSteps({ traceId }: { traceId: string }) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const [said, setSaid] = useState("");

  const go = async (direction: Direction): Promise<void> => {
    try {
      // Asked when it is needed: the list changes with every trace that arrives.
      const next = (await queryClient.fetchQuery({ ...neighboursQuery(traceId), staleTime: 0 }))[direction];
      if (next) router.history.push(`/traces/${next}`);
      else setSaid(`No ${direction} trace`);
    } catch (error) {
      setSaid(error instanceof Error ? error.message : "The list cannot be read");
    }
  };
  const onKey = useEffectEvent((direction: Direction) => void go(direction));
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const direction = directionOfKey[event.key];
      if (direction === undefined || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target)) return;
      event.preventDefault();
      onKey(direction);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);

  return (
    <span className={styles["steps"]}>
      <span role="status" className={styles["note"]}>
        {said}
      </span>
      <IconButton label="Newer trace (K)" icon={<ChevronUp size={15} />} onClick={() => void go("newer")} />
      <IconButton label="Older trace (J)" icon={<ChevronDown size={15} />} onClick={() => void go("older")} />
    </span>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu]") !== null
  );
}

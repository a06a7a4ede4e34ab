// Decides which rows are on screen: new ones wait while the user points at something, everything while the list is paused.
import { useEffect, useState } from "react";
import type { TraceSummary } from "../../api/messages.ts";
import { arrange, type Arrangement, type Hold, type TraceFeed } from "./feed.ts";

type Shown = { feed: TraceFeed; hold: Hold; arrangement: Arrangement };

/** What a paused list showed when it was left, so that it is found again as it was. */
let left: { kindId: string; rows: readonly TraceSummary[] } | null = null;

/** `release` shows what waits now, even while held. */
export function useShownRows(feed: TraceFeed, hold: Hold) {
  const [shown, setShown] = useState<Shown>(() => {
    const before = hold !== "all" ? null : left?.kindId === feed.kind.id ? left.rows : feed.rows;
    return { feed, hold, arrangement: arrange(before, feed, hold) };
  });
  let current = shown;
  if (feed !== shown.feed || hold !== shown.hold) {
    // Derived while rendering, so that no frame shows the rows in the wrong places. Another question has other rows at once.
    const isOther = feed.kind.id !== shown.feed.kind.id;
    const isResumed = shown.hold === "all" && hold !== "all";
    const before = !isOther && !isResumed ? shown.arrangement.shown : hold === "all" ? feed.rows : null;
    current = { feed, hold, arrangement: arrange(before, feed, hold) };
    setShown(current);
  }
  const { shown: rows, nWaiting, isAtLeast } = current.arrangement;
  useEffect(() => {
    left = hold === "all" ? { kindId: feed.kind.id, rows } : null;
  }, [hold, feed.kind.id, rows]);
  const release = (): void => setShown({ feed, hold, arrangement: arrange(null, feed, hold) });
  return { rows, nWaiting, isAtLeast, release };
}

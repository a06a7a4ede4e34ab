// Decides which rows are on screen: new ones wait while the user points at something.
import { useState } from "react";
import type { TraceSummary } from "../../api/messages.ts";
import { arrange, type TraceFeed } from "./feed.ts";

type Shown = { feed: TraceFeed | undefined; isHeld: boolean; rows: readonly TraceSummary[] | null; nWaiting: number };

/** `release` shows what waits now, even while held. */
export function useShownRows(feed: TraceFeed | undefined, isHeld: boolean) {
  const [shown, setShown] = useState<Shown>({ feed: undefined, isHeld: false, rows: null, nWaiting: 0 });
  let current = shown;
  if (feed !== shown.feed || isHeld !== shown.isHeld) {
    const next = feed ? arrange(shown.rows, feed, isHeld) : { shown: null, nWaiting: 0 };
    current = { feed, isHeld, rows: next.shown, nWaiting: next.nWaiting };
    // Derived while rendering, so that no frame shows the rows in the wrong places.
    setShown(current);
  }
  const release = (): void => setShown({ feed, isHeld, rows: feed?.rows ?? null, nWaiting: 0 });
  return { rows: current.rows ?? [], nWaiting: current.nWaiting, release };
}

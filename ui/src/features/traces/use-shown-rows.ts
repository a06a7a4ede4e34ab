// Decides which rows are on screen: new ones wait while the user points at something.
import { useState } from "react";
import { arrange, type Arrangement, type TraceFeed } from "./feed.ts";

type Shown = { feed: TraceFeed; isHeld: boolean; arrangement: Arrangement };

/** `release` shows what waits now, even while held. */
export function useShownRows(feed: TraceFeed, isHeld: boolean) {
  const [shown, setShown] = useState<Shown>(() => ({ feed, isHeld, arrangement: arrange(null, feed, isHeld) }));
  let current = shown;
  if (feed !== shown.feed || isHeld !== shown.isHeld) {
    // Derived while rendering, so that no frame shows the rows in the wrong places. Another question has other rows at once.
    const before = feed.kind.id === shown.feed.kind.id ? shown.arrangement.shown : null;
    current = { feed, isHeld, arrangement: arrange(before, feed, isHeld) };
    setShown(current);
  }
  const release = (): void => setShown({ feed, isHeld, arrangement: arrange(null, feed, isHeld) });
  const { shown: rows, nWaiting, isAtLeast } = current.arrangement;
  return { rows, nWaiting, isAtLeast, release };
}

// Connects the pages to the live events: one provider at the top, hooks below it.
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useMemo, useSyncExternalStore } from "react";
import { type Invalidator, makeInvalidator } from "./invalidation.ts";
import { Live, type LiveListener, type LiveState } from "./live.ts";

const LiveContext = createContext<Live | null>(null);
const HoldContext = createContext<Invalidator["hold"] | null>(null);

/** Live events of this page's own server. */
export function makeLive(): Live {
  const hasSharing = typeof BroadcastChannel !== "undefined" && navigator.locks !== undefined;
  return new Live({
    openSource: () => new EventSource("/traceloupe/v1/live"),
    locks: hasSharing ? navigator.locks : undefined,
    openChannel: hasSharing ? () => new BroadcastChannel("traceloupe-live") : undefined,
    isHidden: () => document.hidden,
  });
}

export function LiveProvider({ live, children }: { live: Live; children: ReactNode }) {
  const queryClient = useQueryClient();
  const invalidate = useMemo(() => makeInvalidator(queryClient), [queryClient]);

  useEffect(() => {
    // After the listeners of `useLiveChanges`, whenever they subscribed.
    const unsubscribe = live.onChange((tags) => queueMicrotask(() => invalidate(tags)));
    const stop = (): void => live.stop();
    // A page that is kept for the back button must not hold the stream or the lock.
    const resume = (event: PageTransitionEvent): void => {
      if (event.persisted) live.start();
    };
    live.start();
    window.addEventListener("pagehide", stop);
    window.addEventListener("pageshow", resume);
    return () => {
      window.removeEventListener("pagehide", stop);
      window.removeEventListener("pageshow", resume);
      unsubscribe();
      live.stop();
    };
  }, [live, invalidate]);

  return (
    <LiveContext value={live}>
      <HoldContext value={invalidate.hold}>{children}</HoldContext>
    </LiveContext>
  );
}

function useLive(): Live {
  const live = use(LiveContext);
  if (!live) throw new Error("useLive needs a LiveProvider above it");
  return live;
}

export function useLiveState(): LiveState {
  const live = useLive();
  return useSyncExternalStore(live.onStateChange, () => live.state);
}

/** Calls `listener` with the tags of each change, before the queries that carry them are asked again. */
export function useLiveChanges(listener: LiveListener): void {
  const live = useLive();
  useEffect(() => live.onChange(listener), [live, listener]);
}

/** Keeps what carries the tag, and can be held, as it is for as long as `isHeld`. */
export function useHold(tag: string, isHeld: boolean): void {
  const hold = use(HoldContext);
  useEffect(() => (isHeld && hold !== null ? hold(tag) : undefined), [hold, tag, isHeld]);
}

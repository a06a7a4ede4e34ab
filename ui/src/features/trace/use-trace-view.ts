// Keeps the view of a trace and its address the same: what the user changes is written after a pause, what comes from outside
// is taken over.
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { searchOf, type TraceView } from "./trace-view.ts";

/** Some engines allow ten changes of the address a second. */
const pauseMs = 250;

export function useTraceView(
  address: TraceView,
  writeAddress: (view: TraceView) => void,
): [TraceView, (change: Partial<TraceView>) => void] {
  const [view, setView] = useState(address);
  const known = useRef(textOf(address));
  const write = useEffectEvent(writeAddress);

  useEffect(() => {
    const text = textOf(address);
    // What we wrote ourselves comes back, and is known.
    if (text === known.current) return;
    known.current = text;
    setView(address);
  }, [address]);

  useEffect(() => {
    const text = textOf(view);
    if (text === known.current) return undefined;
    const timer = setTimeout(() => {
      known.current = text;
      write(view);
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [view]);

  const [change] = useState(
    () =>
      (part: Partial<TraceView>): void =>
        setView((old) => ({ ...old, ...part })),
  );
  return [view, change];
}

function textOf(view: TraceView): string {
  return JSON.stringify(searchOf(view));
}

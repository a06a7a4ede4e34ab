// Keys that change the layout where the waterfall, which has its own, is not there to hear them.
import { useEffect, useEffectEvent } from "react";
import type { CompareLayout } from "./compare-view.ts";

export function useLayoutKeys(layout: CompareLayout, onLayout: (layout: CompareLayout) => void): void {
  const hear = useEffectEvent((event: KeyboardEvent) => {
    const asked = event.key === "r" ? "list" : event.key === "v" && layout === "list" ? "side" : null;
    if (asked === null) return;
    event.preventDefault();
    onLayout(asked);
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const { target } = event;
      const isTyping =
        target instanceof HTMLElement &&
        target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu]") !== null;
      if (!isTyping) hear(event);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

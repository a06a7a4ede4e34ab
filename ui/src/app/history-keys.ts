// Back and forward by key: a window has no buttons for it, and its web view, unlike a browser, knows no keys.
import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

/** Returns where a key leads in the history: one back, one forward, or nowhere. */
export function stepOfKey(
  event: Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey">,
): -1 | 0 | 1 {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (ctrlKey || shiftKey || altKey === metaKey) return 0;
  const [back, forward] = altKey ? ["ArrowLeft", "ArrowRight"] : ["[", "]"];
  return key === back ? -1 : key === forward ? 1 : 0;
}

/** Alt and an arrow everywhere, ⌘ and a bracket as on a Mac; in a field Alt and an arrow move the caret there. */
export function useHistoryKeys(): void {
  const { history } = useRouter();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const step = stepOfKey(event);
      const isField = event.target instanceof HTMLElement && event.target.matches("input, textarea, [contenteditable]");
      if (step === 0 || (event.altKey && isField)) return;
      event.preventDefault();
      history.go(step);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [history]);
}

// Walks through the turns of a conversation by key, while nothing else has the focus.
import { useEffect, useEffectEvent } from "react";

type TurnKeys = { n: number; active: number; onActive: (index: number) => void; onOpen: () => void };

export function useTurnKeys({ n, active, onActive, onOpen }: TurnKeys): void {
  const hear = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target !== document.body) return;
    const go = (index: number): void => onActive(Math.max(0, Math.min(n - 1, index)));
    const act = {
      j: () => go(active + 1),
      ArrowDown: () => go(active + 1),
      k: () => go(active - 1),
      ArrowUp: () => go(active - 1),
      Home: () => go(0),
      End: () => go(n - 1),
      Enter: onOpen,
      Escape: () => onActive(-1),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => hear(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}

// Hears keys that are meant for the page: pressed in its main element, or while nothing else has the focus.
import { type RefObject, useEffect, useEffectEvent } from "react";

export function usePageKeys(main: RefObject<HTMLElement | null>, onKey: (event: KeyboardEvent) => void): void {
  const hear = useEffectEvent((event: KeyboardEvent) => {
    const { target } = event;
    const isForPage = target === document.body || (target instanceof Node && main.current?.contains(target) === true);
    if (isForPage && !event.defaultPrevented) onKey(event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => hear(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}

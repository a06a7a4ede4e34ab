// The keys of the inbox: j and k walk through the list, Enter leads to the details, Escape back.
import { type RefObject, useEffect, useEffectEvent } from "react";

type Keys = {
  list: RefObject<HTMLElement | null>;
  detail: RefObject<HTMLElement | null>;
  step: (by: 1 | -1) => void;
};

const steps: Readonly<Record<string, 1 | -1>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

export function usePageKeys({ list, detail, step }: Keys): void {
  const hear = useEffectEvent((event: KeyboardEvent) => {
    const { target, key } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !(target instanceof Node)) return;
    const isInDetail = detail.current?.contains(target) === true;
    if (isInDetail) {
      if (key !== "Escape") return;
      event.preventDefault();
      list.current?.querySelector<HTMLElement>('[aria-current="true"]')?.focus();
      return;
    }
    if (target !== document.body && list.current?.contains(target) !== true) return;
    const by = steps[key];
    if (by !== undefined) {
      event.preventDefault();
      step(by);
    } else if (key === "Enter") {
      event.preventDefault();
      detail.current?.focus();
    }
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => hear(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}

// Finds what scrolls around an element, and how far below its beginning the element starts.
import type { RefObject } from "react";
import { useLayoutEffect, useState } from "react";
import type { CssPixels } from "../../base/units.ts";

/** Marks the element that scrolls: `<div {...scrollerMark}>`. */
export const scrollerMark = { "data-scroller": "" } as const;

export interface Scroller {
  readonly element: HTMLElement;
  readonly margin: CssPixels;
}

/** Returns null before the first layout, and where nothing that scrolls is marked. */
export function useScroller(ref: RefObject<HTMLElement | null>): Scroller | null {
  const [scroller, setScroller] = useState<Scroller | null>(null);
  useLayoutEffect(() => {
    const list = ref.current;
    const element = list?.closest<HTMLElement>("[data-scroller]") ?? null;
    if (list === null || element === null) return undefined;
    const measure = (): void => {
      const margin = Math.round(
        list.getBoundingClientRect().top - element.getBoundingClientRect().top + element.scrollTop,
      );
      setScroller((before) => (before?.margin === margin ? before : { element, margin }));
    };
    measure();
    // What stands above may grow: another value is opened, a fold.
    const observer = new ResizeObserver(measure);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, [ref]);
  return scroller;
}

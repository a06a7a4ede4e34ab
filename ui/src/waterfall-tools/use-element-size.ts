// Follows the size of an element.
import type { RefObject } from "react";
import { useLayoutEffect, useState } from "react";
import type { CssPixels } from "../base/units.ts";

/** Returns the width, 0 before the first layout. */
export function useElementWidth(ref: RefObject<HTMLElement | null>): CssPixels {
  return useElementSize(ref, "clientWidth");
}

/** Returns the height, 0 before the first layout. */
export function useElementHeight(ref: RefObject<HTMLElement | null>): CssPixels {
  return useElementSize(ref, "clientHeight");
}

function useElementSize(ref: RefObject<HTMLElement | null>, side: "clientWidth" | "clientHeight"): CssPixels {
  const [size, setSize] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    setSize(element[side]);
    const observer = new ResizeObserver(() => setSize(element[side]));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref, side]);
  return size;
}

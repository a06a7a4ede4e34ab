// Follows the width of an element.
import type { RefObject } from "react";
import { useLayoutEffect, useState } from "react";
import type { CssPixels } from "../base/units.ts";

/** Returns the width, 0 before the first layout. */
export function useElementWidth(ref: RefObject<HTMLElement | null>): CssPixels {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}

// A drag along the time axis measures; a click there ends that.

import type { RelativeNanos } from "../../base/units.ts";
import type { TimeWindow } from "../time-window.ts";

export interface MeasureTarget {
  isOnAxis(event: PointerEvent): boolean;
  /** The time at the pointer, at most that of an end of the chart; null while nothing is shown. */
  timeAt(event: PointerEvent): RelativeNanos | null;
  /** Null when a new measurement begins, and for a click. */
  onMeasured(measured: TimeWindow | null): void;
}

export function listenToMeasuring(root: HTMLElement, target: MeasureTarget, signal: AbortSignal): void {
  let from: RelativeNanos | null = null;
  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0 || !target.isOnAxis(event)) return;
    event.preventDefault();
    root.setPointerCapture(event.pointerId);
    from = target.timeAt(event);
    target.onMeasured(null);
  };
  const onMove = (event: PointerEvent): void => {
    const to = from === null ? null : target.timeAt(event);
    if (from !== null && to !== null) target.onMeasured({ start: Math.min(from, to), end: Math.max(from, to) });
  };
  root.addEventListener("pointerdown", onDown, { signal });
  root.addEventListener("pointermove", onMove, { signal });
  for (const end of ["pointerup", "pointercancel"] as const)
    root.addEventListener(end, () => (from = null), { signal });
}

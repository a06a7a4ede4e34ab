// Lets an element that separates two panes be dragged, and moved by arrow keys.

import type { CssPixels } from "../../base/units.ts";

export interface Separator {
  /** Returns the place that the separator has now. */
  position(): CssPixels;
  move(to: CssPixels): void;
  reset(): void;
}

const keyStep: CssPixels = 16;

/** Listens to an element until `signal` aborts. */
export function makeDraggable(element: HTMLElement, separator: Separator, signal: AbortSignal): void {
  let grip: CssPixels | null = null;
  const drop = (): void => {
    grip = null;
    delete element.dataset["dragging"];
  };
  element.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      element.setPointerCapture(event.pointerId);
      grip = event.clientX - separator.position();
      element.dataset["dragging"] = "";
    },
    { signal },
  );
  element.addEventListener(
    "pointermove",
    (event) => {
      if (grip !== null) separator.move(event.clientX - grip);
    },
    { signal },
  );
  element.addEventListener("pointerup", drop, { signal });
  element.addEventListener("pointercancel", drop, { signal });
  element.addEventListener("dblclick", () => separator.reset(), { signal });
  element.addEventListener(
    "keydown",
    (event) => {
      const by = event.key === "ArrowLeft" ? -keyStep : event.key === "ArrowRight" ? keyStep : 0;
      if (by === 0) return;
      event.preventDefault();
      event.stopPropagation();
      separator.move(separator.position() + by);
    },
    { signal },
  );
}

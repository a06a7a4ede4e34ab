// The height of the pane below the waterfall: ours, or what the user dragged, for as long as the page of the app lives.
import type { KeyboardEvent, PointerEvent } from "react";
import { useState } from "react";
import { clamp } from "../../base/clamp.ts";
import type { CssPixels } from "../../base/units.ts";

let chosenHeight: CssPixels | null = null;

const share = 0.42;
const [smallestPane, smallestRest]: readonly [CssPixels, CssPixels] = [120, 140];
const keyStep: CssPixels = 24;

/** What the separator over the pane listens with. */
type SeparatorProps = {
  onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  onDoubleClick: () => void;
};

/** Returns the height in a room of `room` pixels, and the handlers of its separator. */
export function usePaneHeight(room: CssPixels): { height: CssPixels; separator: SeparatorProps } {
  const [chosen, setChosen] = useState(chosenHeight);
  const height = Math.round(clamp(chosen ?? room * share, smallestPane, Math.max(smallestPane, room - smallestRest)));
  const choose = (next: CssPixels | null): void => {
    chosenHeight = next;
    setChosen(next);
  };
  const separator: SeparatorProps = {
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      const element = event.currentTarget;
      element.setPointerCapture(event.pointerId);
      const bottom = event.clientY + height;
      const dragging = new AbortController();
      const { signal } = dragging;
      const onMove = (move: Event): void => {
        if (move instanceof MouseEvent) choose(bottom - move.clientY);
      };
      element.addEventListener("pointermove", onMove, { signal });
      for (const end of ["pointerup", "pointercancel"] as const) {
        element.addEventListener(end, () => dragging.abort(), { signal });
      }
    },
    onKeyDown: (event) => {
      const by = event.key === "ArrowUp" ? keyStep : event.key === "ArrowDown" ? -keyStep : 0;
      if (by === 0) return;
      event.preventDefault();
      event.stopPropagation();
      choose(height + by);
    },
    onDoubleClick: () => choose(null),
  };
  return { height, separator };
}

// Gives elements a size where nothing lays them out (jsdom); used by tests only.

import { vi } from "vitest";
import type { CssPixels } from "../../base/units.ts";

/** Makes every element as large as said and observes no change of it; canvases draw nothing. */
export function fakeLayout(width: CssPixels, height: CssPixels): void {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      readonly #callback: (entries: readonly []) => void;
      constructor(callback: (entries: readonly []) => void) {
        this.#callback = callback;
      }
      observe(): void {
        this.#callback([]);
      }
      unobserve(): void {
        // Nothing changes, so nothing is told.
      }
      disconnect(): void {
        // Likewise.
      }
    },
  );
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(width);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(height);
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
}

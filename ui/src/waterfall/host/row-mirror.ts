// Keeps the treegrid of rows that screen readers and tooltips need as the canvas is. It costs several times what drawing
// a frame costs, and nobody reads rows that fly past: it follows once they rest.

import type { RowPlaces } from "../draw-list.ts";
import type { Sight } from "../sight.ts";
import type { ColumnName } from "../columns.ts";
import { RowStrip } from "./row-strip.ts";

/** Milliseconds without scrolling after which rows rest. */
const restTime = 100;

/** What rows are shown from. */
interface Frame {
  readonly sight: Sight;
  readonly places: RowPlaces;
  readonly columns: readonly ColumnName[];
}

export class RowMirror {
  readonly #grid: HTMLElement;
  readonly #strip: RowStrip;
  #shown: Sight | null = null;
  /** The frame that is shown once the timer runs out. */
  #awaited: Frame | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(grid: HTMLElement, strip: HTMLElement, idPrefix: string) {
    this.#grid = grid;
    this.#strip = new RowStrip(strip, idPrefix);
  }

  /** Shows the rows of a frame: at once what the user did to them, soon where they went and what is new. */
  follow(frame: Frame): void {
    const { sight } = frame;
    const shown = this.#shown;
    const isOtherTable = shown?.scene.table !== sight.scene.table;
    const isMoved = shown?.scrollTop !== sight.scrollTop && shown?.selected === sight.selected;
    const wasAwaited = this.#awaited;
    this.#awaited = isOtherTable || isMoved ? frame : null;
    if (this.#awaited === null) {
      clearTimeout(this.#timer);
      this.#show(frame);
      return;
    }
    // A frame for something else, such as the pointer, puts nothing off.
    const isSamePlace =
      wasAwaited?.sight.scrollTop === sight.scrollTop && wasAwaited.sight.scene.table === sight.scene.table;
    if (isSamePlace) return;
    clearTimeout(this.#timer);
    // Of a new table the frame is to be painted first.
    this.#timer = setTimeout(() => this.#rest(), isOtherTable ? 0 : restTime);
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }

  #rest(): void {
    if (this.#awaited !== null) this.#show(this.#awaited);
    this.#awaited = null;
  }

  #show({ sight, places, columns }: Frame): void {
    this.#shown = sight;
    const { scene, selected, found } = sight;
    this.#strip.show(scene, places, { selected, found, columns });
    this.#grid.setAttribute("aria-rowcount", String(scene.rows.nRows));
    const row = selected === null ? null : scene.rows.rowOf(selected);
    const isInView = row !== null && row >= places.firstRow && row < places.firstRow + places.nRows;
    if (isInView) this.#grid.setAttribute("aria-activedescendant", this.#strip.rowId(row));
    else this.#grid.removeAttribute("aria-activedescendant");
  }
}

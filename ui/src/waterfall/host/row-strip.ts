// The rows in view as elements, in the order of the rows; as many as fit the window, whatever the trace.

import type { RowIndex } from "../../trace-model/visible-rows.ts";
import type { RowPlaces } from "../draw-list.ts";
import { measures } from "../geometry.ts";
import type { Scene } from "../scene.ts";
import type { RowsLook } from "./row-element.ts";
import { RowElement, rowContentOf } from "./row-element.ts";

export class RowStrip {
  readonly #strip: HTMLElement;
  readonly #idPrefix: string;
  readonly #elements: RowElement[] = [];
  #firstRow: RowIndex = 0;

  constructor(strip: HTMLElement, idPrefix: string) {
    this.#strip = strip;
    this.#idPrefix = idPrefix;
  }

  /** Shows the rows of a frame. */
  show(scene: Scene, places: RowPlaces, look: RowsLook): void {
    this.#resize(places.nRows);
    this.#rotate(places.firstRow - this.#firstRow);
    this.#firstRow = places.firstRow;
    for (const [place, element] of this.#elements.entries()) {
      const span = places.spans[place] ?? 0;
      const row = places.firstRow + place;
      element.show(rowContentOf(scene, span, row, look), this.rowId(row));
    }
    // The canvas shows through the sticky rows, so what they cover must not be there.
    const covered = places.nSticky * measures.rowHeight - (places.top - measures.axisHeight);
    this.#strip.style.clipPath = places.nSticky === 0 ? "" : `inset(${covered}px 0 0)`;
    this.#strip.style.transform = `translateY(${places.top - measures.axisHeight}px)`;
  }

  /** Id of the element of a row while it is in view. */
  rowId(row: RowIndex): string {
    return `${this.#idPrefix}-row-${row}`;
  }

  #resize(nRows: number): void {
    while (this.#elements.length > nRows) this.#elements.pop()?.root.remove();
    while (this.#elements.length < nRows) {
      const element = new RowElement();
      this.#elements.push(element);
      this.#strip.append(element.root);
    }
  }

  /** Moves elements that scrolled out on one side to the other, so that the others keep their spans and their order. */
  #rotate(by: number): void {
    if (Math.abs(by) >= this.#elements.length) return;
    for (let moved = 0; moved < by; moved++) {
      const element = this.#elements.shift();
      if (element === undefined) return;
      this.#elements.push(element);
      this.#strip.append(element.root);
    }
    for (let moved = 0; moved < -by; moved++) {
      const element = this.#elements.pop();
      if (element === undefined) return;
      this.#elements.unshift(element);
      this.#strip.prepend(element.root);
    }
  }
}

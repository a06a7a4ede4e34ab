// The sticky rows as elements. They repeat rows that have scrolled away, so screen readers are not told of them.

import type { RowPlaces } from "../draw-list.ts";
import type { Scene } from "../scene.ts";
import type { RowsLook } from "./row-element.ts";
import { RowElement, rowContentOf } from "./row-element.ts";

export class StickyStrip {
  readonly #strip: HTMLElement;
  readonly #elements: RowElement[] = [];

  constructor(strip: HTMLElement) {
    this.#strip = strip;
  }

  show(scene: Scene, { sticky, nSticky }: RowPlaces, look: RowsLook): void {
    while (this.#elements.length > nSticky) this.#elements.pop()?.root.remove();
    while (this.#elements.length < nSticky) {
      const element = new RowElement("sticky-row");
      this.#elements.push(element);
      this.#strip.append(element.root);
    }
    for (const [place, element] of this.#elements.entries()) {
      const span = sticky[place] ?? 0;
      // No id: the row itself may have one.
      element.show(rowContentOf(scene, span, scene.rows.rowOf(span) ?? 0, look), "");
    }
  }
}

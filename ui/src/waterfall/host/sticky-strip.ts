// The sticky rows as elements. They repeat rows that have scrolled away, so screen readers are not told of them.

import type { Found } from "../../trace-model/find.ts";
import type { SpanIndex } from "../../trace-model/span-table.ts";
import type { RowPlaces } from "../draw-list.ts";
import { isDimmed } from "../layout.ts";
import type { Scene } from "../scene.ts";
import { RowElement } from "./row-element.ts";

export class StickyStrip {
  readonly #strip: HTMLElement;
  readonly #elements: RowElement[] = [];

  constructor(strip: HTMLElement) {
    this.#strip = strip;
  }

  show(scene: Scene, { sticky, nSticky }: RowPlaces, selected: SpanIndex | null, found: Found | null): void {
    const { table, rows } = scene;
    while (this.#elements.length > nSticky) this.#elements.pop()?.root.remove();
    while (this.#elements.length < nSticky) {
      const element = new RowElement("sticky-row");
      this.#elements.push(element);
      this.#strip.append(element.root);
    }
    for (const [place, element] of this.#elements.entries()) {
      const span = sticky[place] ?? 0;
      const isCollapsed = rows.isCollapsed(span);
      const row = rows.rowOf(span) ?? 0;
      const { baseDepth } = rows;
      // No id: the row itself may have one.
      const isSelected = span === selected;
      element.show(
        { table, span, row, isSelected, isCollapsed, isDimmed: isDimmed(scene, found, span), baseDepth },
        "",
      );
    }
  }
}

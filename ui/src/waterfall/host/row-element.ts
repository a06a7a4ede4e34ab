// One row of the treegrid: what the canvas shows in words, for screen readers and tooltips. Elements are reused for other spans.

import { ensureExists } from "../../base/assert.ts";
import { countErrorsBelow, isError } from "../../trace-model/errors.ts";
import { categoryAt, categoryNames } from "../../trace-model/span-category.ts";
import { sourceOf } from "../../trace-model/span-source.ts";
import type { SpanIndex, SpanTable } from "../../trace-model/span-table.ts";
import { hasChildren, hasFlag, spanFlags, spanIdOf } from "../../trace-model/span-table.ts";
import type { RowIndex } from "../../trace-model/visible-rows.ts";
import type { ColumnName } from "../columns.ts";
import { columnNames } from "../columns.ts";
import type { Found } from "../../trace-model/find.ts";
import { measures } from "../geometry.ts";
import { isDimmed } from "../layout.ts";
import type { Said } from "../row-content.ts";
import { badgeOf, cellOf, labelOf, noteOf } from "../row-content.ts";
import type { Scene } from "../scene.ts";
import { PairSigns } from "./pair-signs.ts";
import styles from "./waterfall.module.css";

/** What a row shows; two equal ones look the same. */
export interface RowContent {
  readonly scene: Scene;
  readonly table: SpanTable;
  readonly span: SpanIndex;
  readonly row: RowIndex;
  readonly isSelected: boolean;
  readonly isCollapsed: boolean;
  /** Not what was asked for. */
  readonly isDimmed: boolean;
  /** Depth that stands at the left edge. */
  readonly baseDepth: number;
  readonly columns: readonly ColumnName[];
}

/** What all rows of a frame share. */
export interface RowsLook {
  readonly selected: SpanIndex | null;
  readonly found: Found | null;
  readonly columns: readonly ColumnName[];
}

/** Returns what the row of a span shows. */
export function rowContentOf(scene: Scene, span: SpanIndex, row: RowIndex, look: RowsLook): RowContent {
  const { table, rows } = scene;
  return {
    scene,
    table,
    span,
    row,
    isSelected: span === look.selected,
    isCollapsed: rows.isCollapsed(span),
    isDimmed: isDimmed(scene, look.found, span),
    baseDepth: rows.baseDepth,
    columns: look.columns,
  };
}

export class RowElement {
  readonly root: HTMLElement;
  readonly #depth = element("span", "depth");
  readonly #label = element("span", "label");
  readonly #note = element("span", "note");
  readonly #spoken = element("span", "spoken");
  readonly #badge = element("span", "badge");
  readonly #cells = new Map<ColumnName, HTMLElement>(columnNames.map((column) => [column, element("div", "cell")]));
  readonly #shownCells = element("div", "cells");
  readonly #pair = new PairSigns();
  #shown: RowContent | null = null;

  constructor() {
    this.root = element("div", "row");
    this.root.setAttribute("role", "row");
    this.root.dataset["testid"] = "waterfall-row";
    this.#label.dataset["part"] = "label";
    this.#badge.dataset["testid"] = "source-badge";
    const name = element("div", "name");
    name.setAttribute("role", "gridcell");
    const { sign, hint } = this.#pair;
    name.append(sign, this.#depth, this.#label, hint, this.#note, this.#spoken, this.#badge);
    this.#shownCells.setAttribute("role", "presentation");
    for (const [column, cell] of this.#cells) {
      cell.setAttribute("role", "gridcell");
      cell.dataset["column"] = column;
    }
    this.root.append(name, this.#shownCells);
  }

  /** Writes what differs from what the row shows. */
  show(content: RowContent, id: string): void {
    const old = this.#shown;
    this.#shown = content;
    if (old?.row !== content.row) {
      this.root.id = id;
      this.root.setAttribute("aria-rowindex", String(content.row + 1));
    }
    if (old?.isSelected !== content.isSelected) this.root.setAttribute("aria-selected", String(content.isSelected));
    if (old?.columns !== content.columns) {
      this.#shownCells.replaceChildren(...content.columns.map((column) => this.#cell(column)));
    }
    if (old?.isDimmed !== content.isDimmed) this.root.dataset["dimmed"] = String(content.isDimmed);
    const isSameSpan = old?.table === content.table && old.span === content.span;
    if (!isSameSpan) this.#showSpan(content.table, content.span);
    if (!isSameSpan || old.scene.merged !== content.scene.merged) this.#pair.show(content.scene.merged, content.span);
    if (!isSameSpan || old.scene !== content.scene || old.columns !== content.columns) this.#showNumbers(content);
    if (!isSameSpan || old.baseDepth !== content.baseDepth) this.#showLevel(content);
    if (!isSameSpan || old.isCollapsed !== content.isCollapsed) this.#showFold(content);
  }

  #showSpan(table: SpanTable, span: SpanIndex): void {
    this.root.dataset["spanId"] = spanIdOf(table, span);
    this.root.dataset["source"] = sourceOf(table, span);
    this.root.dataset["error"] = String(isError(table, span));
    write(this.#label, labelOf(table, span));
    this.#spoken.textContent = spokenOf(table, span, categoryNames[categoryAt(table, span)]);
  }

  /** What depends on more than the span: the look, and sums over its children. */
  #showNumbers({ scene, span, columns }: RowContent): void {
    write(this.#badge, badgeOf(scene, span));
    for (const column of columns) {
      const cell = cellOf(scene, span, column);
      write(this.#cell(column), cell);
      this.#cell(column).dataset["tone"] = cell.tone;
    }
  }

  #cell(column: ColumnName): HTMLElement {
    return ensureExists(this.#cells.get(column), "every column has a cell");
  }

  #showLevel({ table, span, baseDepth }: RowContent): void {
    const depth = (table.depth[span] ?? 0) - baseDepth;
    this.root.setAttribute("aria-level", String(depth + 1));
    this.root.style.setProperty("--level", String(Math.min(depth, measures.maxIndentLevels)));
    this.#depth.textContent = depth > measures.maxIndentLevels ? `+${depth - measures.maxIndentLevels}` : "";
    this.#depth.title = `Level ${depth + 1}`;
  }

  #showFold({ scene, table, span, isCollapsed }: RowContent): void {
    const isParent = hasChildren(table, span);
    if (isParent) this.root.setAttribute("aria-expanded", String(!isCollapsed));
    else this.root.removeAttribute("aria-expanded");
    write(this.#note, noteOf(scene, span, isCollapsed));
  }
}

function write(to: HTMLElement, said: Said): void {
  const title = said.title();
  if (to.textContent !== said.text) to.textContent = said.text;
  if (to.title !== title) to.title = title;
}

/** What only a screen reader is told, since eyes see it by shape and colour. */
function spokenOf(table: SpanTable, span: SpanIndex, category: string): string {
  const nErrorsBelow = countErrorsBelow(table, span);
  const error = isError(table, span) ? ", error" : "";
  const events = hasFlag(table, span, spanFlags.hasEvents) ? ", has events" : "";
  const logs = hasFlag(table, span, spanFlags.hasLogs) ? ", has logs" : "";
  return `, ${category}${error}${nErrorsBelow > 0 ? `, errors below: ${nErrorsBelow}` : ""}${events}${logs}, `;
}

function element(tag: "div" | "span", className: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = styles[className] ?? "";
  return made;
}

// One row of the treegrid: the names and numbers that lie over the canvas. Elements are reused for other spans.

import { assertUnreachable, ensureExists } from "../../base/assert.ts";
import { formatCost, formatDuration, formatExactDuration, formatInteger, formatTokens } from "../../base/format.ts";
import { countErrorsBelow, isError } from "../../trace-model/errors.ts";
import { ownTimeAt } from "../../trace-model/self-time.ts";
import { categoryAt, categoryNames, spanCategories } from "../../trace-model/span-category.ts";
import { sourceLabels, sourceOf, sourceReason } from "../../trace-model/span-source.ts";
import type { SpanIndex, SpanTable } from "../../trace-model/span-table.ts";
import { hasChildren, hasFlag, spanFlags, spanIdOf } from "../../trace-model/span-table.ts";
import type { RowIndex } from "../../trace-model/visible-rows.ts";
import type { ColumnName, SpanColumnName } from "../columns.ts";
import { columnNames, isDeltaColumn } from "../columns.ts";
import { deltaCellOf } from "./delta-cells.ts";
import type { Found } from "../../trace-model/find.ts";
import { measures } from "../geometry.ts";
import { isDimmed } from "../layout.ts";
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

/** Icons are in the page once and used by reference: `span-icon-` and the name of the category. */
export const iconIdPrefix = "span-icon-";

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
  readonly #chevron = element("span", "chevron");
  readonly #icon = svgElement("svg");
  readonly #iconUse = svgElement("use");
  readonly #depth = element("span", "depth");
  readonly #label = element("span", "label");
  readonly #note = element("span", "note");
  readonly #spoken = element("span", "spoken");
  readonly #badge = element("span", "badge");
  readonly #cells = new Map<ColumnName, HTMLElement>(columnNames.map((column) => [column, element("div", "cell")]));
  readonly #shownCells = element("div", "cells");
  readonly #pair = new PairSigns();
  #shown: RowContent | null = null;

  constructor(testId = "waterfall-row") {
    this.root = element("div", "row");
    this.root.setAttribute("role", "row");
    this.root.dataset["testid"] = testId;
    this.#chevron.dataset["part"] = "chevron";
    this.#chevron.setAttribute("aria-hidden", "true");
    this.#chevron.append(chevronShape());
    this.#icon.setAttribute("class", styles["icon"] ?? "");
    this.#icon.setAttribute("viewBox", "0 0 24 24");
    this.#icon.setAttribute("aria-hidden", "true");
    this.#icon.append(this.#iconUse);
    this.#label.dataset["part"] = "label";
    this.#badge.dataset["testid"] = "source-badge";
    const name = element("div", "name");
    name.setAttribute("role", "gridcell");
    const { sign, hint } = this.#pair;
    name.append(sign, this.#chevron, this.#depth, this.#icon, this.#label, hint, this.#note, this.#spoken, this.#badge);
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
      if (id !== "") this.root.id = id;
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
    const source = sourceOf(table, span);
    const category = categoryAt(table, span);
    const name = table.strings.label(table.name[span] ?? 0);
    const service = table.strings.label(table.service[span] ?? 0);
    this.root.dataset["spanId"] = spanIdOf(table, span);
    this.root.dataset["source"] = source;
    this.root.dataset["error"] = String(isError(table, span));
    this.#iconUse.setAttribute("href", `#${iconIdPrefix}${category}`);
    this.#label.textContent = name === "" ? "(no name)" : name;
    this.#label.title = service === "" ? name : `${name}\n${service}`;
    this.#spoken.textContent = spokenOf(table, span, categoryNames[category]);
  }

  /** What depends on more than the span: colours, and sums over its children. */
  #showNumbers({ scene, table, span, columns }: RowContent): void {
    this.#icon.style.color = `var(--k-${spanCategories[scene.colors[span] ?? 0] ?? "oth"})`;
    const isByService = scene.coloring === "service";
    this.root.dataset["coloring"] = scene.coloring;
    // A colour never speaks alone: what it says stands beside the name.
    this.#badge.textContent = isByService
      ? table.strings.label(table.service[span] ?? 0)
      : sourceLabels[sourceOf(table, span)];
    this.#badge.title = sourceReason(table, span);
    for (const column of columns) {
      const cell = this.#cell(column);
      if (!isDeltaColumn(column)) this.#showCell(cell, column, scene, span);
      else if (scene.merged !== null) {
        const { text, title, tone } = deltaCellOf(scene.merged, span, column);
        write(cell, text, title);
        cell.dataset["tone"] = tone;
      }
    }
  }

  #cell(column: ColumnName): HTMLElement {
    return ensureExists(this.#cells.get(column), "every column has a cell");
  }

  #showCell(cell: HTMLElement, column: SpanColumnName, { table, selfTime }: Scene, span: SpanIndex): void {
    switch (column) {
      case "duration": {
        const hasEnded = !hasFlag(table, span, spanFlags.notEnded);
        const nanos = table.duration[span] ?? 0;
        write(cell, hasEnded ? formatDuration(nanos) : "running", hasEnded ? formatExactDuration(nanos) : neverEnded);
        cell.dataset["ended"] = String(hasEnded);
        break;
      }
      case "self": {
        const own = ownTimeAt(selfTime, table, span);
        write(cell, formatDuration(own), `${formatExactDuration(own)} in which none of its children ran`);
        break;
      }
      case "tokens": {
        const [input, output] = [table.inputTokens[span] ?? -1, table.outputTokens[span] ?? -1];
        if (input < 0 && output < 0) write(cell, "", "");
        else write(cell, formatTokens(Math.max(0, input) + Math.max(0, output)), tokensTitle(input, output));
        break;
      }
      case "cost": {
        const pico = table.cost[span] ?? -1;
        write(cell, pico < 0 ? "" : formatCost(pico), "");
        break;
      }
      default:
        assertUnreachable(column);
    }
  }

  #showLevel({ table, span, baseDepth }: RowContent): void {
    const depth = (table.depth[span] ?? 0) - baseDepth;
    this.root.setAttribute("aria-level", String(depth + 1));
    this.root.style.setProperty("--level", String(Math.min(depth, measures.maxIndentLevels)));
    this.#depth.textContent = depth > measures.maxIndentLevels ? `+${depth - measures.maxIndentLevels}` : "";
    this.#depth.title = `Level ${depth + 1}`;
  }

  #showFold({ table, span, isCollapsed }: RowContent): void {
    const isParent = hasChildren(table, span);
    if (isParent) this.root.setAttribute("aria-expanded", String(!isCollapsed));
    else this.root.removeAttribute("aria-expanded");
    this.#chevron.dataset["shown"] = String(isParent);
    this.#note.textContent = noteOf(table, span, isCollapsed);
    this.#note.title = isCollapsed ? "Spans that are collapsed into this one" : orphanReason;
  }
}

const neverEnded = "This span has not ended";

function tokensTitle(input: number, output: number): string {
  const part = (tokens: number): string => (tokens < 0 ? "unknown" : formatInteger(tokens));
  return `${part(input)} in, ${part(output)} out`;
}

function write(cell: HTMLElement, text: string, title: string): void {
  if (cell.textContent !== text) cell.textContent = text;
  if (cell.title !== title) cell.title = title;
}

const orphanReason = "The span that it names as its parent has not arrived";

/** What stands behind the name, quietly. */
function noteOf(table: SpanTable, span: SpanIndex, isCollapsed: boolean): string {
  if (isCollapsed) return `${formatInteger((table.subtreeEnd[span] ?? 0) - span - 1)} below`;
  if (hasFlag(table, span, spanFlags.cycleCut)) return "parent cycle";
  return hasFlag(table, span, spanFlags.orphan) ? "no parent" : "";
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

function svgElement(tag: "svg" | "use" | "path"): SVGElement {
  return document.createElementNS("http://www.w3.org/2000/svg", tag);
}

function chevronShape(): SVGElement {
  const svg = svgElement("svg");
  svg.setAttribute("viewBox", "0 0 12 12");
  const path = svgElement("path");
  path.setAttribute("d", "M4.5 3 L7.5 6 L4.5 9");
  svg.append(path);
  return svg;
}

// Which spans are on which row of the waterfall while some subtrees are collapsed.
// Rows ascend by span index (depth first), so a subtree is a run of rows, found by binary search.

import { lowerBound, upperBound } from "../base/binary-search.ts";
import type { SpanIndex, SpanTable } from "./span-table.ts";
import { hasChildren } from "./span-table.ts";

/** Place of a visible span from the top of the waterfall. */
export type RowIndex = number;

/** The visible rows of a table; everything is expanded at first. Each operation costs O(visible rows). */
export class VisibleRows {
  readonly table: SpanTable;
  /** Spans by row; only the first `nRows` elements count. */
  readonly #spans: Uint32Array;
  readonly #collapsed = new Set<SpanIndex>();
  #nRows: number;

  constructor(table: SpanTable, collapsed: Iterable<SpanIndex> = []) {
    this.table = table;
    this.#spans = new Uint32Array(table.nSpans);
    for (const span of collapsed) if (hasChildren(table, span)) this.#collapsed.add(span);
    this.#nRows = this.#fill(0, 0, table.nSpans);
  }

  get nRows(): number {
    return this.#nRows;
  }

  /** Collapsed spans in no order, also those inside of a collapsed subtree. */
  get collapsed(): ReadonlySet<SpanIndex> {
    return this.#collapsed;
  }

  /** Returns the span on a row that exists. */
  spanAt(row: RowIndex): SpanIndex {
    return this.#spans[row] ?? 0;
  }

  /** Returns the row of a span, or null while a collapsed ancestor hides it. */
  rowOf(span: SpanIndex): RowIndex | null {
    const row = lowerBound(this.#spans, span, 0, this.#nRows);
    return row < this.#nRows && this.#spans[row] === span ? row : null;
  }

  /** Returns the row where a span is, or that of the collapsed ancestor that hides it. */
  rowShowing(span: SpanIndex): RowIndex {
    // Rows between that ancestor and the span would be its descendants, and those are hidden.
    return Math.max(0, upperBound(this.#spans, span, 0, this.#nRows) - 1);
  }

  isCollapsed(span: SpanIndex): boolean {
    return this.#collapsed.has(span);
  }

  /** Hides the descendants of a span. */
  collapse(span: SpanIndex): void {
    if (this.#collapsed.has(span) || !hasChildren(this.table, span)) return;
    this.#collapsed.add(span);
    const row = this.rowOf(span);
    if (row === null) return;
    const after = lowerBound(this.#spans, this.table.subtreeEnd[span] ?? 0, row + 1, this.#nRows);
    this.#spans.copyWithin(row + 1, after, this.#nRows);
    this.#nRows -= after - (row + 1);
  }

  /** Shows the descendants of a span again, except those that another collapsed span hides. */
  expand(span: SpanIndex): void {
    if (!this.#collapsed.delete(span)) return;
    const row = this.rowOf(span);
    if (row === null) return;
    const nShown = this.#count(span + 1, this.table.subtreeEnd[span] ?? 0);
    this.#spans.copyWithin(row + 1 + nShown, row + 1, this.#nRows);
    this.#fill(row + 1, span + 1, this.table.subtreeEnd[span] ?? 0);
    this.#nRows += nShown;
  }

  toggle(span: SpanIndex): void {
    if (this.#collapsed.has(span)) this.expand(span);
    else this.collapse(span);
  }

  /** Expands all ancestors of a span, so that it has a row. */
  reveal(span: SpanIndex): void {
    const { parent } = this.table;
    let isHidden = false;
    for (let ancestor = parent[span] ?? -1; ancestor >= 0; ancestor = parent[ancestor] ?? -1) {
      if (this.#collapsed.delete(ancestor)) isHidden = true;
    }
    if (isHidden) this.#nRows = this.#fill(0, 0, this.table.nSpans);
  }

  /** Shows roots only. */
  collapseAll(): void {
    for (let span = 0; span < this.table.nSpans; span++) if (hasChildren(this.table, span)) this.#collapsed.add(span);
    this.#nRows = this.#fill(0, 0, this.table.nSpans);
  }

  /** Shows every span. */
  expandAll(): void {
    this.#collapsed.clear();
    this.#nRows = this.#fill(0, 0, this.table.nSpans);
  }

  /** Writes the visible spans of `from..to` to the rows from `row` on; returns the row after them. */
  #fill(row: RowIndex, from: SpanIndex, to: SpanIndex): RowIndex {
    let next = row;
    for (let span = from; span < to; span = this.#nextVisible(span)) this.#spans[next++] = span;
    return next;
  }

  #count(from: SpanIndex, to: SpanIndex): number {
    let count = 0;
    for (let span = from; span < to; span = this.#nextVisible(span)) count++;
    return count;
  }

  #nextVisible(span: SpanIndex): SpanIndex {
    return this.#collapsed.has(span) ? (this.table.subtreeEnd[span] as number) : span + 1;
  }
}

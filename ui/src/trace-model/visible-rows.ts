// Which spans are on which row of the waterfall: all, or those of one subtree, or those that a filter keeps, but for what is
// collapsed. Rows ascend by span index (depth first), so a subtree is a run of rows, found by binary search.

import { lowerBound, upperBound } from "../base/binary-search.ts";
import type { SpanIndex, SpanTable } from "./span-table.ts";
import { hasChildren } from "./span-table.ts";

/** Place of a visible span from the top of the waterfall. */
export type RowIndex = number;

/** What a waterfall shows of a table besides what is collapsed. */
export interface RowsState {
  readonly collapsed: Iterable<SpanIndex>;
  /** The span whose subtree alone is shown; null for the whole trace. */
  readonly focus: SpanIndex | null;
}

/** The visible rows of a table; everything is expanded at first. Each operation costs O(spans) at most. */
export class VisibleRows {
  readonly table: SpanTable;
  /** Spans by row; only the first `nRows` elements count. */
  readonly #spans: Uint32Array;
  readonly #collapsed = new Set<SpanIndex>();
  #focus: SpanIndex | null;
  /** 1 for the spans that a filter keeps; null without a filter. */
  #kept: Uint8Array | null = null;
  #nRows = 0;
  #version = 0;

  constructor(table: SpanTable, { collapsed = [], focus = null }: Partial<RowsState> = {}) {
    this.table = table;
    this.#spans = new Uint32Array(table.nSpans);
    this.#focus = focus;
    for (const span of collapsed) if (hasChildren(table, span)) this.#collapsed.add(span);
    this.#refill();
  }

  get nRows(): number {
    return this.#nRows;
  }

  /** Grows with each change of the rows, so that what is derived from them can be kept until then. */
  get version(): number {
    return this.#version;
  }

  /** Collapsed spans in no order, also those inside of a collapsed subtree. */
  get collapsed(): ReadonlySet<SpanIndex> {
    return this.#collapsed;
  }

  /** The span whose subtree alone is shown; null for the whole trace. */
  get focus(): SpanIndex | null {
    return this.#focus;
  }

  /** The first span of what is shown. */
  get from(): SpanIndex {
    return this.#focus ?? 0;
  }

  /** The span after the last one of what is shown. */
  get to(): SpanIndex {
    return this.#focus === null ? this.table.nSpans : (this.table.subtreeEnd[this.#focus] as number);
  }

  /** Depth of the first level that is shown. */
  get baseDepth(): number {
    return this.#focus === null ? 0 : (this.table.depth[this.#focus] as number);
  }

  /** Returns the span on a row that exists. */
  spanAt(row: RowIndex): SpanIndex {
    return this.#spans[row] ?? 0;
  }

  /** Returns the row of a span, or null while something hides it. */
  rowOf(span: SpanIndex): RowIndex | null {
    const row = lowerBound(this.#spans, span, 0, this.#nRows);
    return row < this.#nRows && this.#spans[row] === span ? row : null;
  }

  /** Returns the row where a span is, or that of the collapsed ancestor that hides it; else the nearest row before it. */
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
    this.#version++;
    const row = this.rowOf(span);
    if (row === null) return;
    const after = lowerBound(this.#spans, this.table.subtreeEnd[span] ?? 0, row + 1, this.#nRows);
    this.#spans.copyWithin(row + 1, after, this.#nRows);
    this.#nRows -= after - (row + 1);
  }

  /** Shows the descendants of a span again, except those that another collapsed span hides. */
  expand(span: SpanIndex): void {
    if (!this.#collapsed.delete(span)) return;
    this.#version++;
    const row = this.rowOf(span);
    if (row === null) return;
    const end = this.table.subtreeEnd[span] ?? 0;
    const nShown = this.#count(span + 1, end);
    this.#spans.copyWithin(row + 1 + nShown, row + 1, this.#nRows);
    this.#fill(row + 1, span + 1, end);
    this.#nRows += nShown;
  }

  toggle(span: SpanIndex): void {
    if (this.#collapsed.has(span)) this.expand(span);
    else this.collapse(span);
  }

  /** Collapses spans; those without children have nothing to hide. */
  collapseMany(spans: Iterable<SpanIndex>): void {
    for (const span of spans) if (hasChildren(this.table, span)) this.#collapsed.add(span);
    this.#refill();
  }

  expandMany(spans: Iterable<SpanIndex>): void {
    for (const span of spans) this.#collapsed.delete(span);
    this.#refill();
  }

  /** Expands all ancestors of a span, and shows the whole trace if it is elsewhere, so that it has a row unless filtered out. */
  reveal(span: SpanIndex): void {
    const { parent } = this.table;
    let isHidden = false;
    if (span < this.from || span >= this.to) {
      this.#focus = null;
      isHidden = true;
    }
    for (let ancestor = parent[span] ?? -1; ancestor >= 0; ancestor = parent[ancestor] ?? -1) {
      if (this.#collapsed.delete(ancestor)) isHidden = true;
    }
    if (isHidden) this.#refill();
  }

  /** Shows roots only. */
  collapseAll(): void {
    for (let span = this.from; span < this.to; span++) if (hasChildren(this.table, span)) this.#collapsed.add(span);
    this.#refill();
  }

  /** Shows every span. */
  expandAll(): void {
    this.#collapsed.clear();
    this.#refill();
  }

  /** Shows the subtree of a span alone, itself expanded; null shows the whole trace. */
  focusOn(span: SpanIndex | null): void {
    this.#focus = span;
    if (span !== null) this.#collapsed.delete(span);
    this.#refill();
  }

  /** Shows only the spans of `kept` (1 by span; ancestors must be kept with their descendants); null shows all again. */
  filter(kept: Uint8Array | null): void {
    if (kept === this.#kept) return;
    this.#kept = kept;
    this.#refill();
  }

  #refill(): void {
    this.#version++;
    this.#nRows = this.#fill(0, this.from, this.to);
  }

  /** Writes the visible spans of `from..to` to the rows from `row` on; returns the row after them. */
  #fill(row: RowIndex, from: SpanIndex, to: SpanIndex): RowIndex {
    let next = row;
    for (let span = from; span < to; span = this.#after(span)) if (this.#isKept(span)) this.#spans[next++] = span;
    return next;
  }

  #count(from: SpanIndex, to: SpanIndex): number {
    let count = 0;
    for (let span = from; span < to; span = this.#after(span)) if (this.#isKept(span)) count++;
    return count;
  }

  #isKept(span: SpanIndex): boolean {
    return this.#kept === null || this.#kept[span] === 1;
  }

  /** The span after one, and after its descendants where they are hidden. */
  #after(span: SpanIndex): SpanIndex {
    const isClosed = this.#collapsed.has(span) || !this.#isKept(span);
    return isClosed ? (this.table.subtreeEnd[span] as number) : span + 1;
  }
}

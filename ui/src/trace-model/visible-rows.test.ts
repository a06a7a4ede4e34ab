import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SpanTable } from "./span-table.ts";
import { arbitraryTable } from "./testing/arbitrary.ts";
import { drawTable } from "./testing/draw.ts";
import { VisibleRows } from "./visible-rows.ts";

const table = drawTable(`
                  0....5....10...15...20
  a               [===================]
    b               [=========]
      c             [===]
      d                 [====]
    e                          [====]
  f                                    [=]
`);

function names(rows: VisibleRows): string {
  let text = "";
  for (let row = 0; row < rows.nRows; row++) text += table.strings.get(table.name[rows.spanAt(row)] ?? 0);
  return text;
}

describe("collapse and expand", () => {
  test.each<[string, (rows: VisibleRows) => void, string]>([
    ["all is expanded at first", () => undefined, "abcdef"],
    ["a subtree", (rows) => rows.collapse(1), "abef"],
    ["a leaf has nothing to hide", (rows) => rows.collapse(2), "abcdef"],
    ["the last root", (rows) => rows.collapse(0), "af"],
    ["and back", (rows) => [rows.collapse(0), rows.expand(0)], "abcdef"],
    ["an inner subtree stays collapsed", (rows) => [rows.collapse(1), rows.collapse(0), rows.expand(0)], "abef"],
    ["inner one while hidden", (rows) => [rows.collapse(0), rows.collapse(1), rows.expand(0)], "abef"],
    ["expand while hidden", (rows) => [rows.collapse(1), rows.collapse(0), rows.expand(1), rows.expand(0)], "abcdef"],
    ["toggle", (rows) => [rows.toggle(1), rows.toggle(1), rows.toggle(1)], "abef"],
    ["collapse all", (rows) => rows.collapseAll(), "af"],
    ["one level after collapse all", (rows) => [rows.collapseAll(), rows.expand(0)], "abef"],
    ["expand all", (rows) => [rows.collapseAll(), rows.expandAll()], "abcdef"],
    ["reveal", (rows) => [rows.collapseAll(), rows.reveal(3)], "abcdef"],
    ["the subtree of a span alone", (rows) => rows.focusOn(1), "bcd"],
    ["a focus opens its root", (rows) => [rows.collapse(1), rows.focusOn(1)], "bcd"],
    ["collapsed within a focus", (rows) => [rows.focusOn(0), rows.collapse(1)], "abe"],
    ["all collapsed within a focus", (rows) => [rows.focusOn(0), rows.collapseAll()], "a"],
    ["back from a focus", (rows) => [rows.focusOn(1), rows.focusOn(null)], "abcdef"],
    ["reveal within a focus", (rows) => [rows.focusOn(0), rows.collapse(1), rows.reveal(3)], "abcde"],
    ["reveal of what is elsewhere ends the focus", (rows) => [rows.focusOn(1), rows.reveal(4)], "abcdef"],
    ["what a filter keeps", (rows) => rows.filter(Uint8Array.of(1, 1, 0, 1, 0, 0)), "abd"],
    ["collapsed within a filter", (rows) => [rows.filter(Uint8Array.of(1, 1, 0, 1, 0, 1)), rows.collapse(1)], "abf"],
    [
      "and expanded again",
      (rows) => [rows.filter(Uint8Array.of(1, 1, 0, 1, 0, 1)), rows.collapse(1), rows.expand(1)],
      "abdf",
    ],
    ["back from a filter", (rows) => [rows.filter(new Uint8Array(6)), rows.filter(null)], "abcdef"],
    ["reveal of what is visible", (rows) => [rows.collapse(1), rows.reveal(4)], "abef"],
  ])("%s", (_, operations, expected) => {
    const rows = new VisibleRows(table);
    operations(rows);
    expect(names(rows)).toBe(expected);
  });
});

test("a hidden span is shown by the collapsed ancestor that hides it", () => {
  const rows = new VisibleRows(table, { collapsed: [0, 1] });
  expect([0, 1, 2, 3, 4, 5].map((span) => rows.rowOf(span))).toEqual([0, null, null, null, null, 1]);
  expect([0, 1, 2, 3, 4, 5].map((span) => rows.rowShowing(span))).toEqual([0, 0, 0, 0, 0, 1]);
});

test("expanded, every span is on exactly one row", () => {
  fc.assert(
    fc.property(arbitraryTable(), (any) => {
      const rows = new VisibleRows(any);
      expect(spansOf(rows)).toEqual(Array.from({ length: any.nSpans }, (_, span) => span));
    }),
  );
});

test("after any operations the rows are those of the naive model", () => {
  const operation = fc.tuple(fc.constantFrom("collapse", "expand", "toggle", "reveal", "all", "none"), fc.nat(100));
  fc.assert(
    fc.property(arbitraryTable(), fc.array(operation), (any, operations) => {
      fc.pre(any.nSpans > 0);
      const rows = new VisibleRows(any);
      const collapsed = new Set<number>();
      for (const [kind, number] of operations) {
        const span = number % any.nSpans;
        const isParent = (any.subtreeEnd[span] ?? 0) > span + 1;
        if (kind === "all") {
          rows.expandAll();
          collapsed.clear();
        } else if (kind === "none") {
          rows.collapseAll();
          for (const [parent, end] of any.subtreeEnd.entries()) if (end > parent + 1) collapsed.add(parent);
        } else if (kind === "reveal") {
          rows.reveal(span);
          for (let up = any.parent[span] ?? -1; up >= 0; up = any.parent[up] ?? -1) collapsed.delete(up);
        } else {
          rows[kind](span);
          const isToCollapse = kind === "collapse" || (kind === "toggle" && !collapsed.has(span));
          if (!isToCollapse) collapsed.delete(span);
          else if (isParent) collapsed.add(span);
        }
        expect(spansOf(rows)).toEqual(visibleSpans(any, collapsed));
        for (let row = 0; row < rows.nRows; row++) expect(rows.rowOf(rows.spanAt(row))).toBe(row);
        expect(new VisibleRows(any, { collapsed }).nRows).toBe(rows.nRows);
      }
    }),
  );
});

function spansOf(rows: VisibleRows): number[] {
  return Array.from({ length: rows.nRows }, (_, row) => rows.spanAt(row));
}

function visibleSpans(any: SpanTable, collapsed: ReadonlySet<number>): number[] {
  const isVisible = (span: number): boolean => {
    const up = any.parent[span] ?? -1;
    return up < 0 || (!collapsed.has(up) && isVisible(up));
  };
  return Array.from({ length: any.nSpans }, (_, span) => span).filter(isVisible);
}

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SpanTable } from "../trace-model/span-table.ts";
import { findSpan, spanIdOf } from "../trace-model/span-table.ts";
import { arbitrarySpans } from "../trace-model/testing/arbitrary.ts";
import type { TestSpan } from "../trace-model/testing/build.ts";
import { buildTable } from "../trace-model/testing/build.ts";
import { drawTable } from "../trace-model/testing/draw.ts";
import { carryOver } from "./carry-over.ts";
import type { TreeCommand } from "./commands.ts";
import { commandOf } from "./commands.ts";
import { geometryOf, maxScrollTop, measures, scrollTopShowing } from "./geometry.ts";
import { stepOf } from "./navigation.ts";
import { createScene } from "./scene.ts";
import { clampWindow, fitWindow, isFitWindow } from "./time-window.ts";

const table = drawTable(`
                  0....5....10...15...20
  a               [===================]
    b               [=========]
      c             [===]                  !error
      d                 [====]
    e                          [====]      !error
  f                                    [=]
`);

function nameOf(any: SpanTable, span: number): string {
  return any.strings.get(any.name[span] ?? 0);
}

describe("commands lead", () => {
  test.each<[TreeCommand, string | null, readonly string[], string]>([
    ["next", "a", [], "b"],
    ["next", "f", [], "f"],
    ["next", "b", ["b"], "e"],
    ["next", "c", ["b"], "e"],
    ["next", null, [], "b"],
    ["previous", "c", [], "b"],
    ["previous", "a", [], "a"],
    ["page-down", "a", [], "d"],
    ["page-up", "e", [], "b"],
    ["first", "e", [], "a"],
    ["last", "a", [], "f"],
    ["in", "a", [], "b"],
    ["in", "c", [], "stay"],
    ["in", "b", ["b"], "toggle b"],
    ["out", "b", [], "toggle b"],
    ["out", "b", ["b"], "a"],
    ["out", "c", [], "b"],
    ["out", "f", [], "stay"],
    ["next-error", null, [], "c"],
    ["next-error", "c", ["b"], "e"],
    ["next-error", "e", ["b"], "c"],
    ["previous-error", "d", [], "c"],
  ])("%s from %s with %s collapsed → %s", (command, from, collapsed, expected) => {
    const spanOf = (name: string): number => "abcdef".indexOf(name);
    const scene = createScene(table, collapsed.map(spanOf));
    const selected = from === null ? null : spanOf(from);
    const step = stepOf(scene, { selected, firstRow: 1, rowsPerPage: 3 }, command);
    const text =
      step.kind === "stay" ? "stay" : `${step.kind === "toggle" ? "toggle " : ""}${nameOf(table, step.span)}`;
    expect(text).toBe(expected);
  });

  test("nowhere in an empty trace", () => {
    const scene = createScene(buildTable([]));
    expect(stepOf(scene, { selected: null, firstRow: 0, rowsPerPage: 3 }, "next")).toEqual({ kind: "stay" });
  });
});

test("keys with modifiers belong to the browser; unknown ones to nobody", () => {
  const press = { ctrlKey: false, metaKey: false, altKey: false };
  expect(commandOf({ ...press, key: "j" })).toBe("next");
  expect(commandOf({ ...press, key: "a", ctrlKey: true })).toBe(null);
  expect(commandOf({ ...press, key: "ArrowLeft", altKey: true })).toBe(null);
  expect(commandOf({ ...press, key: "constructor" })).toBe(null);
});

test("a row is scrolled into view with a neighbour, or not at all", () => {
  const geometry = geometryOf(1000, 28 + 260, 300);
  const rowArbitrary = fc.tuple(fc.nat(99), fc.integer({ min: 0, max: 2366 }));
  fc.assert(
    fc.property(rowArbitrary, ([row, scrollTop]) => {
      const shown = scrollTopShowing(geometry, scrollTop, row, 100);
      expect(row * measures.rowHeight).toBeGreaterThanOrEqual(shown);
      expect((row + 1) * measures.rowHeight).toBeLessThanOrEqual(shown + 260);
      expect(scrollTopShowing(geometry, shown, row, 100)).toBe(shown);
    }),
  );
});

describe("a newer table", () => {
  const geometry = geometryOf(1000, 28 + 260, 300);
  const recipe = fc.record({
    spans: arbitrarySpans(60).filter(({ length }) => length > 0),
    areParentsLate: fc.boolean(),
    keep: fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
    collapsed: fc.array(fc.nat(59), { maxLength: 5 }),
    selected: fc.option(fc.nat(59)),
    hover: fc.option(fc.nat(59)),
    scroll: fc.double({ min: 0, max: 1, noNaN: true }),
    zoom: fc.integer({ min: 0, max: 10 }),
  });

  test("keeps selection, collapsed spans, zoom, and the row that is pointed at", () => {
    fc.assert(
      fc.property(recipe, ({ spans, keep, areParentsLate, collapsed, selected, hover, scroll, zoom }) => {
        const numbered = spans.map((span, index) => Object.assign(span, { spanId: BigInt(index + 1) }));
        const newer = buildTable(numbered);
        const older = buildTable(areParentsLate ? withoutParents(numbered, keep) : withoutSubtrees(numbered, keep));
        fc.pre(older.nSpans > 0);
        const isThere = (span: number): boolean => span < older.nSpans;
        const scene = createScene(older, collapsed.filter(isThere));
        const length = older.extentEnd - older.extentStart;
        const zoomed = { start: older.extentStart, end: older.extentStart + length / 2 ** zoom };
        const old = {
          scene,
          window: zoom === 0 ? fitWindow(older) : clampWindow(zoomed, older),
          scrollTop: Math.floor(maxScrollTop(geometry, scene.rows.nRows) * scroll),
          selected: selected !== null && isThere(selected) ? selected : null,
          found: null,
        };
        const hoverRow = hover !== null && hover < scene.rows.nRows ? hover : null;
        const carried = carryOver(old, geometry, hoverRow, newer);

        const idOf = (span: number | null, of: SpanTable): string | null => (span === null ? null : spanIdOf(of, span));
        expect(idOf(carried.selected, newer)).toBe(idOf(old.selected, older));
        const collapsedIds = (of: typeof scene): string[] =>
          Array.from(of.rows.collapsed, (span) => spanIdOf(of.table, span)).toSorted();
        expect(collapsedIds(carried.scene)).toEqual(collapsedIds(scene));
        expect(carried.window).toEqual(
          isFitWindow(old.window, older) ? fitWindow(newer) : clampWindow(old.window, newer),
        );

        const anchor = hoverRow ?? (old.selected === null ? null : scene.rows.rowOf(old.selected));
        const y = (anchor ?? 0) * measures.rowHeight - old.scrollTop;
        const anchorSpan = anchor === null ? null : findSpan(newer, spanIdOf(older, scene.rows.spanAt(anchor)));
        const newY = carried.scene.rows.rowShowing(anchorSpan ?? 0) * measures.rowHeight - carried.scrollTop;
        const isAtEnd =
          carried.scrollTop === 0 || carried.scrollTop === maxScrollTop(geometry, carried.scene.rows.nRows);
        const wasInView = y > -measures.rowHeight && y < 260;
        expect(anchorSpan === null || isAtEnd || !wasInView || newY === y).toBe(true);
      }),
    );
  });

  test("moves with the base time when an earlier span arrives", () => {
    const older = drawTable("          0....5....10\n  child   [=========]");
    const newer = {
      ...drawTable("          0....5....10...15...20\n  root    [===================]"),
      baseTime: (older.baseTime - 5_000_000n) as typeof older.baseTime,
    };
    const old = { scene: createScene(older), window: { start: 2e6, end: 4e6 }, scrollTop: 0, selected: 0, found: null };
    expect(carryOver(old, geometry, null, newer).window).toEqual({ start: 7e6, end: 9e6 });
  });
});

/** Some of the spans, each a root: their parents have not arrived. */
function withoutParents(spans: readonly TestSpan[], keep: readonly boolean[]): TestSpan[] {
  return spans.flatMap((span, index) => (keep[index] ? [{ ...span, depth: 0 }] : []));
}

/** The spans without some subtrees, which have not arrived. */
function withoutSubtrees(spans: readonly TestSpan[], keep: readonly boolean[]): TestSpan[] {
  let droppedDepth = Infinity;
  return spans.filter(({ depth }, index) => {
    if (depth > droppedDepth) return false;
    droppedDepth = keep[index] ? Infinity : depth;
    return keep[index];
  });
}

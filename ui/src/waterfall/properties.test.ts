import * as fc from "fast-check";
import { evenRuler } from "./text-fit.ts";
import { expect, test } from "vitest";
import { countErrorsBelow, isError } from "../trace-model/errors.ts";
import { arbitrarySpans } from "../trace-model/testing/arbitrary.ts";
import { buildTable } from "../trace-model/testing/build.ts";
import type { DrawList } from "./draw-list.ts";
import { glyphKinds, glyphSize } from "./draw-list.ts";
import { geometryOf, maxScrollTop, measures, rowsPerPage } from "./geometry.ts";
import { hitTest } from "./hit-test.ts";
import { layout } from "./layout.ts";
import { paints } from "./paints.ts";
import type { Scene, View } from "./scene.ts";
import { createScene } from "./scene.ts";
import { revealed } from "./sight.ts";
import { maxStickyRows } from "./sticky-rows.ts";
import { timeScaleOf, timeToX } from "./time-scale.ts";
import { clampWindow } from "./time-window.ts";

/** Any trace with any spans collapsed, seen through any window at any zoom; small, so that a counterexample can be read. */
const recipes = fc.record({
  spans: arbitrarySpans(80).filter(({ length }) => length > 0),
  collapsed: fc.array(fc.nat(80), { maxLength: 8 }),
  width: fc.integer({ min: 280, max: 2000 }),
  height: fc.integer({ min: 60, max: 1200 }),
  gutter: fc.integer({ min: 100, max: 900 }),
  zoom: fc.double({ min: 0, max: 40, noNaN: true }),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  scroll: fc.double({ min: 0, max: 1, noNaN: true }),
});

interface Frame {
  readonly scene: Scene;
  readonly view: View;
  readonly list: DrawList;
}

type Recipe = typeof recipes extends fc.Arbitrary<infer T> ? T : never;

function frameOf({ spans, collapsed, width, height, gutter, zoom, at, scroll }: Recipe): Frame {
  const table = buildTable(spans);
  const isThere = (span: number): boolean => span < table.nSpans;
  const scene = createScene(table, collapsed.filter(isThere));
  const geometry = geometryOf(width, height, gutter);
  const extent = table.extentEnd - table.extentStart;
  const start = table.extentStart + extent * at;
  const window = clampWindow({ start, end: start + extent / 2 ** zoom }, table);
  const scrollTop = maxScrollTop(geometry, scene.rows.nRows) * scroll;
  const view: View = {
    geometry,
    window,
    scrollTop,
    selected: null,
    hoverRow: null,
    pointerX: null,
    columns: [],
    ruler: evenRuler,
  };
  return { scene, view, list: layout(scene, view) };
}

/** Checks a property of every frame. */
function checkFrames(predicate: (frame: Frame) => void): void {
  fc.assert(fc.property(recipes, (recipe) => predicate(frameOf(recipe))));
}

test("every row in view is on the frame once, at its place", () => {
  checkFrames(({ scene, view, list }) => {
    const { firstRow, nRows, spans } = list.places;
    expect(spans.slice(0, nRows)).toEqual(
      Array.from({ length: nRows }, (_, place) => scene.rows.spanAt(firstRow + place)),
    );
    const bodyBottom = view.scrollTop + view.geometry.height - measures.axisHeight;
    for (let row = 0; row < scene.rows.nRows; row++) {
      const isInView = (row + 1) * measures.rowHeight > view.scrollTop && row * measures.rowHeight < bodyBottom;
      expect(row >= firstRow && row < firstRow + nRows).toBe(isInView);
    }
  });
});

test("the hit test inverts the layout: the middle of each bar is its span", () => {
  checkFrames(({ scene, view, list }) => {
    const { places } = list;
    for (let place = 0; place < places.nRows; place++) {
      const top = places.top + place * measures.rowHeight;
      if (top + measures.rowHeight / 2 < measures.axisHeight + places.nSticky * measures.rowHeight) continue;
      const y = Math.min(Math.max(top + measures.rowHeight / 2, measures.axisHeight), view.geometry.height - 0.01);
      const row = places.firstRow + place;
      const expected = { zone: "row", row, span: scene.rows.spanAt(row) };
      const [left, right] = [places.barLeft[place] ?? 0, places.barRight[place] ?? 0];
      const middle = hitTest(list, right >= left ? (left + right) / 2 : view.geometry.chartLeft, y);
      expect(middle).toMatchObject({ ...expected, part: right >= left ? "bar" : "chart" });
      expect(hitTest(list, 1, y)).toEqual({ ...expected, part: "gutter" });
      expect(hitTest(list, view.geometry.width - 1, y)).toEqual({ ...expected, part: "duration" });
    }
  });
});

test("the sticky rows are the nearest ancestors of the first row below them, and have scrolled out of their places", () => {
  checkFrames(({ scene, view, list }) => {
    const { table, rows } = scene;
    const { nSticky, sticky } = list.places;
    expect(nSticky).toBeLessThanOrEqual(maxStickyRows(view.geometry));
    const below = rows.spanAt(Math.floor(view.scrollTop / measures.rowHeight) + nSticky);
    for (let place = nSticky - 1, above = below; place >= 0; place--) {
      const span = sticky[place] ?? -1;
      // The last one is an ancestor of the row below, each other one the parent of the one under it.
      expect(span < above && (table.subtreeEnd[span] ?? 0) > above).toBe(true);
      expect(place === nSticky - 1 || table.parent[above] === span).toBe(true);
      expect((rows.rowOf(span) ?? 0) * measures.rowHeight).toBeLessThan(view.scrollTop + place * measures.rowHeight);
      const y = measures.axisHeight + (place + 0.5) * measures.rowHeight;
      // A third of the window at most, so that it is in view.
      expect(hitTest(list, 1, y)).toEqual({ zone: "sticky", span, part: "gutter" });
      above = span;
    }
  });
});

test("a row that is brought into view is not below the sticky ones", () => {
  checkFrames(({ scene, view }) => {
    const { geometry, window, scrollTop } = view;
    fc.pre(rowsPerPage(geometry) >= 6);
    for (let row = 0; row < scene.rows.nRows; row++) {
      const selected = scene.rows.spanAt(row);
      const shown = revealed({ scene, window, scrollTop, selected, found: null }, geometry);
      const { places } = layout(scene, { ...view, scrollTop: shown.scrollTop });
      const top = row * measures.rowHeight - shown.scrollTop;
      expect(top).toBeGreaterThanOrEqual(places.nSticky * measures.rowHeight - 0.001);
      expect(top + measures.rowHeight).toBeLessThanOrEqual(geometry.height - measures.axisHeight + 0.001);
    }
  });
});

test("no error ever vanishes: each one, also in a collapsed span, has a glyph within the chart on its row", () => {
  checkFrames(({ scene, list }) => {
    const { places } = list;
    for (let place = 0; place < places.nRows; place++) {
      const span = scene.rows.spanAt(places.firstRow + place);
      const hidden = scene.rows.isCollapsed(span) && countErrorsBelow(scene.table, span) > 0;
      const expected = isError(scene.table, span) ? ["error"] : hidden ? ["error-below"] : [];
      expect(errorGlyphs(list, place)).toEqual(expected);
    }
  });
});

test("bars and outlines stay within the chart, are at least a pixel wide, and reach as far as the span does", () => {
  checkFrames(({ scene, view, list }) => {
    const { chartLeft, chartRight } = view.geometry;
    for (const { name, x, width } of rectsOf(list)) {
      if (!/^(pale|solid|error-outline)/.test(name)) continue;
      expect(width).toBeGreaterThan(0);
      expect(x).toBeGreaterThanOrEqual(chartLeft - 0.001);
      expect(x + width).toBeLessThanOrEqual(chartRight + 0.001);
    }
    const scale = timeScaleOf(view.window, view.geometry);
    for (let place = 0; place < list.places.nRows; place++) {
      const span = scene.rows.spanAt(list.places.firstRow + place);
      const start = timeToX(scale, scene.table.start[span] ?? 0);
      const end = timeToX(scale, scene.table.end[span] ?? 0);
      const [left, right] = [list.places.barLeft[place] ?? 0, list.places.barRight[place] ?? 0];
      const isInView = end >= chartLeft && start <= chartRight;
      expect(right >= left).toBe(isInView);
      if (!isInView) continue;
      expect(right - left).toBeGreaterThanOrEqual(1);
      expect(left).toBeLessThanOrEqual(Math.max(start, chartLeft) + 0.001);
      expect(right).toBeGreaterThanOrEqual(Math.min(end, chartRight) - 0.001);
    }
  });
});

test("a list that is used again holds the same frame as a new one", () => {
  fc.assert(
    fc.property(recipes, recipes, (firstRecipe, secondRecipe) => {
      const [first, second] = [frameOf(firstRecipe), frameOf(secondRecipe)];
      const reused = layout(first.scene, first.view);
      layout(second.scene, second.view, reused);
      expect(rectsOf(reused)).toEqual(rectsOf(second.list));
      expect(reused.texts).toEqual(second.list.texts);
      expect(reused.glyphs.positions.slice(0, reused.glyphs.length * 2)).toEqual(
        second.list.glyphs.positions.slice(0, second.list.glyphs.length * 2),
      );
    }),
    { numRuns: 30 },
  );
});

test("the cost of a frame depends on rows and pixels in view", () => {
  checkFrames(({ view, list }) => {
    const pixels = view.geometry.chartRight - view.geometry.chartLeft;
    const nRows = list.places.nRows;
    expect(list.body.length).toBeLessThanOrEqual(nRows * (measures.maxIndentLevels + 5 + pixels / 2) + 110);
    // Chevron, edge and error of each row.
    expect(list.glyphs.length).toBeLessThanOrEqual(nRows * 3);
    expect(list.icons.length).toBeLessThanOrEqual(nRows);
    expect(list.texts.length).toBeLessThanOrEqual(nRows * (5 + view.columns.length));
    const nSticky = maxStickyRows(view.geometry);
    expect(list.sticky.body.length).toBeLessThanOrEqual(nSticky * (measures.maxIndentLevels + 5 + pixels / 2) + 2);
  });
});

function errorGlyphs({ glyphs, places, geometry }: DrawList, place: number): string[] {
  const top = places.top + place * measures.rowHeight;
  const found: string[] = [];
  for (let glyph = 0; glyph < glyphs.length; glyph++) {
    const x = glyphs.positions[glyph * 2] ?? 0;
    const y = glyphs.positions[glyph * 2 + 1] ?? 0;
    const kind = glyphKinds[glyphs.kinds[glyph] ?? 0] ?? "left";
    const isOnRow = y >= top - 0.01 && y + glyphSize <= top + measures.rowHeight + 0.01;
    const isInChart = x >= geometry.chartLeft - 0.01 && x + glyphSize <= geometry.chartRight + 0.01;
    if (isOnRow && isInChart && kind.startsWith("error")) found.push(kind);
  }
  return found;
}

interface NamedRect {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function rectsOf(list: DrawList): NamedRect[] {
  return [list.body, list.fades, list.sticky.body, list.sticky.fades, list.axis].flatMap(
    ({ length, coordinates, paints: numbers }) =>
      Array.from({ length }, (_, rect) => {
        const [x = 0, y = 0, width = 0, height = 0] = coordinates.slice(rect * 4, rect * 4 + 4);
        return { name: paints[numbers[rect] ?? 0]?.name ?? "", x, y, width, height };
      }),
  );
}

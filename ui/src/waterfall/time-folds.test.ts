import * as fc from "fast-check";
import { evenRuler } from "./text-fit.ts";
import { describe, expect, test } from "vitest";
import { buildTable } from "../trace-model/testing/build.ts";
import { drawTable } from "../trace-model/testing/draw.ts";
import { geometryOf } from "./geometry.ts";
import { idleGapsOf } from "./idle-gaps.ts";
import { hitTest } from "./hit-test.ts";
import { layout } from "./layout.ts";
import { createScene, withFolds } from "./scene.ts";
import { foldsOf, foldTime, noFolds, unfoldTime } from "./time-folds.ts";
import { timeScaleOf, timeToX, xToTime } from "./time-scale.ts";
import { firstSightOf, refolded } from "./sight.ts";
import { wholeWindow } from "./whole-window.ts";

const ms = 1e6;

/** Up to five stretches apart from each other within 0 to 10^12. */
const stretches = fc
  .uniqueArray(fc.nat(1e12), { minLength: 2, maxLength: 10 })
  .map((ends) => ends.toSorted((one, other) => one - other))
  .map((ends) =>
    Array.from({ length: Math.floor(ends.length / 2) }, (_, fold) => ({
      start: ends[fold * 2] as number,
      end: ends[fold * 2 + 1] as number,
    })),
  );

test("each chart time is one time: unfolding takes back what folding did, and order stays", () => {
  fc.assert(
    fc.property(stretches, fc.array(fc.nat(1e12), { minLength: 1, maxLength: 20 }), (all, times) => {
      const folds = foldsOf(all, 0, 1e12);
      const sorted = times.toSorted((one, other) => one - other);
      let before = -Infinity;
      for (const time of sorted) {
        const folded = foldTime(folds, time);
        expect(folded).toBeGreaterThanOrEqual(before);
        // A band may be 2^40 times shorter than its stretch; doubles of 2^40 then tell 2^-13 of it apart, far below a pixel.
        expect(Math.abs(unfoldTime(folds, folded) - time)).toBeLessThan(2 ** 40 * 2 ** -12);
        before = folded;
      }
    }),
  );
});

test("times outside of the folds keep their distances", () => {
  const folds = foldsOf([{ start: 10, end: 1000 }], 0, 1020);
  expect(foldTime(folds, 5) - foldTime(folds, 2)).toBe(3);
  expect(foldTime(folds, 1015) - foldTime(folds, 1002)).toBe(13);
  // 30 are left besides, and the band gets 8 % of them.
  expect(foldTime(folds, 1000) - foldTime(folds, 10)).toBeCloseTo(2.4);
});

test("nothing folded changes nothing", () => {
  expect(foldTime(noFolds, 123)).toBe(123);
  expect(unfoldTime(foldsOf([], 0, 10), 7)).toBe(7);
});

describe("gaps are offered", () => {
  const gapsOf = (drawing: string) => idleGapsOf(createScene(drawTable(drawing)));

  test("where only parents wait for three quarters of the time", () => {
    expect(
      gapsOf(`
              0....5....10...15...20
      all     [===================]
        one   [=]
        two                     [=]
      `),
    ).toEqual([{ start: 2 * ms, end: 18 * ms }]);
    // Below that a parent that works between two calls looks alike, and there is room for all.
    expect(
      gapsOf(`
              0....5....10...15...20
      all     [===================]
        one   [==]
        two                  [====]
      `),
    ).toEqual([]);
  });

  test("not where a span itself works through it, unless there is next to nothing else", () => {
    expect(
      gapsOf(`
              0....5....10...15...20
      all     [===================]
        one   [=]
        llm     [===============]
        two                     [=]
      `),
    ).toEqual([]);
    expect(
      gapsOf(`
              0....5....10...15...20
      only    [===================]
      `),
    ).toEqual([]);
  });

  test("though one span fills it, where there is next to nothing else", () => {
    const gapsBeside = (long: { name: string; spanType?: string }) =>
      idleGapsOf(
        createScene(
          buildTable([
            { name: "workflow", depth: 0, start: 0, duration: 1000 },
            { name: "first", depth: 1, start: 0, duration: 10 },
            { ...long, depth: 1, start: 10, duration: 980 },
            { name: "second", depth: 1, start: 990, duration: 10 },
          ]),
        ),
      );
    expect(gapsBeside({ name: "wait for approval" })).toEqual([{ start: 10, end: 990 }]);
    // A model call is what the time went into, however long.
    expect(gapsBeside({ name: "chat", spanType: "CHAT_MODEL" })).toEqual([]);
  });

  test("not where it is short", () => {
    expect(
      gapsOf(`
              0....5....10...15...20
      all     [===================]
        one   [=======]
        two           [==]
        three                [====]
      `),
    ).toEqual([]);
  });
});

describe("a folded trace", () => {
  const table = drawTable(`
              0....5....10...15...20
      all     [===================]
        one   [==]
        two                  [====]
  `);
  const geometry = geometryOf(1000, 200, 200);
  const gap = { start: 3 * ms, end: 15 * ms };

  test("fills the chart, bars of what is left are longer, and points are the spans that are drawn there", () => {
    const sight = refolded(firstSightOf(table), [gap]);
    expect(sight.window).toEqual(wholeWindow(sight.scene));
    const view = {
      geometry,
      window: sight.window,
      scrollTop: 0,
      selected: null,
      hoverRow: null,
      pointerX: null,
      columns: [],
      ruler: evenRuler,
    };
    const list = layout(sight.scene, view);
    // 3 + 5 ms and a band of 8 % of 8 ms share 692 pixels: `one` has 3 / 8.64 of them.
    const width = (list.places.barRight[1] ?? 0) - (list.places.barLeft[1] ?? 0);
    expect(width).toBeCloseTo((692 * 3) / 8.64, 3);
    for (const row of [0, 1, 2]) {
      const x = ((list.places.barLeft[row] ?? 0) + (list.places.barRight[row] ?? 0)) / 2;
      const hit = hitTest(list, x, 28 + row * 26 + 13);
      expect(hit).toMatchObject({ zone: "row", row, part: "bar" });
    }
  });

  test("has honest times: what is measured over the band is its real length", () => {
    const scene = withFolds(createScene(table), [gap]);
    const scale = timeScaleOf(wholeWindow(scene), geometry, scene.folds);
    expect(xToTime(scale, timeToX(scale, 15 * ms)) - xToTime(scale, timeToX(scale, 3 * ms))).toBeCloseTo(12 * ms, 0);
  });

  test("unfolds to what it was", () => {
    const sight = firstSightOf(table);
    const again = refolded(refolded(sight, [gap]), []);
    expect(again.window).toEqual(sight.window);
  });

  test("of nine years and a few milliseconds shows the milliseconds", () => {
    const nineYears = 9 * 365 * 86_400e9;
    const years = buildTable([
      { name: "root", depth: 0, start: 0, duration: 10 * ms },
      { name: "late", depth: 1, start: nineYears, duration: 4 * ms },
    ]);
    const [idle] = idleGapsOf(createScene(years));
    expect(idle).toEqual({ start: 10 * ms, end: nineYears });
    const folded = withFolds(createScene(years), idle === undefined ? [] : [idle]);
    const scale = timeScaleOf(wholeWindow(folded), geometry, folded.folds);
    // 14 ms and a band of 8 % of them fill the chart.
    expect(timeToX(scale, 10 * ms) - timeToX(scale, 0)).toBeCloseTo((692 * 10) / 15.12, 0);
  });

  test("offers nothing more", () => {
    expect(idleGapsOf(withFolds(createScene(table), [gap]))).toEqual([]);
  });
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { geometryOf } from "./geometry.ts";
import { labelOf, niceStep, ticksOf } from "./ticks.ts";
import { timeScaleOf, timeToX, xToTime } from "./time-scale.ts";
import type { Extent, TimeWindow } from "./time-window.ts";
import {
  clampWindow,
  fitWindow,
  isFitWindow,
  panWindow,
  shortestWindow,
  windowAround,
  windowShowing,
  zoomWindow,
} from "./time-window.ts";

const extents: fc.Arbitrary<Extent> = fc
  .tuple(fc.integer({ min: 0, max: 1e9 }), fc.double({ min: 3, max: 16, noNaN: true }))
  .map(([extentStart, power]) => ({ extentStart, extentEnd: extentStart + 10 ** power }));

const windows = fc
  .tuple(extents, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 50, noNaN: true }))
  .map(([extent, at, zoom]) => {
    const length = extent.extentEnd - extent.extentStart;
    const start = extent.extentStart + at * length;
    return { extent, window: clampWindow({ start, end: start + length / 2 ** zoom }, extent) };
  });

const geometry = geometryOf(1400, 800, 400);

function expectValid(window: TimeWindow, extent: Extent): void {
  const length = window.end - window.start;
  const rounding = Math.abs(extent.extentEnd) * 2 ** -51;
  expect(window.start).toBeGreaterThanOrEqual(extent.extentStart);
  expect(window.end).toBeLessThanOrEqual(extent.extentEnd + rounding);
  expect(length).toBeGreaterThanOrEqual(
    Math.min(shortestWindow(extent), extent.extentEnd - extent.extentStart) - rounding,
  );
}

describe("time window", () => {
  test("zoom keeps the time below the pointer where it is, as long as the ends of the trace allow", () => {
    const zooms = fc.tuple(
      windows,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0.2, max: 5, noNaN: true }),
    );
    fc.assert(
      fc.property(zooms, ([{ extent, window }, at, factor]) => {
        const anchor = window.start + at * (window.end - window.start);
        const zoomed = zoomWindow(window, extent, anchor, factor);
        expectValid(zoomed, extent);
        const isAtAnEnd = zoomed.start === extent.extentStart || zoomed.end >= extent.extentEnd * (1 - 1e-15);
        const x = timeToX(timeScaleOf(window, geometry), anchor);
        const zoomedX = timeToX(timeScaleOf(zoomed, geometry), anchor);
        expect(isAtAnEnd || Math.abs(zoomedX - x) < 1).toBe(true);
      }),
    );
  });

  test("one can zoom until a nanosecond fills the screen, and still pan by pixels", () => {
    const extent: Extent = { extentStart: 0, extentEnd: 540e9 };
    let window = fitWindow(extent);
    for (let step = 0; step < 200; step++) window = zoomWindow(window, extent, 123_456_789_012, 0.7);
    expect(window.end - window.start).toBeCloseTo(1, 3);
    const scale = timeScaleOf(window, geometry);
    const panned = timeScaleOf(panWindow(window, extent, scale.nanosPerPixel * 10), geometry);
    expect(timeToX(scale, 123_456_789_012) - timeToX(panned, 123_456_789_012)).toBeCloseTo(10, 0);
  });

  test("out again is the fit", () => {
    fc.assert(
      fc.property(windows, ({ extent, window }) => {
        const out = zoomWindow(window, extent, window.start, 1e30);
        expect(isFitWindow(out, extent)).toBe(true);
      }),
    );
  });

  test("clamping twice is clamping once; panning stays inside", () => {
    fc.assert(
      fc.property(windows, fc.double({ min: -1e17, max: 1e17, noNaN: true }), ({ extent, window }, by) => {
        const panned = panWindow(window, extent, by);
        expectValid(panned, extent);
        const again = clampWindow(panned, extent);
        expect(again.start).toBe(panned.start);
      }),
    );
  });

  test("a span is in the window that is put around it, and in the one that shows it", () => {
    const spans = fc.tuple(
      windows,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(spans, ([{ extent, window }, at, part]) => {
        const length = extent.extentEnd - extent.extentStart;
        const start = extent.extentStart + at * length;
        const end = start + part * (extent.extentEnd - start);
        const around = windowAround(start, end, extent);
        expectValid(around, extent);
        const rounding = Math.abs(extent.extentEnd) * 2 ** -50;
        expect(around.start).toBeLessThanOrEqual(start + rounding);
        expect(around.end).toBeGreaterThanOrEqual(end - rounding);
        const showing = windowShowing(window, extent, start, end);
        expect(showing.start).toBeLessThanOrEqual(end + rounding);
        expect(showing.end).toBeGreaterThanOrEqual(start - rounding);
      }),
    );
  });
});

test("x to time and back", () => {
  fc.assert(
    fc.property(windows, fc.double({ min: 400, max: 1312, noNaN: true }), ({ window }, x) => {
      const scale = timeScaleOf(window, geometry);
      expect(timeToX(scale, xToTime(scale, x))).toBeCloseTo(x, 0);
    }),
  );
});

test.each([
  [0.3, 1],
  [1, 1],
  [3, 5],
  [70, 100],
  [333e6, 500e6],
  [1e9, 1e9],
  [7e9, 10e9],
  [40e9, 60e9],
  [200e9, 300e9],
  [4000e9, 7200e9],
  [90_000e9, 172_800e9],
])("step of at least %s ns → %s ns", (atLeast, step) => expect(niceStep(atLeast)).toBe(step));

test.each([
  [0, 1e9, 4e9, "0 s"],
  [2.5e9, 0.5e9, 4e9, "2.5 s"],
  [120e6, 20e6, 800e6, "120 ms"],
  [1.5e6, 0.5e6, 9e6, "1.5 ms"],
  [250, 50, 800, "250 ns"],
  [3e3, 1e3, 9e3, "3 µs"],
  [90e9, 30e9, 300e9, "1 min 30 s"],
  [0, 30e9, 300e9, "0 s"],
  [2 * 3600e9, 600e9, 5 * 3600e9, "2 h"],
  [50 * 3600e9, 3600e9, 90 * 3600e9, "2 d 2 h"],
  [-1.5e6, 0.5e6, 9e6, "−1.5 ms"],
])("%s ns at a step of %s on an axis up to %s → %s", (time, step, largest, label) => {
  expect(labelOf(time, step, largest)).toBe(label);
});

describe("ticks", () => {
  const ticks = (start: number, end: number): string => {
    const { anchor, ticks: found } = ticksOf(timeScaleOf({ start, end }, geometry), 400, 1312, 100);
    return `${anchor ?? ""} | ${found.map(({ label }) => label).join(" · ")}`;
  };
  test.each([
    [0, 4.21e9],
    [0, 842e6],
    [0, 90],
    [1.204e9, 1.2041e9],
    [123_456_789_000, 123_456_789_002],
    [0, 320e9],
    [0, 30 * 86400e9],
    [0, 3 * 365 * 86400e9],
  ])("%s to %s", (start, end) => expect(ticks(start, end)).toMatchSnapshot());

  test("labels of one axis differ, ticks are apart and inside", () => {
    fc.assert(
      fc.property(windows, ({ window }) => {
        const { ticks: found } = ticksOf(timeScaleOf(window, geometry), 400, 1312, 100);
        expect(new Set(found.map(({ label }) => label)).size).toBe(found.length);
        expect(found.every(({ x }) => x >= 399 && x <= 1313)).toBe(true);
        const distances = found.slice(1).map(({ x }, index) => x - (found[index]?.x ?? 0));
        expect(distances.every((distance) => distance > 99)).toBe(true);
        // Below a nanosecond there is no round time.
        const isAboveNanos = window.end - window.start > 30;
        expect(found.length >= 1 || !isAboveNanos).toBe(true);
      }),
    );
  });
});

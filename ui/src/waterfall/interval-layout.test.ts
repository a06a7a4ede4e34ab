import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ownTimeOf, selfTimeOf } from "../trace-model/self-time.ts";
import { arbitrarySpans } from "../trace-model/testing/arbitrary.ts";
import type { TestSpan } from "../trace-model/testing/build.ts";
import { buildTable } from "../trace-model/testing/build.ts";
import { RectList } from "./draw-list.ts";
import { pushIntervals } from "./interval-layout.ts";
import { noFolds } from "./time-folds.ts";

/** A parent of 1,000 ns whose children come in order of their start, on a chart of so many nanoseconds a pixel. */
const cases = fc.record({
  children: fc.array(fc.record({ start: fc.nat(1000), duration: fc.nat(300) }), { minLength: 1, maxLength: 60 }),
  nanosPerPixel: fc.double({ min: 0.5, max: 120, noNaN: true }),
});

test("a pixel is solid if at least half of it is own time, whatever the zoom", () => {
  fc.assert(
    fc.property(cases, ({ children, nanosPerPixel }) => {
      const spans: TestSpan[] = [
        { name: "parent", depth: 0, start: 0, duration: 1000 },
        ...children.toSorted((a, b) => a.start - b.start).map((child) => Object.assign(child, { name: "c", depth: 1 })),
      ];
      const table = buildTable(spans);
      const width = 1000 / nanosPerPixel;
      const rects = new RectList();
      pushIntervals(
        rects,
        0,
        selfTimeOf(table),
        0,
        { start: 0, left: 0, nanosPerPixel, folds: noFolds },
        0,
        width,
        0,
        12,
      );
      for (let pixel = 0; pixel + 1 < width; pixel++) {
        const own = ownNanos(children, pixel * nanosPerPixel, (pixel + 1) * nanosPerPixel);
        const share = own / nanosPerPixel;
        const isSolid = isCovered(rects, pixel + 0.5);
        // Rounding decides what is just half.
        expect(isSolid === share >= 0.5 || Math.abs(share - 0.5) < 1e-6).toBe(true);
      }
    }),
  );
});

test("runs do not overlap and are as few as can be", () => {
  fc.assert(
    fc.property(cases, ({ children, nanosPerPixel }) => {
      const parent = { name: "parent", depth: 0, start: 0, duration: 1000 };
      const sorted = children.toSorted((a, b) => a.start - b.start);
      const table = buildTable([parent, ...sorted.map((child) => Object.assign(child, { name: "c", depth: 1 }))]);
      const rects = new RectList();
      pushIntervals(
        rects,
        0,
        selfTimeOf(table),
        0,
        { start: 0, left: 0, nanosPerPixel, folds: noFolds },
        0,
        1000 / nanosPerPixel,
        0,
        12,
      );
      for (let rect = 1; rect < rects.length; rect++) {
        const before = (rects.coordinates[rect * 4 - 4] ?? 0) + (rects.coordinates[rect * 4 - 2] ?? 0);
        expect(rects.coordinates[rect * 4]).toBeGreaterThan(before);
      }
      expect(rects.length).toBeLessThanOrEqual(children.length + 1);
    }),
  );
});

test("the sum of the intervals is the self time", () => {
  fc.assert(
    fc.property(arbitrarySpans(), (spans) => {
      const table = buildTable(spans);
      const { offsets, lengthBefore } = selfTimeOf(table);
      for (let span = 0; span < table.nSpans; span++) {
        const isLeaf = table.subtreeEnd[span] === span + 1;
        const sum = (lengthBefore[offsets[span + 1] ?? 0] ?? 0) - (lengthBefore[offsets[span] ?? 0] ?? 0);
        const all = (table.end[span] ?? 0) - (table.start[span] ?? 0);
        // Sums over years are rounded.
        const rounding = ((lengthBefore.at(-1) ?? 0) + all) * 2 ** -46;
        expect(Math.abs(ownTimeOf(table, span) - (isLeaf ? all : sum))).toBeLessThanOrEqual(rounding);
        expect(ownTimeOf(table, span)).toBeLessThanOrEqual(all + rounding);
      }
    }),
  );
  // The property says something only if there are parents.
  expect(fc.sample(arbitrarySpans(), 50).some((spans) => spans.some(({ depth }) => depth > 0))).toBe(true);
});

/** By brute force: between two neighbouring edges nothing changes. */
function ownNanos(children: readonly { start: number; duration: number }[], from: number, to: number): number {
  const edges = [from, to, ...children.flatMap(({ start, duration }) => [start, start + duration])]
    .filter((edge) => edge >= from && edge <= to)
    .toSorted((a, b) => a - b);
  let own = 0;
  for (let edge = 1; edge < edges.length; edge++) {
    const [left = 0, right = 0] = [edges[edge - 1], edges[edge]];
    const middle = (left + right) / 2;
    const isWaiting = children.some(({ start, duration }) => start <= middle && middle < start + duration);
    if (!isWaiting) own += right - left;
  }
  return own;
}

function isCovered({ length, coordinates }: RectList, x: number): boolean {
  for (let rect = 0; rect < length; rect++) {
    const left = coordinates[rect * 4] ?? 0;
    if (x >= left && x < left + (coordinates[rect * 4 + 2] ?? 0)) return true;
  }
  return false;
}

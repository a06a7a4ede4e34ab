import { expect, test } from "vitest";
import * as fc from "fast-check";
import { compareSearchOf, compareViewOf } from "./compare-view.ts";
import { stripPiecesOf } from "./strip-pieces.ts";

const [a, b] = ["a".repeat(32), "b".repeat(32)];

test("an address names two traces and a look", () => {
  const search = { baseline: a, candidate: b, v: "side", u: "1", span: "00000000000000ff" };
  const view = compareViewOf(search);
  expect(view).toEqual({ baseline: a, candidate: b, layout: "side", isOnlyChanges: true, span: "00000000000000ff" });
  expect(compareSearchOf(view)).toEqual(search);
});

test("MLflow's ids are understood, and what is no id is left out", () => {
  expect(compareViewOf({ baseline: `tr-${a.toUpperCase()}`, candidate: "zz", v: "up", span: 3 })).toEqual({
    baseline: a,
    candidate: null,
    layout: "merged",
    isOnlyChanges: false,
    span: null,
  });
});

const one = (label: string, delta: number, row: number | null = 0) => ({ label, delta, row });

test("what adds comes first, what takes away last, and the small ones are one piece", () => {
  const pieces = stripPiecesOf([
    one("search", 560),
    one("cache", -42),
    one("chat", 520),
    ...Array.from({ length: 9 }, (_, place) => one(`tiny ${place}`, place % 2 === 0 ? 3 : -2)),
  ]);
  expect(pieces.map(({ label, delta }) => [label, delta])).toEqual([
    ["search", 560],
    ["chat", 520],
    ["cache", -42],
    // Five times 3 and four times −2.
    ["9 others", 7],
  ]);
});

test("no difference has no pieces", () => {
  expect(stripPiecesOf([one("same", 0)])).toEqual([]);
});

test("pieces sum to what they were cut from, and fill the strip", () => {
  const contributions = fc.array(fc.record({ label: fc.string(), delta: fc.integer(), row: fc.option(fc.nat()) }));
  fc.assert(
    fc.property(contributions, (given) => {
      const pieces = stripPiecesOf(given);
      const sum = (all: readonly { delta: number }[]): number => all.reduce((total, { delta }) => total + delta, 0);
      expect(sum(pieces)).toBe(sum(given));
      expect(pieces.length).toBeLessThanOrEqual(7);
      const width = pieces.reduce((total, { share }) => total + share, 0);
      expect(width).toBeCloseTo(pieces.some(({ delta }) => delta !== 0) ? 1 : 0);
    }),
  );
});

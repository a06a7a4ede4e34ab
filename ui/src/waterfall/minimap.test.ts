import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryTable } from "../trace-model/testing/arbitrary.ts";
import { drawTable } from "../trace-model/testing/draw.ts";
import { RectList } from "./draw-list.ts";
import { brushOf, gripAt, windowAfterDrag } from "./minimap-brush.ts";
import { layoutMinimap } from "./minimap-layout.ts";
import { paints } from "./paints.ts";
import type { Scene } from "./scene.ts";
import { createScene } from "./scene.ts";

/** Returns the picture as `paint x,y width×height`. */
function picture(scene: Scene, width: number, height = 48): string[] {
  const rects = new RectList();
  layoutMinimap(scene, width, height, rects);
  return Array.from({ length: rects.length }, (_, rect) => {
    const [x, y, w, h] = rects.coordinates.slice(rect * 4, rect * 4 + 4);
    return `${paints[rects.paints[rect] ?? 0]?.name} ${x},${y} ${w}×${h}`;
  });
}

describe("the picture", () => {
  // 200 px for 20 ms: 10 px per column. Lanes of 6 px with a gap of one, the errors in the last 4 px before the padding.
  const table = drawTable(`
                    0....5....10...15...20    service.name=agent
    plan            [===================]     type=AGENT
      llm.chat        [=========]             type=LLM
      tool.search                [====]       type=TOOL !error
  `);

  test("has a lane for each level and a mark for each error", () => {
    expect(picture(createScene(table), 200)).toEqual([
      "mini-agent 0,4 200×5",
      "mini-llm 20,10 101×5",
      "mini-tool 130,10 51×5",
      "error 130,40 2×4",
    ]);
  });

  test("of a subtree in focus is that of its own time", () => {
    const [only, ...others] = picture(createScene(table, [], 1), 200);
    // A margin of a twentieth on both sides.
    expect(only).toBe("mini-llm 9,4 182×5");
    expect(others).toEqual([]);
  });

  test("where spans lie over one another, most of them decide", () => {
    const crowd = drawTable(`
                0....5....10    service.name=agent
      all       [=========]     type=AGENT
        a       [====]          type=LLM
        b       [====]          type=TOOL
        c       [==]            type=TOOL
    `);
    expect(picture(createScene(crowd), 100).slice(1)).toEqual(["mini-tool 0,10 31×5", "mini-llm 31,10 20×5"]);
  });

  test("costs pixels and levels, and stays in its place", () => {
    fc.assert(
      fc.property(arbitraryTable(), fc.integer({ min: 1, max: 300 }), (any, width) => {
        const rects = new RectList();
        layoutMinimap(createScene(any), width, 48, rects);
        expect(rects.length).toBeLessThanOrEqual(width * 19);
        for (let rect = 0; rect < rects.length; rect++) {
          const [x = 0, y = 0, w = 0, h = 0] = rects.coordinates.slice(rect * 4, rect * 4 + 4);
          expect(y >= 4 && y + h <= 44 && x + w <= Math.max(2, width) && x >= -1).toBe(true);
        }
        // Every error that there is has a mark.
        const marks = Array.from(rects.paints.slice(0, rects.length), (number) => paints[number]?.name);
        expect(marks.includes("error")).toBe(any.errors.length > 0);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the brush", () => {
  const whole = { start: 100, end: 1100 };

  test("lies where the window is, wide enough to grip", () => {
    expect(brushOf(whole, whole, 500)).toEqual({ left: 0, right: 500 });
    expect(brushOf({ start: 300, end: 500 }, whole, 500)).toEqual({ left: 100, right: 200 });
    expect(brushOf({ start: 600, end: 600.001 }, whole, 500)).toMatchObject({ left: expect.closeTo(247, 1) as number });
    expect(brushOf({ start: 1099, end: 1100 }, whole, 500)).toEqual({ left: 494, right: 500 });
  });

  test.each([
    [{ left: 0, right: 500 }, 250, "new"],
    [{ left: 100, right: 200 }, 150, "move"],
    [{ left: 100, right: 200 }, 97, "start"],
    [{ left: 100, right: 200 }, 204, "end"],
    [{ left: 100, right: 200 }, 300, "new"],
    [{ left: 0, right: 200 }, 2, "move"],
  ] as const)("%j at %i: %s", (brush, x, want) => expect(gripAt(brush, 500, x)).toBe(want));

  test.each([
    ["move", 50, { start: 400, end: 600 }],
    ["move", 9000, { start: 900, end: 1100 }],
    ["move", -9000, { start: 100, end: 300 }],
    ["start", -50, { start: 200, end: 500 }],
    ["start", 150, { start: 500, end: 600 }],
    ["end", 50, { start: 300, end: 600 }],
    ["end", 9000, { start: 300, end: 1100 }],
    ["new", 100, { start: 400, end: 600 }],
    ["new", -500, { start: 100, end: 400 }],
  ] as const)("%s by %i px", (grip, by, want) => {
    expect(windowAfterDrag(grip, { start: 300, end: 500 }, whole, 500, 150, 150 + by)).toEqual(want);
  });
});

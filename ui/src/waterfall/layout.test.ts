import { describe, expect, test } from "vitest";
import { emptyQuery, findSpans } from "../trace-model/find.ts";
import { decodeCriticalPath } from "../trace-model/critical-path.ts";
import type { SpanTable } from "../trace-model/span-table.ts";
import { buildTable } from "../trace-model/testing/build.ts";
import { drawTable } from "../trace-model/testing/draw.ts";
import { encodeCriticalPath } from "../trace-model/testing/encode-path.ts";
import { drawFrame } from "./canvas2d.ts";
import { geometryOf } from "./geometry.ts";
import { hitTest } from "./hit-test.ts";
import { layout } from "./layout.ts";
import type { View } from "./scene.ts";
import { createScene } from "./scene.ts";
import { scrollMarksOf } from "./scroll-marks.ts";
import { RecordingContext, recordingTheme } from "./testing/recording-context.ts";
import { evenRuler } from "./text-fit.ts";
import { fitWindow } from "./time-window.ts";

/** A chart of 200 px for 20 ms: 10 px per column of the drawing, from x = 210. */
const geometry = geometryOf(200 + 220 + 88, 28 + 5 * 26, 200);

/** Returns what is drawn but for what rows say, without the clearing of the canvas and the clip. */
function draw(...drawn: Parameters<typeof drawAll>): string[] {
  return drawAll(...drawn).filter((line) => !isSaid(line));
}

function isSaid(line: string): boolean {
  return /" at .* in |^text-faint stroke glyph/.test(line);
}

/** Returns what rows say. */
function said(...drawn: Parameters<typeof drawAll>): string[] {
  return drawAll(...drawn).filter(isSaid);
}

function viewOf(table: SpanTable): View {
  return {
    geometry,
    window: fitWindow(table),
    scrollTop: 0,
    selected: null,
    hoverRow: null,
    pointerX: null,
    columns: [],
    ruler: evenRuler,
  };
}

function drawAll(drawing: string, change: Partial<View> = {}, collapsed: readonly number[] = [], ratio = 1): string[] {
  const table = drawTable(drawing);
  const scene = createScene(table, collapsed);
  const context = new RecordingContext();
  drawFrame(context, layout(scene, { ...viewOf(table), ...change }), recordingTheme, ratio);
  return context.lines.slice(3).filter((line) => line !== "restore");
}

/** Returns the lines of bars, outlines and glyphs. */
function bars(...drawn: Parameters<typeof draw>): string[] {
  return draw(...drawn).filter((line) => /^(pale|solid|error|edge)/.test(line));
}

const trace = `
                  0....5....10...15...20    service.name=agent
  plan            [===================]     type=AGENT
    llm.chat        [=========]             type=LLM
    tool.search                [====]       type=TOOL !error
`;

test("a whole frame", () => {
  expect(draw(trace, { selected: 2, hoverRow: 1 })).toMatchInlineSnapshot(`
    [
      "row-hover 0,54 508×26",
      "row-selected 0,80 508×26",
      "guide 14,54 1×26 14,80 1×26",
      "grid 210,28 1×130 310,28 1×130 410,28 1×130",
      "pale-agent@0.34 (210,35 200×12)",
      "solid-llm (230,61 100×12)",
      "solid-tool (340,87 50×12)",
      "solid-agent (210,35 20×12) (330,35 10×12) (390,35 20×12)",
      "error-outline stroke (338.5,85.5 53×15)",
      "error glyph at 323,87 glyph at 323,87 glyph at 323,87",
      "grid 210,22 1×5 310,22 1×5 410,22 1×5 200,0 1×158",
      "axis-line 0,27 508×1",
      "axis-text "0 ms" at 215,14",
      "axis-text "10 ms" at 315,14",
    ]
  `);
});

describe("what rows say", () => {
  // A root's chevron is at 8, its icon at 24, its name at 43, each level 12 px farther; a letter is 6.7 px wide.
  // The gutter ends at 200, so badges end at 192: "OTel" has 4 letters and 5 px on either side, so its text is at 160.2.
  test("names, badges and the chevron of a parent, each at its level and in the middle of its row", () => {
    expect(said(trace, { selected: 1 })).toEqual([
      "text-faint stroke glyph at 8,35",
      'text "plan" at 43,41 in label',
      'text-error "tool.search" at 55,93 in label',
      'text "llm.chat" at 55,67 in selected-label',
      ...[41, 67, 93].map((y) => `text-opentelemetry "OTel" at 160,${y} in badge`),
    ]);
  });

  test("a name that is too long ends in an ellipsis before the badge; one without room is left out", () => {
    // 197 less 36.8 of the badge and 5 of air, less 43: 112.2 px for 16 letters, one of them the ellipsis.
    const long = buildTable([{ name: "search_of_everything", depth: 0, start: 0, duration: 10 }]);
    const list = layout(createScene(long), { ...viewOf(long), geometry: { ...geometry, chartLeft: 205 } });
    expect(list.texts.map(({ text }) => text)).toEqual(["OTel", "search_of_every…"]);
    // A smaller gutter has no room for the badge, then none for a letter.
    const narrow = layout(createScene(long), { ...viewOf(long), geometry: { ...geometry, chartLeft: 60 } });
    expect(narrow.texts).toEqual([]);
  });

  test("numbers end where their columns end", () => {
    // The last column ends 12 px before the right edge at 508 and is 80 px wide; "20.0 ms" has 7 letters.
    const numbers = said(trace, { columns: ["self", "duration"] }).filter((line) => line.endsWith("in number"));
    expect(numbers).toHaveLength(6);
    expect(numbers).toContain('text-second "20.0 ms" at 449,41 in number');
    // All but 2 to 12 and 13 to 18 ms.
    expect(numbers).toContain('text-second "5.00 ms" at 369,41 in number');
  });

  test("a collapsed row says how many it hides, its chevron points at it, and a dimmed one is faint", () => {
    const found = findSpans(drawTable(trace), { ...emptyQuery, text: "nothing of this name" });
    expect(said(trace, { found }, [0])).toEqual([
      "text-faint stroke glyph at 8,35",
      'text-faint "plan" at 43,41 in label',
      'text-faint "2 below" at 75,41 in note',
      'text-faint "OTel" at 160,41 in badge',
    ]);
  });

  test("levels beyond the last indent are told as a number", () => {
    const deep = ["              0....5....10"];
    for (let level = 0; level < 15; level++) deep.push(`${"  ".repeat(level)}s${level}`.padEnd(46) + "[===]");
    const head = "".padEnd(46) + "0....5....10";
    const texts = said([head, ...deep.slice(1)].join("\n"), {
      geometry: geometryOf(900, 28 + 15 * 26, 500),
    });
    // 12 levels of 12 px: the number stands at 24 + 144, after it the icon, then the name.
    expect(texts).toContain(`text-faint "+2" at 168,${28 + 14 * 26 + 13} in note`);
    expect(texts).toContain(`text "s14" at ${Math.round(168 + 2 * 6.7 + 5 + 19)},${28 + 14 * 26 + 13} in label`);
  });

  test("the focus is seen at the selected row", () => {
    expect(draw(trace, { selected: 1, hasFocus: true })).toContain("focus 0,54 2×26");
    expect(draw(trace, { selected: 1 }).join()).not.toContain("focus");
  });

  test("a chevron is hit around its place, and lights up; where there is none, it is the name", () => {
    const list = layout(createScene(drawTable(trace)), viewOf(drawTable(trace)));
    const partAt = (x: number, y: number): string => {
      const hit = hitTest(list, x, y);
      return hit.zone === "row" ? hit.part : hit.zone;
    };
    expect([5, 6, 14, 22, 23].map((x) => partAt(x, 41))).toEqual(["gutter", "chevron", "chevron", "chevron", "gutter"]);
    expect(partAt(26, 67)).toBe("gutter");
    expect(draw(trace, { hoverRow: 0, gutterX: 14 })).toContain("chevron-hover (8,35 12×12)");
    expect(draw(trace, { hoverRow: 0, gutterX: 100 }).join()).not.toContain("chevron-hover");
  });
});

describe("bars", () => {
  test("waiting time of a parent is pale, its own time solid", () => {
    expect(bars(trace)).toMatchInlineSnapshot(`
      [
        "pale-agent@0.34 (210,35 200×12)",
        "solid-llm (230,61 100×12)",
        "solid-tool (340,87 50×12)",
        "solid-agent (210,35 20×12) (330,35 10×12) (390,35 20×12)",
        "error-outline stroke (338.5,85.5 53×15)",
        "error glyph at 323,87 glyph at 323,87 glyph at 323,87",
      ]
    `);
  });

  test("a span of no length can be seen, one at the very end too", () => {
    expect(
      bars(`
               0....5....10...15...20
        all    [===================]
        start  |
        end                        |
      `),
    ).toMatchInlineSnapshot(`
      [
        "solid-oth (210,35 200×12) (210,61 2×12) (410,87 2×12)",
      ]
    `);
  });

  test("a span that has not ended fades out to the end of the trace", () => {
    const lines = bars(`
               0....5....10...15...20
        all    [===================]
        open   [===>
    `);
    expect(lines[0]).toBe("solid-oth (210,35 200×12) (210,61 144×12)");
    const steps = lines.slice(1).map((line) => /^solid-oth@([\d.]+) rect (\d+),61 (\d+)×12$/.exec(line)?.map(Number));
    const [alphas, lefts, widths] = [1, 2, 3].map((part) => steps.map((step) => step?.[part] ?? Number.NaN));
    expect(lefts).toEqual(Array.from({ length: 28 }, (_, step) => 354 + step * 2));
    expect(new Set(widths)).toEqual(new Set([2]));
    expect(alphas).toEqual(alphas?.toSorted((x, y) => y - x));
    expect([alphas?.[0], alphas?.at(-1)]).toEqual([0.98, 0.02]);
  });

  test("one that starts at the very end has a bar all the same", () => {
    const drawn = bars(`
               0....5....10...15...20
        all    [===================]
        late                       [>
    `);
    expect(drawn.slice(1).every((line) => /^solid-oth@[\d.]+ rect 41[01],61 1×12$/.test(line))).toBe(true);
    expect(drawn).toHaveLength(3);
  });

  test("a collapsed span says that errors are hidden in it", () => {
    expect(bars(trace, {}, [0])).toMatchInlineSnapshot(`
      [
        "pale-agent@0.34 (210,35 200×12)",
        "solid-agent (210,35 20×12) (330,35 10×12) (390,35 20×12)",
        "error glyph at 213,35 glyph at 213,35",
      ]
    `);
  });

  test("zoomed in, a bar ends at the edges of the chart and one out of view leaves an arrow", () => {
    expect(bars(trace, { window: { start: 3e6, end: 5e6 } })).toMatchInlineSnapshot(`
      [
        "pale-agent@0.34 (200,35 220×12)",
        "solid-llm (200,61 220×12)",
        "error glyph at 407,87",
        "error glyph at 395,87 glyph at 395,87 glyph at 395,87",
      ]
    `);
    expect(bars(trace, { window: { start: 18.5e6, end: 19e6 } })).toMatchInlineSnapshot(`
      [
        "pale-agent@0.34 (200,35 220×12)",
        "solid-agent (200,35 220×12)",
        "edge glyph at 201,61",
        "error glyph at 201,87",
        "error glyph at 213,87 glyph at 213,87 glyph at 213,87",
      ]
    `);
  });

  test("on a denser display edges lie on its pixels", () => {
    expect(bars(trace, {}, [], 2)).toMatchInlineSnapshot(`
      [
        "pale-agent@0.34 (420,70 400×24)",
        "solid-llm (460,122 200×24)",
        "solid-tool (680,174 100×24)",
        "solid-agent (420,70 40×24) (660,70 20×24) (780,70 40×24)",
        "error-outline stroke (677.5,171.5 105×29)",
        "error glyph at 646,174 glyph at 646,174 glyph at 646,174",
      ]
    `);
  });
});

test("only the rows in view are laid out, the first one partly below the axis", () => {
  const spans = Array.from({ length: 50 }, (_, i) => `    s${String(i).padEnd(8)} [===]`);
  const lines = bars(["              0....5....10", ...spans].join("\n"), { scrollTop: 10 * 26 + 13 });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.match(/×12/g)).toHaveLength(6);
});

test("the pointer has its time on the axis, and the label below it makes room", () => {
  const texts = draw(trace, { pointerX: 314 }).filter((line) => line.includes('"'));
  expect(texts).toMatchInlineSnapshot(`
    [
      "axis-text "0 ms" at 215,14",
      "axis-cursor "10.4 ms" at 291,14",
    ]
  `);
});

test("a hundred thousand children of one span cost no more than its pixels", () => {
  const children = Array.from({ length: 200 }, () => "      c       |");
  const lines = bars(["              0....5....10", "    root      [=========]", ...children].join("\n"), {
    scrollTop: 0,
  });
  // 200 gaps of no length leave one solid bar.
  expect(lines[0]).toContain("(210,35 200×12)");
});

test("rows that were not asked for lie below a veil, their errors above it", () => {
  const table = drawTable(trace);
  const found = findSpans(table, { ...emptyQuery, text: "llm" });
  const lines = draw(trace, { found }).filter((line) => /^(veil|error)/.test(line));
  expect(lines).toEqual([
    "veil@0.68 200,28 220×26 200,80 220×26",
    "error-outline stroke (338.5,85.5 53×15)",
    "error glyph at 323,87 glyph at 323,87 glyph at 323,87",
  ]);
  // What is selected is looked at: no veil over it.
  expect(draw(trace, { found, selected: 2 }).filter((line) => line.startsWith("veil"))).toEqual([
    "veil@0.68 200,28 220×26",
  ]);
});

describe("marks", () => {
  const marked = `
                  0....5....10...15...20    service.name=agent
  llm.chat        [===================]     type=LLM
    ^first_token       ^
    ^log                    ^
    ^retry                       ^
    ^exception                      ^
`;
  const lines = (...drawn: Parameters<typeof draw>): string[] =>
    draw(...drawn).filter((line) => /^(mark|notch|pale|solid)/.test(line));

  test("are ticks above the bar; before its first token a model's bar is pale, and a notch is cut there", () => {
    expect(lines(marked)).toMatchInlineSnapshot(`
      [
        "pale-llm@0.34 (210,35 50×12)",
        "solid-llm (260,35 150×12)",
        "notch 259,35 2×12",
        "mark-log 309,30 2×4",
        "mark-event 359,30 2×4",
        "mark-error 389,30 2×4",
      ]
    `);
  });

  test("on one pixel are one tick of each kind", () => {
    const crowd = Array.from({ length: 40 }, () => "    ^retry          ^");
    expect(lines(`${marked}${crowd.join("\n")}`).find((line) => line.startsWith("mark-event"))).toMatchInlineSnapshot(
      `"mark-event 359,30 2×4 229,30 2×4"`,
    );
  });

  test("out of view are not drawn, nor a notch in a bar too narrow for it", () => {
    expect(lines(marked, { window: { start: 6e6, end: 8e6 } })).toEqual(["solid-llm (200,35 220×12)"]);
    expect(
      lines(`
                  0...500..1000                service.name=agent
        all       [===========]
          chat    |                            type=LLM
            ^first_token ^
      `).filter((line) => line.startsWith("notch")),
    ).toEqual([]);
  });
});

describe("the critical path", () => {
  const table = drawTable(trace);
  // `plan` itself up to 2 ms and from 18 on, between them its two children.
  const path = [
    { span: 0, start: 0, end: 2e6 },
    { span: 1, start: 2e6, end: 12e6 },
    { span: 0, start: 12e6, end: 20e6 },
  ];
  const critical = decodeCriticalPath(encodeCriticalPath(table, path), table);
  const lines = (...drawn: Parameters<typeof draw>): string[] =>
    draw(...drawn).filter((line) => /^(critical|veil)/.test(line));

  test("is a line below the bars, pale where a descendant is on it; what is not lies below a veil", () => {
    expect(lines(trace, { critical })).toMatchInlineSnapshot(`
      [
        "veil@0.68 200,80 220×26",
        "critical-reach@0.34 210,50 200×2",
        "critical 210,50 20×2 330,50 80×2 230,76 100×2",
      ]
    `);
  });

  test("of a collapsed span is all of its subtree", () => {
    expect(lines(trace, { critical }, [0])).toMatchInlineSnapshot(`
      [
        "critical 210,50 200×2",
      ]
    `);
  });

  test("out of view has no line", () => {
    expect(lines(trace, { critical, window: { start: 14e6, end: 16e6 } })).toMatchInlineSnapshot(`
      [
        "veil@0.68 200,80 220×26",
        "critical-reach@0.34 200,50 220×2",
        "critical 200,50 220×2",
      ]
    `);
  });
});

test("errors and finds are marked along the scroll bar, one mark a pixel", () => {
  const spans = Array.from(
    { length: 500 },
    (_, i) => `    ${(i % 100 === 0 ? "wanted" : "s").padEnd(9)} [===]${i < 5 ? "   !error" : ""}`,
  );
  const table = drawTable(["              0....5....10", ...spans].join("\n"));
  const { rows } = createScene(table);
  // 130 px for 500 rows: the five errors at the top share two pixels.
  expect(scrollMarksOf(rows, findSpans(table, { ...emptyQuery, text: "wanted" }), 130)).toEqual({
    errors: [0, 1],
    found: [0, 26, 52, 78, 104],
  });
});

test("a measured stretch says how long it is, and other labels make room", () => {
  const lines = draw(trace, { measured: { start: 4e6, end: 13e6 }, pointerX: 340 });
  expect(lines.filter((line) => /^measured|"/.test(line))).toEqual([
    "measured@0.14 250,0 90×158",
    "measured-edge 250,0 1×158 339,0 1×158",
    'axis-text "0 ms" at 215,14',
    // 9 characters of 6.7 px around the middle, at 295.
    'axis-cursor "Δ 9.00 ms" at 265,14',
  ]);
  expect(draw(trace, { measured: { start: 4e6, end: 13e6 }, window: { start: 14e6, end: 16e6 } }).join()).not.toContain(
    "Δ",
  );
});

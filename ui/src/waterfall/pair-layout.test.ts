import { expect, test } from "vitest";
import { mergedTraceOf } from "../compare-model/merged-trace.ts";
import { buildComparison } from "../compare-model/testing/build.ts";
import { sampleBaseline, sampleCandidate, sampleRows } from "../compare-model/testing/sample.ts";
import { drawFrame } from "./canvas2d.ts";
import { geometryOf, xInChart } from "./geometry.ts";
import { layout } from "./layout.ts";
import { stepOf } from "./navigation.ts";
import { createScene } from "./scene.ts";
import { RecordingContext, recordingTheme } from "./testing/recording-context.ts";
import { evenRuler } from "./text-fit.ts";
import { fitWindow } from "./time-window.ts";

const comparison = buildComparison(sampleBaseline, sampleCandidate, sampleRows);
const merged = mergedTraceOf(comparison, false);
const rows = { answer: 0, embed: 1, cache: 3, chat: 4, searches: 5, search: 6, send: 8 };

/** Returns what is drawn in a row; a millisecond is 10 px from x = 210, and rows are 26 px high from y = 28. */
function inRow(row: number, isSplit = false): string[] {
  // 290 px of chart between insets of 10: the merged time is 0 to 26 ms.
  const geometry = geometryOf(
    isSplit ? 200 + 2 * 280 + 16 + 88 : 200 + 280 + 88,
    28 + 9 * 26,
    200,
    ["duration"],
    isSplit,
  );
  const scene = createScene(merged.table, [], null, "kind", merged);
  const view = {
    geometry,
    window: fitWindow(merged.table),
    scrollTop: 0,
    selected: null,
    hoverRow: null,
    pointerX: null,
    columns: [],
    ruler: evenRuler,
  };
  const context = new RecordingContext();
  drawFrame(context, layout(scene, view), recordingTheme, 1);
  const top = 28 + row * 26;
  return context.lines.flatMap((line) => {
    if (!/^(baseline|slower|faster|pale|solid|added|downstream|row-|error)/.test(line)) return [];
    const [name = ""] = line.split(" ");
    // One line holds all rectangles of a paint.
    return Array.from(line.matchAll(/(-?[\d.]+),(-?[\d.]+) ([\d.]+)×([\d.]+)/g))
      .filter(([, , y]) => Number(y) >= top && Number(y) < top + 26)
      .map(([, x, y, width, height]) => `${name} ${x}..${Number(x) + Number(width)} at ${Number(y) - top} (${height})`);
  });
}

test("the time of both together fills the chart", () => {
  expect([merged.table.extentStart, merged.table.extentEnd]).toEqual([0, 26e6]);
});

test("a longer span: hollow above, solid below, and what it took longer in the colour of growth", () => {
  const lines = inRow(rows.chat);
  // Baseline 10 to 14 ms: top, bottom, left and right edge.
  expect(lines).toContain("baseline 310..350 at 4 (1)");
  expect(lines).toContain("baseline 310..350 at 10 (1)");
  expect(lines).toContain("baseline 310..311 at 4 (7)");
  expect(lines).toContain("baseline 349..350 at 4 (7)");
  // Candidate 10 to 18 ms, of which 14 to 18 are growth.
  expect(lines).toContain("solid-llm 310..390 at 13 (9)");
  expect(lines).toContain("slower 350..390 at 13 (9)");
});

test("a span of the same length has no growth", () => {
  expect(inRow(rows.embed).filter((line) => /slower|faster/.test(line))).toEqual([]);
});

test("a removed span is dashed and on a ground of its own; there is no solid bar", () => {
  const lines = inRow(rows.cache);
  expect(lines.filter((line) => line.startsWith("solid"))).toEqual([]);
  expect(lines.some((line) => line.startsWith("row-removed"))).toBe(true);
  // 9 to 11 ms are 20 px: dashes of 4 px, 3 px apart, the last one cut.
  expect(lines.filter((line) => line.endsWith("at 4 (1)"))).toEqual([
    "baseline 300..304 at 4 (1)",
    "baseline 307..311 at 4 (1)",
    "baseline 314..318 at 4 (1)",
  ]);
});

test("an added span has stripes, no hollow bar, a ground of its own, and the line of what came after the divergence", () => {
  const lines = inRow(rows.search);
  expect(lines.filter((line) => line.startsWith("baseline"))).toEqual([]);
  expect(lines.filter((line) => line.startsWith("added-stripe"))).not.toEqual([]);
  expect(lines.some((line) => line.startsWith("row-added"))).toBe(true);
  expect(lines).toContain("downstream 0..2 at 0 (26)");
});

test("the head of a group is pale around its iterations", () => {
  const lines = inRow(rows.searches);
  expect(lines).toContain("pale-tool@0.34 400..450 at 13 (9)");
  expect(lines).toContain("solid-tool 400..420 at 13 (9)");
  expect(lines).toContain("solid-tool 430..450 at 13 (9)");
});

test("side by side each has a chart of its own, of the same time", () => {
  const lines = inRow(rows.chat, true);
  expect(lines).toContain("baseline 310..350 at 7 (1)");
  // The second chart is 280 + 16 px further to the right.
  expect(lines).toContain("solid-llm 606..686 at 7 (12)");
  expect(lines).toContain("slower 646..686 at 7 (12)");
});

test("an x of either chart is one of the first", () => {
  const geometry = geometryOf(200 + 2 * 280 + 16 + 88, 300, 200, ["duration"], true);
  expect([250, 250 + 296, 485, 1000].map((x) => xInChart(geometry, x))).toEqual([250, 250, null, null]);
});

test("[ and ] go from change to change, round the end", () => {
  const scene = createScene(merged.table, [], null, "kind", merged);
  const next = (selected: number | null, command: "next-change" | "previous-change") => {
    const step = stepOf(scene, { selected, firstRow: 0, rowsPerPage: 9 }, command);
    return step.kind === "select" ? step.span : null;
  };
  expect([next(null, "next-change"), next(0, "next-change"), next(4, "next-change")]).toEqual([0, 3, 5]);
  expect([next(8, "next-change"), next(3, "previous-change")]).toEqual([0, 0]);
});

// All of the chart time of what is shown: of the trace, or of the subtree in focus.

import type { SpanIndex } from "../trace-model/span-table.ts";
import type { Scene } from "./scene.ts";
import { chartExtent } from "./scene.ts";
import { foldTime } from "./time-folds.ts";
import type { TimeWindow } from "./time-window.ts";
import { fitWindow, windowAround } from "./time-window.ts";

/** Found once per focus, for each frame asks for it. */
const known = new WeakMap<Scene, { readonly focus: SpanIndex; readonly window: TimeWindow }>();

export function wholeWindow(scene: Scene): TimeWindow {
  const { focus } = scene.rows;
  if (focus === null) return fitWindow(chartExtent(scene));
  const found = known.get(scene);
  if (found?.focus === focus) return found.window;
  const window = windowOfShown(scene);
  known.set(scene, { focus, window });
  return window;
}

function windowOfShown(scene: Scene): TimeWindow {
  const { table, rows, folds } = scene;
  let start = Infinity;
  let end = -Infinity;
  for (let span = rows.from; span < rows.to; span++) {
    start = Math.min(start, table.start[span] as number);
    end = Math.max(end, table.end[span] as number);
  }
  return windowAround(foldTime(folds, start), foldTime(folds, end), chartExtent(scene));
}

export function isWholeWindow(window: TimeWindow, scene: Scene): boolean {
  const whole = wholeWindow(scene);
  return window.start === whole.start && window.end === whole.end;
}

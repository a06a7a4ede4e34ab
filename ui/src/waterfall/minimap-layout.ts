// Lays out the picture of a whole trace: how dense each level is at each moment, and where the errors are.
// It is made once for a trace and a width, not once a frame.

import { clamp } from "../base/clamp.ts";
import type { CssPixels } from "../base/units.ts";
import { spanCategories } from "../trace-model/span-category.ts";
import type { RectList } from "./draw-list.ts";
import { paint } from "./paints.ts";
import type { Scene } from "./scene.ts";
import { foldTime } from "./time-folds.ts";
import { wholeWindow } from "./whole-window.ts";

/** Above and below the picture. */
const padding: CssPixels = 4;
/** Height of the row of errors at the bottom. */
const errorHeight: CssPixels = 4;
const [smallestLane, largestLane]: readonly [CssPixels, CssPixels] = [2, 6];
const nCategories = spanCategories.length;

/** Pushes the picture; O(spans + pixels). Levels that find no room share the last lane. */
export function layoutMinimap(scene: Scene, width: CssPixels, height: CssPixels, into: RectList): void {
  const nPixels = Math.floor(width);
  if (nPixels <= 0) return;
  const { table, rows } = scene;
  const { start, end } = wholeWindow(scene);
  const pixelOf = (time: number): number =>
    clamp(Math.floor(((foldTime(scene.folds, time) - start) / (end - start)) * nPixels), 0, nPixels - 1);

  const room = height - 2 * padding - errorHeight;
  const nLevels = levelsOf(scene);
  const nLanes = clamp(nLevels, 1, Math.max(1, Math.floor(room / smallestLane)));
  const laneHeight = clamp(Math.floor(room / nLanes), smallestLane, largestLane);

  // How many more spans of a category run on a lane from a pixel on than before it.
  const changes = new Int32Array(nLanes * nCategories * (nPixels + 1));
  const hasError = new Uint8Array(nPixels);
  for (let span = rows.from; span < rows.to; span++) {
    const lane = Math.min((table.depth[span] as number) - rows.baseDepth, nLanes - 1);
    const at = (lane * nCategories + (scene.colors[span] as number)) * (nPixels + 1);
    const first = pixelOf(table.start[span] as number);
    const last = pixelOf(table.end[span] as number);
    changes[at + first] = (changes[at + first] as number) + 1;
    changes[at + last + 1] = (changes[at + last + 1] as number) - 1;
  }
  for (const span of table.errors) {
    if (span >= rows.from && span < rows.to) hasError[pixelOf(table.start[span] as number)] = 1;
  }

  const gap = laneHeight > 3 ? 1 : 0;
  const running = new Int32Array(nCategories);
  for (let lane = 0; lane < nLanes; lane++) {
    running.fill(0);
    let runStart = 0;
    let runCategory = -1;
    const finishRun = (pixel: number): void => {
      if (runCategory < 0) return;
      into.push(paint.mini + runCategory, runStart, padding + lane * laneHeight, pixel - runStart, laneHeight - gap);
    };
    for (let pixel = 0; pixel < nPixels; pixel++) {
      let category = -1;
      for (let one = 0; one < nCategories; one++) {
        const at = (lane * nCategories + one) * (nPixels + 1) + pixel;
        const count = (running[one] as number) + (changes[at] as number);
        running[one] = count;
        if (count > 0 && (category < 0 || count > (running[category] as number))) category = one;
      }
      if (category === runCategory) continue;
      finishRun(pixel);
      runStart = pixel;
      runCategory = category;
    }
    finishRun(nPixels);
  }
  for (let pixel = 0; pixel < nPixels; pixel++) {
    if (hasError[pixel] === 1) {
      into.push(paint.error, Math.min(pixel, nPixels - 2), height - padding - errorHeight, 2, errorHeight);
    }
  }
}

function levelsOf({ table, rows }: Scene): number {
  let deepest = rows.baseDepth;
  for (let span = rows.from; span < rows.to; span++) deepest = Math.max(deepest, table.depth[span] as number);
  return deepest - rows.baseDepth + 1;
}

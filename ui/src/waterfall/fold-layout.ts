// Lays out the bands of compressed time, and tells where they and the stretches that may be compressed are on the axis.

import { clamp } from "../base/clamp.ts";
import type { CssPixels } from "../base/units.ts";
import type { RectList } from "./draw-list.ts";
import type { Geometry } from "./geometry.ts";
import { measures } from "./geometry.ts";
import { paint } from "./paints.ts";
import type { TimeFold } from "./time-folds.ts";
import type { TimeScale } from "./time-scale.ts";
import { timeToX } from "./time-scale.ts";

export interface FoldPlace {
  readonly fold: TimeFold;
  readonly left: CssPixels;
  readonly right: CssPixels;
}

/** Returns where stretches of time are in the chart; those out of view are left out. */
export function foldPlaces(
  folds: readonly TimeFold[],
  scale: TimeScale,
  { chartLeft, chartRight }: Geometry,
): FoldPlace[] {
  const places: FoldPlace[] = [];
  for (const fold of folds) {
    const left = clamp(timeToX(scale, fold.start), chartLeft, chartRight);
    const right = clamp(timeToX(scale, fold.end), chartLeft, chartRight);
    if (right - left >= 1) places.push({ fold, left, right });
  }
  return places;
}

/** Pushes a band over all rows for each compressed stretch, with an edge on both sides. */
export function pushFolds(rects: RectList, scale: TimeScale, geometry: Geometry): void {
  const { axisHeight } = measures;
  const height = geometry.height - axisHeight;
  for (const { left, right } of foldPlaces(scale.folds.folds, scale, geometry)) {
    rects.push(paint.fold, left, axisHeight, right - left, height);
    rects.push(paint.foldEdge, left, axisHeight, 1, height);
    rects.push(paint.foldEdge, right - 1, axisHeight, 1, height);
  }
}

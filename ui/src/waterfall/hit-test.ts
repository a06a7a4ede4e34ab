// Tells what is at a point of a frame: the inverse of the layout.

import type { CssPixels } from "../base/units.ts";
import type { SpanIndex } from "../trace-model/span-table.ts";
import type { RowIndex } from "../trace-model/visible-rows.ts";
import type { DrawList } from "./draw-list.ts";
import { measures } from "./geometry.ts";
import { isOnChevron } from "./row-text-layout.ts";

export type Hit =
  | { readonly zone: "axis" }
  | { readonly zone: "nothing" }
  /** An ancestor that stays at the top. */
  | { readonly zone: "sticky"; readonly span: SpanIndex; readonly part: "gutter" | "chevron" | "chart" | "duration" }
  | {
      readonly zone: "row";
      readonly row: RowIndex;
      readonly span: SpanIndex;
      /** `bar` lies within the chart. */
      readonly part: "gutter" | "chevron" | "bar" | "chart" | "duration";
    };

/** Thin bars are caught within this distance. */
const slack: CssPixels = 3;

export function hitTest(list: DrawList, x: CssPixels, y: CssPixels): Hit {
  const { geometry, places } = list;
  if (x < 0 || y < 0 || x >= geometry.width || y >= geometry.height) return { zone: "nothing" };
  if (y < measures.axisHeight) return { zone: "axis" };
  const stickyPlace = Math.floor((y - measures.axisHeight) / measures.rowHeight);
  if (stickyPlace < places.nSticky) {
    const part =
      x < geometry.chartLeft
        ? gutterPartAt(places.stickyChevronLeft, stickyPlace, x)
        : x > geometry.chartRight + geometry.secondBy
          ? "duration"
          : "chart";
    return { zone: "sticky", span: places.sticky[stickyPlace] ?? 0, part };
  }
  const place = Math.floor((y - places.top) / measures.rowHeight);
  if (place < 0 || place >= places.nRows) return { zone: "nothing" };
  const span = places.spans[place] ?? 0;
  return { zone: "row", row: places.firstRow + place, span, part: partAt(list, place, x) };
}

function gutterPartAt(chevronLeft: readonly CssPixels[], place: number, x: CssPixels): "gutter" | "chevron" {
  return isOnChevron(chevronLeft[place] ?? Number.NaN, x) ? "chevron" : "gutter";
}

function partAt(
  { geometry, places }: DrawList,
  place: number,
  x: CssPixels,
): "gutter" | "chevron" | "bar" | "chart" | "duration" {
  if (x < geometry.chartLeft) return gutterPartAt(places.chevronLeft, place, x);
  if (x > geometry.chartRight + geometry.secondBy) return "duration";
  const left = places.barLeft[place] ?? 0;
  const right = places.barRight[place] ?? 0;
  return right >= left && x >= left - slack && x <= right + slack ? "bar" : "chart";
}

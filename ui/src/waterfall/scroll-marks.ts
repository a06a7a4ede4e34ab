// Where along the scroll bar errors and found spans are: one mark per pixel at most, made anew only when rows or finds change.

import type { CssPixels } from "../base/units.ts";
import type { Found } from "../trace-model/find.ts";
import type { SpanIndex } from "../trace-model/span-table.ts";
import type { VisibleRows } from "../trace-model/visible-rows.ts";

export interface ScrollMarks {
  /** Pixels from the top of the body, ascending. */
  readonly errors: readonly CssPixels[];
  readonly found: readonly CssPixels[];
}

/** Returns the marks of rows on a track of a height; a span that is hidden is marked where its collapsed ancestor is. */
export function scrollMarksOf(rows: VisibleRows, found: Found | null, height: CssPixels): ScrollMarks {
  return {
    errors: pixelsOf(rows, rows.table.errors, height),
    found: found === null ? [] : pixelsOf(rows, found.spans, height),
  };
}

function pixelsOf(rows: VisibleRows, spans: ArrayLike<SpanIndex>, height: CssPixels): CssPixels[] {
  const pixels: CssPixels[] = [];
  const perRow = height / Math.max(1, rows.nRows);
  let last = -1;
  for (let place = 0; place < spans.length; place++) {
    const span = spans[place] as number;
    if (span < rows.from || span >= rows.to) continue;
    const pixel = Math.min(Math.floor((rows.rowShowing(span) + 0.5) * perRow), Math.max(0, Math.floor(height) - 2));
    if (pixel !== last) pixels.push(pixel);
    last = pixel;
  }
  return pixels;
}

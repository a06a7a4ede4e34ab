// Lays out the moments of a span: ticks above its bar for events and log records, a notch in it for the first token.

import type { CssPixels } from "../base/units.ts";
import { firstMarkOf, markKinds } from "../trace-model/span-marks.ts";
import type { SpanIndex, SpanTable } from "../trace-model/span-table.ts";
import type { RectList } from "./draw-list.ts";
import { measures } from "./geometry.ts";
import type { PaintIndex } from "./paints.ts";
import { paint } from "./paints.ts";
import type { TimeScale } from "./time-scale.ts";
import { timeToX } from "./time-scale.ts";

const tickWidth: CssPixels = 2;
const tickHeight: CssPixels = 4;
const gap: CssPixels = 1;
const notchWidth: CssPixels = 2;
/** A narrower bar would fall apart. */
const minNotchedWidth: CssPixels = 12;

const paintOf: readonly PaintIndex[] = [paint.markEvent, paint.markError, paint.markLog, paint.markError];

/** Pushes the marks of a span between the ends of its bar; of those of a kind on one pixel the first. At most 64 a span. */
export function pushMarks(
  rects: RectList,
  table: SpanTable,
  span: SpanIndex,
  scale: TimeScale,
  left: CssPixels,
  right: CssPixels,
  top: CssPixels,
): void {
  const { markSpan, markKind, markTime } = table;
  const taken: CssPixels[] = [];
  for (let mark = firstMarkOf(table, span); markSpan[mark] === span; mark++) {
    const x = timeToX(scale, markTime[mark] as number);
    // A mark before its span or after it, by another clock, would be taken for one of another row's bar.
    if (x < left - 1 || x > right + 1) continue;
    const kind = markKind[mark] as number;
    if (kind === markKinds.firstToken) {
      const hasRoom = right - left >= minNotchedWidth && x > left + notchWidth && x < right - notchWidth;
      if (hasRoom) rects.push(paint.notch, x - notchWidth / 2, top, notchWidth, measures.barHeight);
      continue;
    }
    const pixel = Math.round(x);
    if (taken[kind] === pixel) continue;
    taken[kind] = pixel;
    rects.push(paintOf[kind] ?? paint.markEvent, x - tickWidth / 2, top - gap - tickHeight, tickWidth, tickHeight);
  }
}

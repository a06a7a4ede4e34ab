// What a frame consists of: packed rectangles, glyphs and texts that a renderer draws without knowing what a span is.
// The arrays are reused from frame to frame; they grow when a taller window needs more.

import type { CssPixels } from "../base/units.ts";
import type { SpanIndex } from "../trace-model/span-table.ts";
import type { RowIndex } from "../trace-model/visible-rows.ts";
import type { Geometry } from "./geometry.ts";
import { geometryOf } from "./geometry.ts";
import type { IconIndex } from "./icons.ts";
import type { PaintIndex } from "./paints.ts";
import type { TextFont } from "./text-fit.ts";

/** Rectangles with their paint: x, y, width, height in four places of `coordinates` each. */
export class RectList {
  length = 0;
  coordinates = new Float32Array(256 * 4);
  paints = new Uint8Array(256);

  push(paint: PaintIndex, x: CssPixels, y: CssPixels, width: CssPixels, height: CssPixels): void {
    if (this.length === this.paints.length) {
      this.coordinates = grown(this.coordinates, new Float32Array(this.coordinates.length * 2));
      this.paints = grown(this.paints, new Uint8Array(this.paints.length * 2));
    }
    const at = this.length * 4;
    this.coordinates[at] = x;
    this.coordinates[at + 1] = y;
    this.coordinates[at + 2] = width;
    this.coordinates[at + 3] = height;
    this.paints[this.length++] = paint;
  }
}

function grown<T extends Float32Array | Uint8Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

/** Kinds of glyphs, in the order of their numbers in `kinds`. */
export const glyphKinds = ["error", "error-below", "left", "right", "open", "closed"] as const;

export type GlyphKind = (typeof glyphKinds)[number];

/** Side of the square that a glyph fills. */
export const glyphSize: CssPixels = 12;

/** Small shapes; their places are in the order of their top left's x and y. */
export class GlyphList {
  length = 0;
  positions = new Float32Array(64 * 2);
  kinds = new Uint8Array(64);
  paints = new Uint8Array(64);
  /** 1 if the glyph lies on a bar and needs a rim to stand out. */
  rims = new Uint8Array(64);

  push(kind: GlyphKind, paint: PaintIndex, x: CssPixels, y: CssPixels, hasRim: boolean): void {
    if (this.length === this.kinds.length) {
      this.positions = grown(this.positions, new Float32Array(this.positions.length * 2));
      this.kinds = grown(this.kinds, new Uint8Array(this.kinds.length * 2));
      this.paints = grown(this.paints, new Uint8Array(this.paints.length * 2));
      this.rims = grown(this.rims, new Uint8Array(this.rims.length * 2));
    }
    this.positions[this.length * 2] = x;
    this.positions[this.length * 2 + 1] = y;
    this.kinds[this.length] = glyphKinds.indexOf(kind);
    this.paints[this.length] = paint;
    this.rims[this.length++] = hasRim ? 1 : 0;
  }
}

/** A text; y is its middle. */
export interface PlacedText {
  readonly text: string;
  readonly font: TextFont;
  readonly paint: PaintIndex;
  readonly x: CssPixels;
  readonly y: CssPixels;
}

/** An icon in a square. */
export interface PlacedIcon {
  readonly icon: IconIndex;
  readonly paint: PaintIndex;
  readonly x: CssPixels;
  readonly y: CssPixels;
  readonly size: CssPixels;
  readonly isDimmed: boolean;
}

/** The rows in view with the extent of their bars, for hit tests. */
export interface RowPlaces {
  firstRow: RowIndex;
  nRows: number;
  /** y of the top of the first row; it may lie above the body. */
  top: CssPixels;
  readonly spans: SpanIndex[];
  /** Left and right of the bars as drawn; empty (right < left) for a bar out of view. */
  readonly barLeft: CssPixels[];
  readonly barRight: CssPixels[];
  /** Left of what opens and closes a row; NaN for a row without children. */
  readonly chevronLeft: CssPixels[];
  /** Spans of the sticky rows from top to bottom; only the first `nSticky` count. They cover the rows below them. */
  readonly sticky: SpanIndex[];
  readonly stickyChevronLeft: CssPixels[];
  nSticky: number;
}

/** What is drawn at one height: rectangles, then fades, glyphs, icons and texts. */
export interface Layer {
  readonly body: RectList;
  /** Rectangles whose paint fades out towards their right. */
  readonly fades: RectList;
  readonly glyphs: GlyphList;
  readonly icons: PlacedIcon[];
  readonly texts: PlacedText[];
}

/** The layer of the list itself is drawn first and clipped to the part that scrolls. */
export interface DrawList extends Layer {
  geometry: Geometry;
  /** The sticky rows, drawn over the body. */
  readonly sticky: Layer;
  /** Drawn last, over the body. */
  readonly axis: RectList;
  readonly axisTexts: PlacedText[];
  readonly places: RowPlaces;
}

export function createDrawList(): DrawList {
  return {
    geometry: geometryOf(0, 0, 0),
    ...createLayer(),
    sticky: createLayer(),
    axis: new RectList(),
    axisTexts: [],
    places: {
      firstRow: 0,
      nRows: 0,
      top: 0,
      spans: [],
      barLeft: [],
      barRight: [],
      chevronLeft: [],
      sticky: [],
      stickyChevronLeft: [],
      nSticky: 0,
    },
  };
}

function createLayer(): Layer {
  return { body: new RectList(), fades: new RectList(), glyphs: new GlyphList(), icons: [], texts: [] };
}

/** Empties a list for the next frame. */
export function clearDrawList(list: DrawList): void {
  for (const { body, fades, glyphs, icons, texts } of [list, list.sticky]) {
    body.length = 0;
    fades.length = 0;
    glyphs.length = 0;
    icons.length = 0;
    texts.length = 0;
  }
  list.axis.length = 0;
  list.axisTexts.length = 0;
  list.places.nRows = 0;
  list.places.nSticky = 0;
}

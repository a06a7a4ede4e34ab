// What can draw a frame. Canvas 2D does; another backend would implement this without its callers knowing.

import type { CssPixels } from "../base/units.ts";
import type { DrawList, RectList } from "./draw-list.ts";
import type { TextFont, TextRuler } from "./text-fit.ts";

/** The colours of a theme as CSS colours. */
export interface RendererTheme {
  readonly background: string;
  /** By number of the paint. */
  readonly colors: readonly string[];
  /** CSS fonts. */
  readonly fonts: Readonly<Record<TextFont, string>>;
  /** By number of the icon, in a square of `iconBox`; none where the page has no such icon. */
  readonly icons: readonly (Path2D | undefined)[];
}

export interface Renderer {
  /** Sets the size of the surface; it is empty until the next `draw`. */
  resize(width: CssPixels, height: CssPixels, devicePixelRatio: number): void;
  draw(list: DrawList, theme: RendererTheme): void;
  /** Returns what measures texts in the fonts of a theme. */
  rulerOf(theme: RendererTheme): TextRuler;
}

/** Draws a still picture of rectangles. */
export interface RectRenderer {
  resize(width: CssPixels, height: CssPixels, devicePixelRatio: number): void;
  draw(rects: RectList, theme: RendererTheme): void;
}

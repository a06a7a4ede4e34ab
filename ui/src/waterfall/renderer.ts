// What can draw a frame. Canvas 2D does; another backend would implement this without its callers knowing.

import type { CssPixels } from "../base/units.ts";
import type { DrawList, RectList } from "./draw-list.ts";

/** The colours of a theme as CSS colours. */
export interface RendererTheme {
  readonly background: string;
  /** By number of the paint. */
  readonly colors: readonly string[];
  /** CSS font of the axis. */
  readonly font: string;
}

export interface Renderer {
  /** Sets the size of the surface; it is empty until the next `draw`. */
  resize(width: CssPixels, height: CssPixels, devicePixelRatio: number): void;
  draw(list: DrawList, theme: RendererTheme): void;
}

/** Draws a still picture of rectangles. */
export interface RectRenderer {
  resize(width: CssPixels, height: CssPixels, devicePixelRatio: number): void;
  draw(rects: RectList, theme: RendererTheme): void;
}

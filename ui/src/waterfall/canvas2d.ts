// Draws a frame with Canvas 2D, one path per paint. The only file of this folder that touches a drawing context.

import type { CssPixels, DevicePixels } from "../base/units.ts";
import type { DrawList, GlyphKind, Layer, PlacedText, RectList } from "./draw-list.ts";
import { glyphKinds, glyphSize } from "./draw-list.ts";
import { measures } from "./geometry.ts";
import { iconBox, iconStroke } from "./icons.ts";
import type { Paint } from "./paints.ts";
import { paints } from "./paints.ts";
import type { RectRenderer, Renderer, RendererTheme } from "./renderer.ts";
import type { TextFont, TextRuler } from "./text-fit.ts";
import { textFonts } from "./text-fit.ts";

/** The part of a context that is used, so that a test can record it. */
export type DrawingContext = Pick<
  CanvasRenderingContext2D,
  | "fillStyle"
  | "strokeStyle"
  | "globalAlpha"
  | "lineWidth"
  | "lineCap"
  | "lineJoin"
  | "setLineDash"
  | "font"
  | "textBaseline"
  | "fillRect"
  | "beginPath"
  | "rect"
  | "roundRect"
  | "moveTo"
  | "lineTo"
  | "closePath"
  | "fill"
  | "stroke"
  | "fillText"
  | "save"
  | "restore"
  | "clip"
  | "setTransform"
>;

/** Returns the renderer of a canvas, whose size it owns from then on; null where there is no Canvas 2D. */
export function createCanvas2dRenderer(canvas: HTMLCanvasElement): Renderer | null {
  const context = canvas.getContext("2d", { alpha: false });
  if (context === null) return null;
  let ratio = 1;
  return {
    resize(width, height, devicePixelRatio) {
      ratio = devicePixelRatio;
      resizeCanvas(canvas, width, height, ratio);
    },
    draw: (list, theme) => drawFrame(context, list, theme, ratio),
    rulerOf: (theme) => createRuler(context, theme),
  };
}

/** Texts whose width is kept; those of a few hundred screens of rows. */
const maxMeasured = 20_000;

/** Returns a ruler that measures each text once. */
function createRuler(context: CanvasRenderingContext2D, { fonts }: RendererTheme): TextRuler {
  const widths = new Map<TextFont, Map<string, CssPixels>>(textFonts.map((font) => [font, new Map()]));
  return (text, font) => {
    const known = widths.get(font);
    const width = known?.get(text);
    if (width !== undefined) return width;
    if (context.font !== fonts[font]) context.font = fonts[font];
    const measured = context.measureText(text).width;
    if ((known?.size ?? 0) >= maxMeasured) known?.clear();
    known?.set(text, measured);
    return measured;
  };
}

/** Returns the renderer of a canvas that lies over something: what has no rectangle stays clear. */
export function createRectRenderer(canvas: HTMLCanvasElement): RectRenderer | null {
  const context = canvas.getContext("2d");
  if (context === null) return null;
  let ratio = 1;
  return {
    // Setting the size also clears it.
    resize(width, height, devicePixelRatio) {
      ratio = devicePixelRatio;
      resizeCanvas(canvas, width, height, ratio);
    },
    draw: (rects, theme) => drawRects(context, rects, theme, ratio),
  };
}

function resizeCanvas(canvas: HTMLCanvasElement, width: CssPixels, height: CssPixels, ratio: number): void {
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}

/** Draws a list in device pixels; every edge lies on one, so that nothing is blurred. */
export function drawFrame(context: DrawingContext, list: DrawList, theme: RendererTheme, ratio: number): void {
  const { width, height } = list.geometry;
  context.globalAlpha = 1;
  context.fillStyle = theme.background;
  context.fillRect(0, 0, Math.ceil(width * ratio), Math.ceil(height * ratio));

  context.save();
  context.beginPath();
  const bodyTop = Math.round(measures.axisHeight * ratio);
  context.rect(0, bodyTop, Math.ceil(width * ratio), Math.ceil(height * ratio) - bodyTop);
  context.clip();
  drawLayer(context, list, theme, ratio);
  drawLayer(context, list.sticky, theme, ratio);
  context.restore();

  drawRects(context, list.axis, theme, ratio);
  drawTexts(context, list.axisTexts, theme, ratio);
  context.globalAlpha = 1;
}

function drawLayer(context: DrawingContext, layer: Layer, theme: RendererTheme, ratio: number): void {
  drawRects(context, layer.body, theme, ratio);
  drawFades(context, layer.fades, theme, ratio);
  drawGlyphs(context, layer, theme, ratio);
  drawIcons(context, layer, theme, ratio);
  drawTexts(context, layer.texts, theme, ratio);
}

/** Order of the rectangles of a list by paint; grows with the longest list and is used within one call only. */
let order = new Uint32Array(1024);
const firstOfPaint = new Uint32Array(paints.length + 1);

function drawRects(context: DrawingContext, rects: RectList, theme: RendererTheme, ratio: number): void {
  sortByPaint(rects);
  for (let paint = 0; paint < paints.length; paint++) {
    const from = firstOfPaint[paint] as number;
    const to = firstOfPaint[paint + 1] as number;
    if (from === to) continue;
    const style = paints[paint] as Paint;
    beginPaint(context, style, theme.colors[paint] ?? theme.background, ratio);
    for (let place = from; place < to; place++) addRect(context, rects, order[place] as number, style, ratio);
    if (style.style === "fill") context.fill();
    else context.stroke();
    if (style.style === "dash") context.setLineDash([]);
  }
}

/** Counting sort: rectangles of one paint become neighbours and keep their order. */
function sortByPaint(rects: RectList): void {
  if (order.length < rects.length) order = new Uint32Array(rects.paints.length);
  firstOfPaint.fill(0);
  for (let rect = 0; rect < rects.length; rect++) {
    const next = (rects.paints[rect] as number) + 1;
    firstOfPaint[next] = (firstOfPaint[next] as number) + 1;
  }
  for (let paint = 0; paint < paints.length; paint++) {
    firstOfPaint[paint + 1] = (firstOfPaint[paint + 1] as number) + (firstOfPaint[paint] as number);
  }
  // Filling backwards leaves `firstOfPaint` one paint further on, so a second array of places is not needed.
  for (let rect = rects.length - 1; rect >= 0; rect--) {
    const paint = rects.paints[rect] as number;
    const place = (firstOfPaint[paint + 1] as number) - 1;
    firstOfPaint[paint + 1] = place;
    order[place] = rect;
  }
  firstOfPaint.copyWithin(0, 1);
  firstOfPaint[paints.length] = rects.length;
}

function beginPaint(context: DrawingContext, { alpha, style }: Paint, color: string, ratio: number): void {
  context.globalAlpha = alpha;
  if (style === "fill") {
    context.fillStyle = color;
  } else {
    context.strokeStyle = color;
    context.lineWidth = strokeWidth(ratio);
    if (style === "dash") context.setLineDash([3 * ratio, 2 * ratio]);
  }
  context.beginPath();
}

function strokeWidth(ratio: number): DevicePixels {
  return Math.max(1, Math.round(1.25 * ratio));
}

function addRect(context: DrawingContext, rects: RectList, rect: number, paint: Paint, ratio: number): void {
  const { coordinates } = rects;
  const at = rect * 4;
  const x = coordinates[at] as number;
  const y = coordinates[at + 1] as number;
  let left = Math.round(x * ratio);
  let top = Math.round(y * ratio);
  let width = Math.max(1, Math.round((x + (coordinates[at + 2] as number)) * ratio) - left);
  let height = Math.max(1, Math.round((y + (coordinates[at + 3] as number)) * ratio) - top);
  if (paint.style !== "fill") {
    // A line is drawn on both sides of its path: half of it inwards keeps its outer edge on a pixel.
    const inset = strokeWidth(ratio) / 2;
    left += inset;
    top += inset;
    width = Math.max(1, width - 2 * inset);
    height = Math.max(1, height - 2 * inset);
  }
  const radius = Math.min(paint.radius * ratio, width / 2);
  if (radius < 1) context.rect(left, top, width, height);
  else context.roundRect(left, top, width, height, radius);
}

/** Steps that an eye takes for a gradient; a real one would need the colours as numbers. */
const nFadeSteps = 28;

function drawFades(context: DrawingContext, fades: RectList, theme: RendererTheme, ratio: number): void {
  for (let fade = 0; fade < fades.length; fade++) {
    const paint = fades.paints[fade] as number;
    const at = fade * 4;
    const x = fades.coordinates[at] as number;
    const width = fades.coordinates[at + 2] as number;
    const top = Math.round((fades.coordinates[at + 1] as number) * ratio);
    const height = Math.round((fades.coordinates[at + 3] as number) * ratio);
    context.fillStyle = theme.colors[paint] ?? theme.background;
    for (let step = 0; step < nFadeSteps; step++) {
      const left = Math.round((x + (width * step) / nFadeSteps) * ratio);
      const right = Math.round((x + (width * (step + 1)) / nFadeSteps) * ratio);
      context.globalAlpha = (paints[paint]?.alpha ?? 1) * (1 - (step + 0.5) / nFadeSteps);
      if (right > left) context.fillRect(left, top, right - left, height);
    }
  }
}

function drawGlyphs(context: DrawingContext, { glyphs }: Layer, theme: RendererTheme, ratio: number): void {
  context.globalAlpha = 1;
  for (let glyph = 0; glyph < glyphs.length; glyph++) {
    const x = Math.round((glyphs.positions[glyph * 2] as number) * ratio);
    const y = Math.round((glyphs.positions[glyph * 2 + 1] as number) * ratio);
    const kind = glyphKinds[glyphs.kinds[glyph] as number] ?? "error";
    context.setTransform(ratio, 0, 0, ratio, x, y);
    if (kind === "open" || kind === "closed") {
      drawChevron(context, kind, theme.colors[glyphs.paints[glyph] as number] ?? theme.background);
      continue;
    }
    if (glyphs.rims[glyph] === 1) {
      context.strokeStyle = theme.background;
      context.lineWidth = 3;
      tracePolygon(context, glyphOutlines[kind]);
      context.stroke();
    }
    context.fillStyle = theme.colors[glyphs.paints[glyph] as number] ?? theme.background;
    tracePolygon(context, glyphOutlines[kind]);
    for (const hole of glyphHoles[kind]) addPolygon(context, hole);
    context.fill("evenodd");
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
}

/** A line with a corner: to the right of what is closed, down from what is open. */
function drawChevron(context: DrawingContext, kind: "open" | "closed", color: string): void {
  const [from, corner, to] = chevronCorners[kind];
  context.strokeStyle = color;
  context.lineWidth = 1.4;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...corner);
  context.lineTo(...to);
  context.stroke();
}

type Corner = readonly [CssPixels, CssPixels];

const chevronCorners: Readonly<Record<"open" | "closed", readonly [Corner, Corner, Corner]>> = {
  closed: [
    [4.5, 3],
    [7.5, 6],
    [4.5, 9],
  ],
  open: [
    [3, 4.5],
    [6, 7.5],
    [9, 4.5],
  ],
};

/** How much of its colour an icon of a dimmed row keeps. */
const dimmedIcon = 0.4;

function drawIcons(context: DrawingContext, { icons }: Layer, theme: RendererTheme, ratio: number): void {
  for (const { icon, paint, x, y, size, isDimmed } of icons) {
    const shape = theme.icons[icon];
    if (shape === undefined) continue;
    const scale = (size / iconBox) * ratio;
    context.setTransform(scale, 0, 0, scale, Math.round(x * ratio), Math.round(y * ratio));
    context.globalAlpha = isDimmed ? dimmedIcon : 1;
    context.strokeStyle = theme.colors[paint] ?? theme.background;
    context.lineWidth = iconStroke(icon);
    context.lineCap = "round";
    context.lineJoin = "round";
    context.stroke(shape);
  }
  context.globalAlpha = 1;
  context.setTransform(1, 0, 0, 1, 0, 0);
}

type Polygon = readonly (readonly [CssPixels, CssPixels])[];

const half = glyphSize / 2;

type FilledGlyph = Exclude<GlyphKind, "open" | "closed">;

/** The shapes in a square of `glyphSize`. */
const glyphOutlines: Readonly<Record<FilledGlyph, Polygon>> = {
  error: [
    [half, 0.8],
    [11.7, 11],
    [0.3, 11],
  ],
  "error-below": [
    [half, 0.8],
    [11.7, 11],
    [0.3, 11],
  ],
  left: [
    [7.5, 2.8],
    [7.5, 9.2],
    [3.8, half],
  ],
  right: [
    [4.5, 2.8],
    [4.5, 9.2],
    [8.2, half],
  ],
};

/** What is cut out: the exclamation mark of an error, the inside of one that is further down. */
const glyphHoles: Readonly<Record<FilledGlyph, readonly Polygon[]>> = {
  error: [
    [
      [5.35, 4.2],
      [6.65, 4.2],
      [6.65, 7.6],
      [5.35, 7.6],
    ],
    [
      [5.35, 8.5],
      [6.65, 8.5],
      [6.65, 9.8],
      [5.35, 9.8],
    ],
  ],
  "error-below": [
    [
      [half, 3.3],
      [9.7, 9.8],
      [2.3, 9.8],
    ],
  ],
  left: [],
  right: [],
};

function tracePolygon(context: DrawingContext, polygon: Polygon): void {
  context.beginPath();
  addPolygon(context, polygon);
}

function addPolygon(context: DrawingContext, polygon: Polygon): void {
  for (const [corner, [x, y]] of polygon.entries()) {
    if (corner === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.closePath();
}

/** Draws texts font by font: to set one costs more than to draw a short text. */
function drawTexts(context: DrawingContext, texts: readonly PlacedText[], theme: RendererTheme, ratio: number): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.textBaseline = "middle";
  context.globalAlpha = 1;
  for (const font of textFonts) {
    let isSet = false;
    for (const { text, font: own, paint, x, y } of texts) {
      if (own !== font) continue;
      if (!isSet) context.font = theme.fonts[font];
      isSet = true;
      context.fillStyle = theme.colors[paint] ?? theme.background;
      context.fillText(text, Math.round(x * ratio) / ratio, Math.round(y * ratio) / ratio);
    }
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
}

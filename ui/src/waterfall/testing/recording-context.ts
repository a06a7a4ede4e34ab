// A drawing context that writes down what is drawn instead of drawing it; used by tests only.

import type { DrawingContext } from "../canvas2d.ts";
import { paints } from "../paints.ts";
import type { RendererTheme } from "../renderer.ts";
import { textFonts } from "../text-fit.ts";

/** Colours are the names of the paints, so that a record reads like the picture. */
export const recordingTheme: RendererTheme = {
  background: "background",
  colors: paints.map(({ name }) => name),
  fonts: Object.fromEntries(textFonts.map((font) => [font, font])) as RendererTheme["fonts"],
  icons: [],
};

/** Records one line per fill, stroke and text. */
export class RecordingContext implements DrawingContext {
  readonly lines: string[] = [];
  fillStyle: string = "";
  strokeStyle: string = "";
  globalAlpha = 1;
  lineWidth = 1;
  lineCap: CanvasLineCap = "butt";
  lineJoin: CanvasLineJoin = "miter";
  font = "";
  textBaseline: CanvasTextBaseline = "alphabetic";
  #path: string[] = [];
  #origin: readonly [number, number] = [0, 0];

  fillRect(x: number, y: number, width: number, height: number): void {
    this.lines.push(`${this.#style(this.fillStyle)} rect ${rectText(x, y, width, height)}`);
  }
  beginPath(): void {
    this.#path = [];
  }
  rect(x: number, y: number, width: number, height: number): void {
    this.#path.push(rectText(x, y, width, height));
  }
  roundRect(x: number, y: number, width: number, height: number): void {
    this.#path.push(`(${rectText(x, y, width, height)})`);
  }
  moveTo(): void {
    // The first corner of a glyph: its origin says where it is.
    this.#path.push(`glyph at ${this.#origin.join(",")}`);
  }
  lineTo(): void {
    // The shape of a glyph is for the eye.
  }
  closePath(): void {
    // Likewise.
  }
  fill(): void {
    this.lines.push(`${this.#style(this.fillStyle)} ${this.#path.join(" ")}`);
  }
  stroke(): void {
    this.lines.push(`${this.#style(this.strokeStyle)} stroke ${this.#path.join(" ")}`);
  }
  fillText(text: string, x: number, y: number): void {
    const font = this.font === "axis" ? "" : ` in ${this.font}`;
    this.lines.push(`${this.#style(this.fillStyle)} "${text}" at ${x},${y}${font}`);
  }
  setLineDash(): void {
    // The paint of a broken line has a name of its own.
  }
  save(): void {
    this.lines.push("save");
  }
  restore(): void {
    this.lines.push("restore");
  }
  clip(): void {
    this.lines.push(`clip ${this.#path.join(" ")}`);
  }
  setTransform(...transform: unknown[]): void {
    this.#origin = [Number(transform[4] ?? 0), Number(transform[5] ?? 0)];
  }

  #style(color: string): string {
    return this.globalAlpha === 1 ? color : `${color}@${Number(this.globalAlpha.toFixed(2))}`;
  }
}

function rectText(x: number, y: number, width: number, height: number): string {
  return `${x},${y} ${width}×${height}`;
}

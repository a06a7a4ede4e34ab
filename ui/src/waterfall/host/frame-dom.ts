// The elements around the rows: canvas, scrolling grid, head of the last column, the separator of the gutter.

import { columnNames, columnTitles } from "../columns.ts";
import { measures } from "../geometry.ts";
import styles from "./waterfall.module.css";

export interface FrameDom {
  readonly canvas: HTMLCanvasElement;
  /** The treegrid; it scrolls. */
  readonly grid: HTMLElement;
  /** What the canvas shows of the rows, in words; not seen. */
  readonly strip: HTMLElement;
  /** As high as all rows, so that the scroll bar is honest. */
  readonly spacer: HTMLElement;
  readonly separator: HTMLElement;
  /** Titles of all columns; those of columns that are not there are hidden. */
  readonly heads: HTMLElement;
}

/** Fills an empty element. */
export function createFrameDom(root: HTMLElement, label: string): FrameDom {
  root.classList.add(styles["root"] ?? "");
  root.style.setProperty("--axis-height", `${measures.axisHeight}px`);

  const canvas = document.createElement("canvas");
  canvas.className = styles["canvas"] ?? "";
  canvas.setAttribute("aria-hidden", "true");

  const grid = document.createElement("div");
  grid.className = styles["grid"] ?? "";
  grid.tabIndex = 0;
  grid.setAttribute("role", "treegrid");
  grid.setAttribute("aria-label", label);
  const window = document.createElement("div");
  window.className = styles["window"] ?? "";
  window.setAttribute("role", "presentation");
  const strip = document.createElement("div");
  strip.className = styles["strip"] ?? "";
  strip.setAttribute("role", "rowgroup");
  const spacer = document.createElement("div");
  spacer.setAttribute("role", "presentation");
  window.append(strip);
  grid.append(window, spacer);

  const separator = document.createElement("div");
  separator.className = styles["separator"] ?? "";
  separator.tabIndex = 0;
  separator.setAttribute("role", "separator");
  separator.setAttribute("aria-orientation", "vertical");
  separator.setAttribute("aria-label", "Width of the names");

  const heads = document.createElement("div");
  heads.className = styles["heads"] ?? "";
  heads.setAttribute("aria-hidden", "true");
  for (const column of columnNames) {
    const head = document.createElement("span");
    head.dataset["column"] = column;
    head.textContent = columnTitles[column];
    heads.append(head);
  }

  root.append(canvas, heads, grid, separator);
  return { canvas, grid, strip, spacer, separator, heads };
}

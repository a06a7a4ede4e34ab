// The buttons on the time axis that compress idle time, and show compressed time in full again.

import { formatDuration, formatExactDuration } from "../../base/format.ts";
import type { CssPixels } from "../../base/units.ts";
import type { FoldPlace } from "../fold-layout.ts";
import { foldPlaces } from "../fold-layout.ts";
import type { Geometry } from "../geometry.ts";
import { idleGapsOf } from "../idle-gaps.ts";
import type { Scene } from "../scene.ts";
import type { TimeFold } from "../time-folds.ts";
import type { TimeScale } from "../time-scale.ts";
import styles from "./waterfall.module.css";

export interface GapListener {
  /** The user wants these stretches of time, and no others, drawn short. */
  onFolds(stretches: readonly TimeFold[]): void;
  /** There is something to offer, in the next frame. */
  onOffers(): void;
}

/** A gap is offered while it fills this part of the chart, so that the button stands where the room is lost. */
const offeredShare = 0.3;
/** A narrower band has no button; one below the second width has no room for its length. */
const minWidth: CssPixels = 12;
const minTextWidth: CssPixels = 52;

export class GapButtons {
  readonly #root: HTMLElement;
  readonly #listener: GapListener;
  readonly #buttons: HTMLButtonElement[] = [];
  /** Found once for a scene and a focus: it takes a look at all spans. */
  #offers: { readonly scene: Scene; readonly focus: number | null; readonly gaps: readonly TimeFold[] } | null = null;
  #places: readonly { readonly place: FoldPlace; readonly isFolded: boolean }[] = [];
  #folded: readonly TimeFold[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(root: HTMLElement, listener: GapListener) {
    this.#root = root;
    this.#listener = listener;
  }

  /** Shows the buttons of a frame. */
  show(scene: Scene, scale: TimeScale, geometry: Geometry): void {
    if (this.#offers?.scene !== scene || this.#offers.focus !== scene.rows.focus) {
      this.#offers = { scene, focus: scene.rows.focus, gaps: [] };
      this.#lookLater(scene);
    }
    this.#folded = scene.folds.folds;
    const chartWidth = geometry.chartRight - geometry.chartLeft;
    const offers = foldPlaces(this.#offers.gaps, scale, geometry)
      .filter(({ left, right }) => right - left >= offeredShare * chartWidth)
      .map((place) => ({ place, isFolded: false }));
    const folds = foldPlaces(this.#folded, scale, geometry)
      .filter(({ left, right }) => right - left >= minWidth)
      .map((place) => ({ place, isFolded: true }));
    this.#places = [...offers, ...folds];
    while (this.#buttons.length > this.#places.length) this.#buttons.pop()?.remove();
    while (this.#buttons.length < this.#places.length) this.#add();
    for (const [number, { place, isFolded }] of this.#places.entries()) {
      write(this.#buttons[number] as HTMLButtonElement, place, isFolded);
    }
  }

  /** Not in the frame that shows a trace first: an offer may come a moment later. */
  #lookLater(scene: Scene): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const gaps = idleGapsOf(scene);
      this.#offers = { scene, focus: scene.rows.focus, gaps };
      if (gaps.length > 0) this.#listener.onOffers();
    }, 0);
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }

  #add(): void {
    const button = document.createElement("button");
    button.type = "button";
    button.className = styles["gap"] ?? "";
    const number = this.#buttons.length;
    // The axis below measures.
    button.addEventListener("pointerdown", (event) => event.stopPropagation());
    button.addEventListener("click", () => this.#onClick(number));
    this.#buttons.push(button);
    this.#root.append(button);
  }

  #onClick(number: number): void {
    const clicked = this.#places[number];
    if (clicked === undefined) return;
    const { fold } = clicked.place;
    this.#listener.onFolds(clicked.isFolded ? this.#folded.filter((one) => one !== fold) : [...this.#folded, fold]);
  }
}

function write(button: HTMLButtonElement, { fold, left, right }: FoldPlace, isFolded: boolean): void {
  const nanos = fold.end - fold.start;
  const short = right - left < minTextWidth ? "⋯" : formatDuration(nanos);
  const text = isFolded ? short : `Compress ${formatDuration(nanos)} idle`;
  if (button.textContent !== text) button.textContent = text;
  const title = `${formatExactDuration(nanos)} in which nothing starts or ends${isFolded ? ", drawn short: click to show them in full (i)" : " (i)"}`;
  if (button.title !== title) button.title = title;
  const label = isFolded ? `Show ${formatDuration(nanos)} of idle time in full` : text;
  if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
  button.dataset["folded"] = String(isFolded);
  button.style.transform = `translateX(${Math.round((left + right) / 2)}px) translateX(-50%)`;
}

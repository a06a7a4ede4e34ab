// The minimap on the page: a still picture of the trace, and a brush that shows and sets what the chart shows of it.

import type { CssPixels } from "../../base/units.ts";
import { createRectRenderer } from "../canvas2d.ts";
import { RectList } from "../draw-list.ts";
import type { Grip } from "../minimap-brush.ts";
import { brushOf, gripAt, windowAfterDrag } from "../minimap-brush.ts";
import { layoutMinimap } from "../minimap-layout.ts";
import type { RectRenderer, RendererTheme } from "../renderer.ts";
import type { Scene } from "../scene.ts";
import type { TimeWindow } from "../time-window.ts";
import { wholeWindow } from "../whole-window.ts";
import styles from "./waterfall.module.css";

export interface MinimapListener {
  /** The user wants to see this part; it may be shorter than a chart can show. */
  onWindow(window: TimeWindow): void;
  onFit(): void;
  /** The size changed, so the picture must be made again. */
  onResize(): void;
}

/** A shorter drag is a click. */
const smallestDrag: CssPixels = 3;

interface Drag {
  readonly grip: Grip;
  readonly from: CssPixels;
  readonly before: TimeWindow;
}

/** What the picture was made of. */
interface Shown {
  readonly scene: Scene;
  readonly focus: number | null;
  readonly width: CssPixels;
  readonly height: CssPixels;
  readonly theme: RendererTheme;
  readonly ratio: number;
}

export class Minimap {
  readonly #root: HTMLElement;
  readonly #listener: MinimapListener;
  readonly #canvas = document.createElement("canvas");
  readonly #brush = document.createElement("div");
  readonly #renderer: RectRenderer | null;
  readonly #resizes: ResizeObserver;
  readonly #rects = new RectList();
  #shown: Shown | null = null;
  #window: TimeWindow | null = null;
  #drag: Drag | null = null;

  constructor(root: HTMLElement, listener: MinimapListener, signal: AbortSignal) {
    this.#root = root;
    this.#listener = listener;
    root.classList.add(styles["minimap"] ?? "");
    // Keys do the same with the chart itself.
    root.setAttribute("aria-hidden", "true");
    this.#brush.className = styles["brush"] ?? "";
    this.#brush.dataset["testid"] = "minimap-brush";
    root.append(this.#canvas, this.#brush);
    this.#renderer = createRectRenderer(this.#canvas);
    this.#resizes = new ResizeObserver(() => {
      // The size that an observer finds first is known, once there is a picture.
      const { width, height } = this.#shown ?? { width: -1, height: -1 };
      if (root.clientWidth !== width || root.clientHeight !== height) listener.onResize();
    });
    this.#resizes.observe(root);
    root.addEventListener("pointerdown", (event) => this.#onPointerDown(event), { signal });
    root.addEventListener("pointermove", (event) => this.#onPointerMove(event), { signal });
    root.addEventListener("pointerup", (event) => this.#onPointerUp(event), { signal });
    root.addEventListener("pointercancel", () => this.#end(), { signal });
    root.addEventListener("dblclick", () => listener.onFit(), { signal });
  }

  /** Shows a window of a scene; the picture is drawn only if it changed. */
  show(scene: Scene, window: TimeWindow, theme: RendererTheme): void {
    const width = this.#root.clientWidth;
    const height = this.#root.clientHeight;
    const ratio = globalThis.devicePixelRatio;
    const { focus } = scene.rows;
    const old = this.#shown;
    const isSame =
      old !== null &&
      old.scene === scene &&
      old.focus === focus &&
      old.width === width &&
      old.height === height &&
      old.theme === theme &&
      old.ratio === ratio;
    if (!isSame) {
      this.#shown = { scene, focus, width, height, theme, ratio };
      this.#rects.length = 0;
      layoutMinimap(scene, width, height, this.#rects);
      this.#renderer?.resize(width, height, ratio);
      this.#renderer?.draw(this.#rects, theme);
    }
    if (isSame && this.#window === window) return;
    this.#window = window;
    const { left, right } = brushOf(window, wholeWindow(scene), width);
    this.#brush.style.transform = `translateX(${left}px)`;
    this.#brush.style.width = `${right - left}px`;
    this.#brush.dataset["all"] = String(left <= 0 && right >= width);
  }

  destroy(): void {
    this.#resizes.disconnect();
    this.#root.replaceChildren();
  }

  #onPointerDown(event: PointerEvent): void {
    if (event.button !== 0 || this.#shown === null || this.#window === null) return;
    event.preventDefault();
    this.#root.setPointerCapture(event.pointerId);
    const from = this.#xOf(event);
    const { scene, width } = this.#shown;
    const grip = gripAt(brushOf(this.#window, wholeWindow(scene), width), width, from);
    this.#drag = { grip, from, before: this.#window };
  }

  #onPointerMove(event: PointerEvent): void {
    if (this.#shown === null || this.#window === null) return;
    const { scene, width } = this.#shown;
    const x = this.#xOf(event);
    if (this.#drag === null) {
      this.#root.dataset["grip"] = gripAt(brushOf(this.#window, wholeWindow(scene), width), width, x);
      return;
    }
    const { grip, from, before } = this.#drag;
    if (grip === "new" && Math.abs(x - from) < smallestDrag) return;
    this.#listener.onWindow(windowAfterDrag(grip, before, wholeWindow(scene), width, from, x));
  }

  #onPointerUp(event: PointerEvent): void {
    const drag = this.#drag;
    this.#end();
    if (drag === null || this.#shown === null || drag.grip !== "new") return;
    const { scene, width } = this.#shown;
    if (Math.abs(this.#xOf(event) - drag.from) >= smallestDrag) return;
    // A click brings the window there.
    const whole = wholeWindow(scene);
    const time = whole.start + (drag.from / Math.max(1, width)) * (whole.end - whole.start);
    const half = (drag.before.end - drag.before.start) / 2;
    this.#listener.onWindow({ start: time - half, end: time + half });
  }

  #end(): void {
    this.#drag = null;
  }

  #xOf({ clientX }: PointerEvent): CssPixels {
    return clientX - this.#root.getBoundingClientRect().left;
  }
}

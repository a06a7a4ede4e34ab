// Puts the waterfall on a page: listens to the user, keeps what is seen, and runs the frames.

import { clamp } from "../../base/clamp.ts";
import type { CssPixels, RelativeNanos } from "../../base/units.ts";
import type { SpanQuery } from "../../trace-model/find.ts";
import { emptyQuery, findSpans, withAncestors } from "../../trace-model/find.ts";
import type { CriticalPath } from "../../trace-model/critical-path.ts";
import type { MergedTrace } from "../../compare-model/merged-trace.ts";
import type { SpanTable } from "../../trace-model/span-table.ts";
import { findSpan, spanIdOf } from "../../trace-model/span-table.ts";
import { createCanvas2dRenderer } from "../canvas2d.ts";
import { carryOver } from "../carry-over.ts";
import type { Command } from "../commands.ts";
import { commandOf } from "../commands.ts";
import type { DrawList } from "../draw-list.ts";
import { createDrawList } from "../draw-list.ts";
import type { Geometry } from "../geometry.ts";
import { bodyHeightOf, geometryOf, maxScrollTop, measures, xInChart } from "../geometry.ts";
import type { Hit } from "../hit-test.ts";
import { hitTest } from "../hit-test.ts";
import { layout } from "../layout.ts";
import type { Renderer, RendererTheme } from "../renderer.ts";
import { FrameScheduler } from "../scheduler.ts";
import type { FrameTimes } from "../scheduler.ts";
import type { ScrollMarks } from "../scroll-marks.ts";
import { scrollMarksOf } from "../scroll-marks.ts";
import type { Sight } from "../sight.ts";
import {
  afterCommand,
  afterToggle,
  firstSightOf,
  fittedTo,
  focusedOn,
  panned,
  refolded,
  revealed,
  withAllowedScroll,
  withFound,
  zoomed,
} from "../sight.ts";
import { widthOf } from "../columns.ts";
import type { TextRuler } from "../text-fit.ts";
import { evenRuler } from "../text-fit.ts";
import { chartExtent, withColoring } from "../scene.ts";
import { timeScaleOf, xToTime } from "../time-scale.ts";
import type { TimeFold } from "../time-folds.ts";
import type { TimeWindow } from "../time-window.ts";
import { clampWindow } from "../time-window.ts";
import { makeDraggable } from "./drag-separator.ts";
import type { FrameDom } from "./frame-dom.ts";
import { createFrameDom } from "./frame-dom.ts";
import { listenToMeasuring } from "./measure-drag.ts";
import { Announcer } from "./announcer.ts";
import { GapButtons } from "./gap-buttons.ts";
import type { WaterfallListener, WaterfallLook, WaterfallOptions } from "./listener.ts";
import { Minimap } from "./minimap.ts";
import { RowMirror } from "./row-mirror.ts";
import { readTheme, watchTheme } from "./theme.ts";
import { wheelRequestOf } from "./wheel.ts";

/** Share of the width that the names get until the user says otherwise, and its limits. */
const gutterShare = 0.48;
/** Two traces need more of the chart. */
const mergedGutterShare = 0.36;
const [smallestGutter, largestGutter] = [240, 440];

let nWaterfalls = 0;

export class Waterfall {
  readonly #root: HTMLElement;
  readonly #listener: WaterfallListener;
  readonly #dom: FrameDom;
  readonly #renderer: Renderer | null;
  readonly #mirror: RowMirror;
  readonly #minimap: Minimap | null;
  readonly #scheduler: FrameScheduler;
  readonly #resizes: ResizeObserver;
  readonly #listening = new AbortController();
  readonly #announcer: Announcer;
  readonly #gaps: GapButtons;
  readonly #list: DrawList = createDrawList();
  #theme: RendererTheme;
  #ruler: TextRuler;
  #geometry: Geometry = geometryOf(0, 0, 0);
  #devicePixelRatio = 0;
  #gutterWidth: CssPixels | null;
  #sight: Sight | null = null;
  /** Where the pointer is on the page. */
  #pointer: { readonly clientX: number; readonly clientY: number } | null = null;
  #hoverRow: number | null = null;
  #pointerX: CssPixels | null = null;
  #gutterX: CssPixels | null = null;
  #isToReveal = false;
  #look: WaterfallLook = { columns: ["duration"], coloring: "kind" };
  #measured: TimeWindow | null = null;
  #query: SpanQuery = emptyQuery;
  #isFilter = false;
  #critical: CriticalPath | null = null;
  #marks: { readonly marks: ScrollMarks; readonly of: readonly unknown[] } | null = null;

  constructor(root: HTMLElement, listener: WaterfallListener, { label, gutterWidth, minimap }: WaterfallOptions) {
    this.#root = root;
    this.#listener = listener;
    this.#announcer = new Announcer(listener);
    this.#gutterWidth = gutterWidth;
    this.#dom = createFrameDom(root, label);
    this.#renderer = createCanvas2dRenderer(this.#dom.canvas);
    this.#mirror = new RowMirror(this.#dom.grid, this.#dom.strip, `waterfall-${++nWaterfalls}`);
    this.#showHeads();
    this.#gaps = new GapButtons(root, {
      onFolds: (stretches) => this.#setFolds(stretches),
      onOffers: () => this.#scheduler.request(),
    });
    this.#theme = readTheme(root);
    this.#ruler = this.#renderer?.rulerOf(this.#theme) ?? evenRuler;
    this.#scheduler = new FrameScheduler({
      input: () => this.#readInput(),
      state: () => this.#updateState(),
      canvas: () => this.#drawCanvas(),
      dom: () => this.#updateDom(),
    });
    this.#minimap =
      minimap === null
        ? null
        : new Minimap(
            minimap,
            {
              onWindow: (window) => this.#setWindow(window),
              onFit: () => this.run("fit"),
              onResize: () => this.#scheduler.request(),
            },
            this.#listening.signal,
          );
    this.#resizes = new ResizeObserver(() => this.#onResize());
    this.#resizes.observe(root);
    const stopWatching = watchTheme(() => this.#readTheme());
    this.#listening.signal.addEventListener("abort", stopWatching);
    this.#listen();
  }

  /** Takes over colours, fonts and icons; letters are measured anew. */
  #readTheme(): void {
    this.#theme = readTheme(this.#root);
    this.#ruler = this.#renderer?.rulerOf(this.#theme) ?? evenRuler;
    this.#scheduler.request();
  }

  /** Shows a table; one of the same trace replaces the last without moving what the user sees. */
  setTable(table: SpanTable, merged: MergedTrace | null = null): void {
    const old = this.#sight;
    if (old?.scene.table === table) return;
    if (merged === null) delete this.#root.dataset["merged"];
    else this.#root.dataset["merged"] = "";
    if (old !== null && old.scene.table.traceId === table.traceId) {
      this.#readInput();
      this.#sight = this.#carried(old, table, merged);
    } else {
      this.#sight = this.#withQuery(firstSightOf(table, this.#look.coloring, merged));
    }
    // It is of another table; its own comes after it.
    this.#critical = null;
    // Times are told from the base of their table.
    if (old?.scene.table.baseTime !== table.baseTime) this.#measured = null;
    this.#scrollPage();
    this.#announcer.expectPaint();
    if ((merged !== null) !== (old?.scene.merged != null)) this.#measure();
    this.#scheduler.request();
  }

  /** Nothing moves: what was asked for is asked again, but the scroll position stays where the row one looks at went. */
  #carried(old: Sight, table: SpanTable, merged: MergedTrace | null): Sight {
    const found = findSpans(table, this.#query);
    const isFilter = found !== null && this.#isFilter;
    const kept = isFilter ? withAncestors(found, table) : null;
    return { ...carryOver(old, this.#geometry, this.#hoverRow, table, kept, merged), found };
  }

  /** Selects a span from outside and brings it into view; unknown ids select nothing. */
  select(spanId: string | null): void {
    if (this.#sight === null) return;
    const span = spanId === null ? null : findSpan(this.#sight.scene.table, spanId);
    if (span === this.#sight.selected) return;
    this.#sight = { ...this.#sight, selected: span };
    this.#isToReveal = span !== null;
    this.#scheduler.request();
  }

  run(command: Command): void {
    if (this.#sight === null) return;
    if (command === "dismiss" && this.#measured !== null) {
      // The nearest thing to dismiss first.
      this.#measured = null;
      this.#scheduler.request();
    } else if (command === "inspect") this.#listener.onInspect();
    else if (command === "search") this.#listener.onSearch();
    else if (command === "critical-path") this.#listener.onCriticalPath();
    else if (command === "only-changes") this.#listener.onOnlyChanges?.();
    else if (command === "side-by-side") this.#listener.onSideBySide?.();
    else this.#change(afterCommand(this.#sight, this.#geometry, this.#pointerX, command));
  }

  /** Asks for spans: those that are not found are dimmed, or hidden by a filter. */
  find(query: SpanQuery, isFilter: boolean): void {
    this.#query = query;
    this.#isFilter = isFilter;
    if (this.#sight === null) return;
    this.#change(this.#withQuery(this.#sight));
  }

  #withQuery(sight: Sight): Sight {
    return withFound(sight, this.#geometry, findSpans(sight.scene.table, this.#query), this.#isFilter);
  }

  /** Shows the critical path of the table that is shown; null for none. */
  showCriticalPath(path: CriticalPath | null): void {
    this.#critical = path;
    this.#scheduler.request();
  }

  /** Shows the subtree of a span alone, null for the whole trace. */
  focusOn(spanId: string | null): void {
    if (this.#sight === null) return;
    const span = spanId === null ? null : findSpan(this.#sight.scene.table, spanId);
    this.#change(focusedOn(this.#sight, this.#geometry, span));
  }

  /** Sets which columns there are and what colours say. */
  setLook(look: WaterfallLook): void {
    const { coloring } = look;
    this.#look = look;
    this.#showHeads();
    if (this.#sight !== null && this.#sight.scene.coloring !== coloring) {
      this.#sight = { ...this.#sight, scene: withColoring(this.#sight.scene, coloring) };
    }
    this.#measure();
  }

  #showHeads(): void {
    for (const head of this.#dom.heads.children) {
      if (!(head instanceof HTMLElement)) continue;
      head.hidden = !this.#look.columns.some((column) => column === head.dataset["column"]);
    }
  }

  focus(): void {
    this.#dom.grid.focus({ preventScroll: true });
  }

  /** How long frames take. */
  get frameTimes(): FrameTimes {
    return this.#scheduler.times;
  }

  destroy(): void {
    this.#scheduler.cancel();
    this.#gaps.destroy();
    this.#mirror.destroy();
    this.#resizes.disconnect();
    this.#listening.abort();
    this.#root.replaceChildren();
    this.#minimap?.destroy();
  }

  // Input.

  #listen(): void {
    const { signal } = this.#listening;
    const { grid, separator } = this.#dom;
    const request = (): void => this.#scheduler.request();
    grid.addEventListener("scroll", request, { signal, passive: true });
    grid.addEventListener("focus", request, { signal });
    grid.addEventListener("blur", request, { signal });
    this.#root.addEventListener("wheel", (event) => this.#onWheel(event), { signal, passive: false });
    this.#root.addEventListener(
      "pointermove",
      ({ clientX, clientY }) => {
        this.#pointer = { clientX, clientY };
        request();
      },
      { signal },
    );
    this.#root.addEventListener(
      "pointerleave",
      () => {
        this.#pointer = null;
        request();
      },
      { signal },
    );
    listenToMeasuring(
      this.#root,
      {
        isOnAxis: (event) => this.#isOnAxis(event),
        timeAt: (event) => this.#timeAt(event),
        onMeasured: (measured) => {
          this.#measured = measured;
          request();
        },
      },
      signal,
    );
    grid.addEventListener("click", (event) => this.#onClick(event), { signal });
    grid.addEventListener("dblclick", (event) => this.#onDoubleClick(event), { signal });
    grid.addEventListener("keydown", (event) => this.#onKeyDown(event), { signal });
    makeDraggable(
      separator,
      {
        position: () => this.#geometry.chartLeft,
        move: (to) => this.#setGutterWidth(clamp(to, measures.minGutterWidth, this.#geometry.width)),
        reset: () => this.#setGutterWidth(null),
      },
      signal,
    );
  }

  #onWheel(event: WheelEvent): void {
    if (this.#sight === null) return;
    const request = wheelRequestOf(event);
    if (request.kind === "scroll") return;
    event.preventDefault();
    this.#pointer = { clientX: event.clientX, clientY: event.clientY };
    this.#readInput();
    if (request.kind === "zoom") this.#change(zoomed(this.#sight, this.#geometry, this.#pointerX, request.factor));
    else this.#change(panned(this.#sight, this.#geometry, request.by));
  }

  #onClick(event: MouseEvent): void {
    const hit = this.#hitAt(event);
    if (this.#sight === null || (hit.zone !== "row" && hit.zone !== "sticky")) return;
    if (hit.part === "chevron") {
      this.#change(afterToggle(this.#sight, this.#geometry, hit.span, event.shiftKey));
    } else if (hit.zone === "row") {
      this.#change({ ...this.#sight, selected: hit.span });
    } else {
      // One who asks for an ancestor wants to see it at its place.
      this.#change(revealed({ ...this.#sight, selected: hit.span }, this.#geometry));
    }
  }

  #onDoubleClick(event: MouseEvent): void {
    const hit = this.#hitAt(event);
    if (this.#sight === null || (hit.zone !== "row" && hit.zone !== "sticky") || hit.part === "chevron") return;
    this.#change(fittedTo(this.#sight, hit.span));
  }

  #onKeyDown(event: KeyboardEvent): void {
    const command = commandOf(event);
    if (command === null || event.defaultPrevented) return;
    event.preventDefault();
    this.run(command);
  }

  #isOnAxis(event: PointerEvent): boolean {
    const x = event.clientX - this.#root.getBoundingClientRect().left;
    return xInChart(this.#geometry, x) !== null && this.#hitAt(event).zone === "axis";
  }

  #timeAt({ clientX }: PointerEvent): RelativeNanos | null {
    if (this.#sight === null) return null;
    const x = clientX - this.#root.getBoundingClientRect().left;
    const { chartLeft, chartRight } = this.#geometry;
    const inChart = xInChart(this.#geometry, x) ?? x;
    return xToTime(
      timeScaleOf(this.#sight.window, this.#geometry, this.#sight.scene.folds),
      clamp(inChart, chartLeft, chartRight),
    );
  }

  #hitAt({ clientX, clientY }: MouseEvent): Hit {
    const { left, top } = this.#root.getBoundingClientRect();
    return hitTest(this.#list, clientX - left, clientY - top);
  }

  /** Takes over what the user changed. */
  #change(sight: Sight): void {
    const isOtherSpan = sight.selected !== this.#sight?.selected;
    this.#sight = sight;
    this.#scrollPage();
    this.#scheduler.request();
    if (!isOtherSpan) return;
    const { selected, scene } = sight;
    this.#listener.onSelect(selected === null ? null : spanIdOf(scene.table, selected));
  }

  /** Scrolls the page to where the sight is, or the next frame would read the old place. */
  #scrollPage(): void {
    if (this.#sight === null) return;
    const { grid, spacer } = this.#dom;
    const height = `${(this.#sight.scene.rows.nRows + 1) * measures.rowHeight}px`;
    if (spacer.style.height !== height) spacer.style.height = height;
    if (Math.round(grid.scrollTop) !== this.#sight.scrollTop) grid.scrollTop = this.#sight.scrollTop;
  }

  #setWindow(window: TimeWindow): void {
    if (this.#sight === null) return;
    this.#change({ ...this.#sight, window: clampWindow(window, chartExtent(this.#sight.scene)) });
  }

  #setFolds(stretches: readonly TimeFold[]): void {
    if (this.#sight !== null) this.#change(refolded(this.#sight, stretches));
    this.focus();
  }

  #setGutterWidth(width: CssPixels | null): void {
    this.#gutterWidth = width;
    this.#listener.onGutterWidth(width);
    this.#measure();
  }

  /** An observer also tells of the size that it finds first, which is known: a whole frame for nothing. */
  #onResize(): void {
    const { width, height } = this.#geometry;
    if (this.#dom.grid.clientWidth !== width || this.#root.clientHeight !== height) this.#measure();
  }

  /** Takes the size of the page. The canvas is empty afterwards, so the frame follows at once. */
  #measure(): void {
    const { grid } = this.#dom;
    const width = grid.clientWidth;
    const height = this.#root.clientHeight;
    const { columns, isSplit } = this.#look;
    const share = this.#sight?.scene.merged ? mergedGutterShare : gutterShare;
    const ownChoice = clamp((width - widthOf(columns)) * share, smallestGutter, largestGutter);
    const old = this.#geometry;
    this.#geometry = geometryOf(width, height, this.#gutterWidth ?? ownChoice, columns, isSplit);
    if (old.width !== width || old.height !== height) this.#devicePixelRatio = 0;
    this.#scheduler.request();
    this.#scheduler.flush();
  }

  // The frame.

  #readInput(): void {
    if (this.#sight !== null) {
      const scrollTop = Math.round(this.#dom.grid.scrollTop);
      if (scrollTop !== this.#sight.scrollTop) this.#sight = { ...this.#sight, scrollTop };
    }
    this.#readPointer();
  }

  #readPointer(): void {
    this.#hoverRow = null;
    this.#pointerX = null;
    this.#gutterX = null;
    if (this.#pointer === null || this.#sight === null) return;
    const { left, top } = this.#root.getBoundingClientRect();
    const x = this.#pointer.clientX - left;
    const y = this.#pointer.clientY - top;
    this.#pointerX = xInChart(this.#geometry, x);
    this.#gutterX = x < this.#geometry.chartLeft ? x : null;
    if (y < measures.axisHeight || x > this.#geometry.width) return;
    const { places } = this.#list;
    const { rows } = this.#sight.scene;
    const stickyPlace = Math.floor((y - measures.axisHeight) / measures.rowHeight);
    if (stickyPlace < places.nSticky) {
      this.#hoverRow = rows.rowOf(places.sticky[stickyPlace] ?? 0);
      return;
    }
    const row = Math.floor((y - measures.axisHeight + this.#sight.scrollTop) / measures.rowHeight);
    if (row < rows.nRows) this.#hoverRow = row;
  }

  #updateState(): void {
    if (this.#sight === null || this.#geometry.height === 0) return;
    if (this.#isToReveal) this.#sight = revealed(this.#sight, this.#geometry);
    this.#isToReveal = false;
    this.#sight = withAllowedScroll(this.#sight, this.#geometry);
  }

  #drawCanvas(): void {
    if (this.#sight === null || this.#geometry.height === 0) return;
    const { devicePixelRatio } = globalThis;
    if (devicePixelRatio !== this.#devicePixelRatio) {
      this.#devicePixelRatio = devicePixelRatio;
      this.#renderer?.resize(this.#geometry.width, this.#geometry.height, devicePixelRatio);
    }
    const { scene, window, scrollTop, selected, found } = this.#sight;
    const view = {
      geometry: this.#geometry,
      window,
      scrollTop,
      selected,
      found,
      marks: this.#scrollMarks(),
      measured: this.#measured,
      critical: this.#critical,
      columns: this.#look.columns,
      ruler: this.#ruler,
      hasFocus: this.#dom.grid.matches(":focus-visible"),
    };
    const pointed = { hoverRow: this.#hoverRow, pointerX: this.#pointerX, gutterX: this.#gutterX };
    layout(scene, { ...view, ...pointed }, this.#list);
    this.#renderer?.draw(this.#list, this.#theme);
    this.#minimap?.show(scene, window, this.#theme);
  }

  #scrollMarks(): ScrollMarks | null {
    if (this.#sight === null) return null;
    const { scene, found } = this.#sight;
    if (maxScrollTop(this.#geometry, scene.rows.nRows) === 0) return null;
    const height = bodyHeightOf(this.#geometry);
    const of = [scene, scene.rows.version, found, height];
    if (this.#marks === null || this.#marks.of.some((part, place) => part !== of[place])) {
      this.#marks = { marks: scrollMarksOf(scene.rows, found, height), of };
    }
    return this.#marks.marks;
  }

  #updateDom(): void {
    if (this.#sight === null || this.#geometry.height === 0) return;
    const { scene, window } = this.#sight;
    const { separator } = this.#dom;
    this.#root.style.setProperty("--content-width", `${this.#geometry.width}px`);
    this.#root.style.setProperty("--gutter", `${this.#geometry.chartLeft}px`);
    separator.setAttribute("aria-valuenow", String(Math.round(this.#geometry.chartLeft)));
    separator.setAttribute("aria-valuemin", String(measures.minGutterWidth));
    separator.setAttribute("aria-valuemax", String(Math.max(0, this.#geometry.chartRight - measures.minChartWidth)));
    this.#scrollPage();
    this.#mirror.follow({ sight: this.#sight, places: this.#list.places, columns: this.#look.columns });
    this.#gaps.show(scene, timeScaleOf(window, this.#geometry, scene.folds), this.#geometry);
    this.#announcer.announce(this.#sight);
  }
}

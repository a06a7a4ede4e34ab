// Tells the page what changed of what is seen, each thing once.

import { lowerBound } from "../../base/binary-search.ts";
import type { Found } from "../../trace-model/find.ts";
import type { SpanIndex } from "../../trace-model/span-table.ts";
import { spanIdOf } from "../../trace-model/span-table.ts";
import type { Scene } from "../scene.ts";
import type { Sight } from "../sight.ts";
import { isWholeWindow } from "../whole-window.ts";
import type { FocusStep, FoundCount, WaterfallListener } from "./listener.ts";

export class Announcer {
  readonly #listener: WaterfallListener;
  #isPaintAnnounced = false;
  #wasFit = true;
  #toldFound: FoundCount | null = null;
  #toldFocus: string | null = null;

  constructor(listener: WaterfallListener) {
    this.#listener = listener;
  }

  /** A new table is to be painted. */
  expectPaint(): void {
    this.#isPaintAnnounced = false;
  }

  /** To be called at the end of each frame. */
  announce({ scene, window, selected, found }: Sight): void {
    this.#announceFocus(scene);
    this.#announceFound(found, selected);
    const isFit = isWholeWindow(window, scene);
    if (isFit !== this.#wasFit) this.#listener.onFitChange(isFit);
    this.#wasFit = isFit;
    this.#announcePaint();
  }

  #announceFound(found: Found | null, selected: SpanIndex | null): void {
    const isAmong = found !== null && selected !== null && found.has[selected] === 1;
    const place = isAmong ? lowerBound(found.spans, selected) + 1 : null;
    const count = found === null ? null : { nFound: found.spans.length, place };
    const told = this.#toldFound;
    if (count?.nFound === told?.nFound && count?.place === told?.place) return;
    this.#toldFound = count;
    this.#listener.onFound(count);
  }

  #announceFocus({ table, rows }: Scene): void {
    const focus = rows.focus === null ? null : spanIdOf(table, rows.focus);
    if (focus === this.#toldFocus) return;
    this.#toldFocus = focus;
    const path: FocusStep[] = [];
    for (let span = rows.focus ?? -1; span >= 0; span = table.parent[span] ?? -1) {
      path.unshift({ spanId: spanIdOf(table, span), name: table.strings.label(table.name[span] ?? 0) });
    }
    this.#listener.onFocusChange(path);
  }

  #announcePaint(): void {
    if (this.#isPaintAnnounced) return;
    this.#isPaintAnnounced = true;
    // A task that is queued within a frame runs after the frame was painted; a message does not wait behind timers.
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      this.#listener.onPainted();
    });
    port1.start();
    port2.postMessage(null);
  }
}

// What a waterfall tells the page, and what the page tells it when it is made.

import type { CssPixels } from "../../base/units.ts";
import type { Coloring } from "../../trace-model/span-colors.ts";
import type { ColumnName } from "../columns.ts";

/** A span on the way to the focus. */
export interface FocusStep {
  readonly spanId: string;
  readonly name: string;
}

export interface WaterfallLook {
  readonly columns: readonly ColumnName[];
  readonly coloring: Coloring;
  /** Of two traces: each has a chart of its own. */
  readonly isSplit?: boolean;
}

export interface FoundCount {
  readonly nFound: number;
  /** Null if the selected span is not among them. */
  readonly place: number | null;
}

export interface WaterfallListener {
  /** The user selected another span, or none. */
  onSelect(spanId: string | null): void;
  /** The user wants to read the selected span. */
  onInspect(): void;
  /** The user wants to ask for spans. */
  onSearch(): void;
  /** The user wants to see the critical path, or no longer. */
  onCriticalPath(): void;
  /** The user wants to see only what changed, or all again. */
  onOnlyChanges?(): void;
  /** The user wants both traces side by side, or in one chart again. */
  onSideBySide?(): void;
  /** How many spans were found, and the place of the selected one among them from 1; null if nothing is asked. */
  onFound(count: FoundCount | null): void;
  /** The whole trace came into view, or no longer is. */
  onFitChange(isFit: boolean): void;
  /** Another subtree is shown alone: the ancestors of its root and itself; empty for the whole trace. */
  onFocusChange(path: readonly FocusStep[]): void;
  /** The user dragged the gutter; null for its own choice. */
  onGutterWidth(width: CssPixels | null): void;
  /** A frame with all of a new table is on screen. */
  onPainted(): void;
}

export interface WaterfallOptions {
  readonly label: string;
  /** Null for a part of the width. */
  readonly gutterWidth: CssPixels | null;
  /** An empty element for the picture of the whole trace; null for none. */
  readonly minimap: HTMLElement | null;
}

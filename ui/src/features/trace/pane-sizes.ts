// How wide the user made the panes, for as long as the page of the app lives; null is our own choice.

import { clamp } from "../../base/clamp.ts";
import type { CssPixels } from "../../base/units.ts";

export const paneSizes: { gutter: CssPixels | null; inspector: CssPixels | null } = { gutter: null, inspector: null };

const inspectorShare = 0.35;
const [smallestInspector, largestOwnChoice] = [340, 580];
const smallestWaterfall: CssPixels = 420;

/** Returns the width of the inspector on a page of a width: what the user chose, or our choice, where there is room. */
export function inspectorWidth(pageWidth: CssPixels, chosen: CssPixels | null): CssPixels {
  const ownChoice = clamp(pageWidth * inspectorShare, smallestInspector, largestOwnChoice);
  return Math.round(
    clamp(chosen ?? ownChoice, smallestInspector, Math.max(smallestInspector, pageWidth - smallestWaterfall)),
  );
}

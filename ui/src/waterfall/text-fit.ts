// Makes texts fit their room. Pure but for the ruler, which knows how wide the letters of the page are.

import type { CssPixels } from "../base/units.ts";

/** What the texts of the rows are set in; the fonts themselves are the theme's. */
export const textFonts = ["label", "selected-label", "note", "badge", "number", "axis"] as const;

export type TextFont = (typeof textFonts)[number];

/** Returns the width of a text. */
export type TextRuler = (text: string, font: TextFont) => CssPixels;

/** A ruler for where no letters can be measured: each is as wide as one of the axis. */
export const evenRuler: TextRuler = (text) => text.length * 6.7;

const ellipsis = "…";

/** Returns as much of a text as fits with an ellipsis; all of it if it fits; nothing where there is no room for a letter. */
export function fitText(text: string, font: TextFont, room: CssPixels, ruler: TextRuler): string {
  if (text === "" || room <= 0) return "";
  if (ruler(text, font) <= room) return text;
  let [shortest, longest] = [0, text.length - 1];
  while (shortest < longest) {
    const middle = Math.ceil((shortest + longest) / 2);
    if (ruler(text.slice(0, middle) + ellipsis, font) <= room) shortest = middle;
    else longest = middle - 1;
  }
  // A pair of code units is one letter.
  const isSplit = /[\uD800-\uDBFF]$/.test(text.slice(0, shortest));
  const end = isSplit ? shortest - 1 : shortest;
  return end <= 0 ? "" : text.slice(0, end).trimEnd() + ellipsis;
}

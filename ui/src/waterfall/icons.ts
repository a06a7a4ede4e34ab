// The icons of the rows: what each means, and where the page keeps its shape.

import type { SignName } from "../compare-model/signs.ts";
import { signIdPrefix, signNames } from "../compare-model/signs.ts";
import { spanCategories } from "../trace-model/span-category.ts";

/** Icons are in the page once: `span-icon-` and the name of the category, `row-sign-` and that of the sign. */
export const iconIdPrefix = "span-icon-";

/** Number of an icon: its place in `iconIds`. */
export type IconIndex = number;

/** Elements of the page with the shapes, in the order of their numbers. */
export const iconIds: readonly string[] = [
  ...spanCategories.map((category) => `${iconIdPrefix}${category}`),
  ...signNames.map((sign) => `${signIdPrefix}${sign}`),
];

/** Returns the icon of the sign of a merged row; that of a category is the number of the category. */
export function iconOfSign(sign: SignName): IconIndex {
  return spanCategories.length + signNames.indexOf(sign);
}

/** The shapes are drawn in a square of this side, with lines as wide as `iconStroke` says. */
export const iconBox = 24;

/** Width of the lines of an icon, in units of its box. */
export function iconStroke(icon: IconIndex): number {
  return icon < spanCategories.length ? 1.9 : 2.2;
}

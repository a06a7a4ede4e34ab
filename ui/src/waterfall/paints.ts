// The paints of the waterfall: what a rectangle means, in the order in which it is drawn, and which token colours it.

import { spanCategories } from "../trace-model/span-category.ts";

/** A CSS custom property of styles/tokens.css, without its dashes. */
export type ColorToken = string;

export interface Paint {
  readonly name: string;
  readonly token: ColorToken;
  readonly alpha: number;
  /** A dash is a broken stroke. */
  readonly style: "fill" | "stroke" | "dash";
  /** Radius of the corners in CSS pixels. */
  readonly radius: number;
}

const fill = (name: string, token: ColorToken, alpha = 1): Paint => ({ name, token, alpha, style: "fill", radius: 0 });
const bar = (name: string, token: ColorToken, alpha = 1): Paint => ({ name, token, alpha, style: "fill", radius: 2 });

/** Time that a span waits for its children is this pale, its own time solid. */
const paleAlpha = 0.34;

/** Lower numbers are drawn first. The number of a paint is its place here. */
export const paints: readonly Paint[] = [
  fill("ground", "bg"),
  fill("row-added", "ok", 0.09),
  fill("row-removed", "err", 0.09),
  fill("row-hover", "hover"),
  fill("row-selected", "sel"),
  fill("guide", "line"),
  fill("grid", "line"),
  ...spanCategories.map((category) => bar(`pale-${category}`, `k-${category}`, paleAlpha)),
  ...spanCategories.map((category) => bar(`solid-${category}`, `k-${category}`)),
  ...spanCategories.map((category) => fill(`mini-${category}`, `k-${category}`, 0.8)),
  fill("notch", "bg"),
  fill("baseline", "base"),
  fill("slower", "slow"),
  fill("faster", "fast"),
  fill("added-stripe", "bg", 0.55),
  fill("downstream", "warn"),
  fill("mark-log", "ink3"),
  fill("mark-event", "ink2"),
  fill("mark-error", "err"),
  fill("veil", "bg", 0.68),
  fill("fold", "panel", 0.82),
  fill("fold-edge", "line2"),
  fill("critical-reach", "ink2", 0.34),
  fill("critical", "ink"),
  fill("found-mark", "accent"),
  { name: "error-outline", token: "err", alpha: 1, style: "stroke", radius: 3 },
  fill("error", "err"),
  fill("edge", "ink3"),
  fill("sticky-edge", "line2"),
  fill("focus", "focus"),
  { name: "chevron-hover", token: "line2", alpha: 1, style: "fill", radius: 3 },
  { name: "badge-edge", token: "kt-http", alpha: 0.55, style: "dash", radius: 4 },
  fill("struck", "err", 0.6),
  fill("cursor", "ink3", 0.45),
  fill("measured", "accent", 0.14),
  fill("measured-edge", "accent"),
  fill("axis-line", "line"),
  fill("axis-text", "ink3"),
  fill("axis-anchor", "ink2"),
  fill("axis-cursor", "ink"),
  fill("text", "ink"),
  fill("text-second", "ink2"),
  fill("text-faint", "ink3"),
  fill("text-error", "err"),
  fill("text-ok", "ok"),
  fill("text-accent", "accent"),
  fill("text-slower", "slow"),
  fill("text-faster", "fast"),
  fill("text-mlflow", "kt-llm"),
  fill("text-opentelemetry", "kt-http"),
];

export type PaintIndex = number;

/** Returns the number of a paint by its name. */
function paintIndex(name: string): PaintIndex {
  const index = paints.findIndex((paint) => paint.name === name);
  if (index < 0) throw new Error(`invariant: paint ${name} exists`);
  return index;
}

export const paint = {
  /** What the canvas is cleared with. */
  ground: paintIndex("ground"),
  /** Behind rows that one side alone has. */
  rowAdded: paintIndex("row-added"),
  rowRemoved: paintIndex("row-removed"),
  rowHover: paintIndex("row-hover"),
  rowSelected: paintIndex("row-selected"),
  guide: paintIndex("guide"),
  grid: paintIndex("grid"),
  /** Add the number of the category. */
  pale: paintIndex(`pale-${spanCategories[0]}`),
  solid: paintIndex(`solid-${spanCategories[0]}`),
  /** Bars of the minimap; add the number of the category. */
  mini: paintIndex(`mini-${spanCategories[0]}`),
  /** What is cut out of a bar. */
  notch: paintIndex("notch"),
  /** Of two traces: the hollow bar, what the candidate took longer, what less, and the pattern of what is new. */
  baseline: paintIndex("baseline"),
  slower: paintIndex("slower"),
  faster: paintIndex("faster"),
  addedStripe: paintIndex("added-stripe"),
  /** At the left of rows that came after the first divergence. */
  downstream: paintIndex("downstream"),
  /** Ticks above a bar. */
  markLog: paintIndex("mark-log"),
  markEvent: paintIndex("mark-event"),
  markError: paintIndex("mark-error"),
  /** Over what is dimmed; errors lie above it. */
  veil: paintIndex("veil"),
  /** Along bars: where the critical path is somewhere below a span, and where it is the span itself. */
  criticalReach: paintIndex("critical-reach"),
  critical: paintIndex("critical"),
  /** The band of compressed time, over everything in it but errors. */
  fold: paintIndex("fold"),
  foldEdge: paintIndex("fold-edge"),
  foundMark: paintIndex("found-mark"),
  errorOutline: paintIndex("error-outline"),
  error: paintIndex("error"),
  edge: paintIndex("edge"),
  stickyEdge: paintIndex("sticky-edge"),
  /** At the left of the selected row while keys go to the rows. */
  focus: paintIndex("focus"),
  chevronHover: paintIndex("chevron-hover"),
  /** Around the badge of a source that is a guess. */
  badgeEdge: paintIndex("badge-edge"),
  /** Through the name of a span that the candidate has not. */
  struck: paintIndex("struck"),
  cursor: paintIndex("cursor"),
  measured: paintIndex("measured"),
  measuredEdge: paintIndex("measured-edge"),
  axisLine: paintIndex("axis-line"),
  axisText: paintIndex("axis-text"),
  axisAnchor: paintIndex("axis-anchor"),
  axisCursor: paintIndex("axis-cursor"),
  text: paintIndex("text"),
  textSecond: paintIndex("text-second"),
  textFaint: paintIndex("text-faint"),
  textError: paintIndex("text-error"),
  textOk: paintIndex("text-ok"),
  textAccent: paintIndex("text-accent"),
  textSlower: paintIndex("text-slower"),
  textFaster: paintIndex("text-faster"),
  textMlflow: paintIndex("text-mlflow"),
  textOpentelemetry: paintIndex("text-opentelemetry"),
} as const;

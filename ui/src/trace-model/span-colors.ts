// Which of the eight colours a span has: that of its kind, of its service, or of the SDK that made it.

import { spanCategories } from "./span-category.ts";
import { sourceOf } from "./span-source.ts";
import type { SpanTable } from "./span-table.ts";

export const colorings = ["kind", "service", "source"] as const;

/** What a colour says. */
export type Coloring = (typeof colorings)[number];

/** The last colour is a grey, which would read as "no service". */
const nServiceColors = spanCategories.length - 1;

/** Returns the number of the colour of each span, in the order of `spanCategories`. */
export function colorsOf(table: SpanTable, by: Coloring): Uint8Array {
  switch (by) {
    case "kind":
      return table.category;
    case "service":
      return serviceColors(table);
    case "source":
      return Uint8Array.from({ length: table.nSpans }, (_, span) => colorOfSource[sourceOf(table, span)]);
    default:
      return by satisfies never;
  }
}

const colorOfSource = {
  mlflow: spanCategories.indexOf("llm"),
  opentelemetry: spanCategories.indexOf("http"),
  "opentelemetry-inferred": spanCategories.indexOf("oth"),
} as const;

/** Services get colours in the order in which they come in the tree, so that a trace that grows keeps them. */
function serviceColors({ nSpans, service }: SpanTable): Uint8Array {
  const colorOf = new Map<number, number>();
  const colors = new Uint8Array(nSpans);
  for (let span = 0; span < nSpans; span++) {
    const name = service[span] as number;
    let color = colorOf.get(name);
    if (color === undefined) {
      color = colorOf.size % nServiceColors;
      colorOf.set(name, color);
    }
    colors[span] = color;
  }
  return colors;
}

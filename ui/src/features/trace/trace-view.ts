// What one sees of a trace beside the selected span, as it stands in the address: a link brings others to the same sight.

import { emptyQuery, type SpanQuery } from "../../trace-model/find.ts";
import { spanCategories } from "../../trace-model/span-category.ts";
import { type Coloring, colorings } from "../../trace-model/span-colors.ts";

export interface TraceView {
  readonly query: SpanQuery;
  readonly isFilter: boolean;
  /** Null for the user's own choice. */
  readonly coloring: Coloring | null;
  /** Id of the span whose subtree is shown alone; null for the whole trace. */
  readonly focus: string | null;
  readonly isCritical: boolean;
}

/** The parameters of an address; all are text. */
export type TraceSearch = {
  q?: string;
  kind?: string;
  service?: string;
  errors?: string;
  filter?: string;
  colour?: string;
  focus?: string;
  critical?: string;
};

export const wholeView: TraceView = {
  query: emptyQuery,
  isFilter: false,
  coloring: null,
  focus: null,
  isCritical: false,
};

/** A longer query in an address is not one that somebody typed. */
const longestText = 500;

/** Returns the view of an address; what it does not understand is left out. */
export function viewOf(search: Readonly<Record<string, unknown>>): TraceView {
  const text = (name: string): string | null => {
    const value = search[name];
    return typeof value === "string" && value !== "" && value.length <= longestText ? value : null;
  };
  const focus = text("focus");
  return {
    query: {
      text: text("q") ?? "",
      category: spanCategories.find((category) => category === text("kind")) ?? null,
      service: text("service"),
      onlyErrors: text("errors") !== null,
    },
    isFilter: text("filter") !== null,
    coloring: colorings.find((coloring) => coloring === text("colour")) ?? null,
    focus: focus !== null && /^[0-9a-f]{16}$/i.test(focus) ? focus.toLowerCase() : null,
    isCritical: text("critical") !== null,
  };
}

/** Returns the parameters of a view; those of the whole trace are none. */
export function searchOf({ query, isFilter, coloring, focus, isCritical }: TraceView): TraceSearch {
  return {
    ...(query.text === "" ? {} : { q: query.text }),
    ...(query.category === null ? {} : { kind: query.category }),
    ...(query.service === null ? {} : { service: query.service }),
    ...(query.onlyErrors ? { errors: "1" } : {}),
    ...(isFilter ? { filter: "1" } : {}),
    ...(coloring === null ? {} : { colour: coloring }),
    ...(focus === null ? {} : { focus }),
    ...(isCritical ? { critical: "1" } : {}),
  };
}

// What a row says, in words: drawn on the canvas for eyes, and written to the treegrid for screen readers and tooltips.

import { assertUnreachable } from "../base/assert.ts";
import { nSpansBelow } from "../compare-model/merged-trace.ts";
import { formatCost, formatDuration, formatExactDuration, formatInteger, formatTokens } from "../base/format.ts";
import { ownTimeAt } from "../trace-model/self-time.ts";
import { sourceLabels, sourceOf, sourceReason } from "../trace-model/span-source.ts";
import type { SpanIndex, SpanTable } from "../trace-model/span-table.ts";
import { hasFlag, spanFlags } from "../trace-model/span-table.ts";
import type { ColumnName, SpanColumnName } from "./columns.ts";
import { isDeltaColumn } from "./columns.ts";
import type { DeltaCell } from "./delta-cells.ts";
import { deltaCellOf } from "./delta-cells.ts";
import type { Scene } from "./scene.ts";

/** A text, and what it is made of: the tooltip, which is made when it is asked for, since the canvas draws the text alone. */
export interface Said {
  readonly text: string;
  readonly title: () => string;
}

/** Returns the name of a span, and with it that of its service. */
export function labelOf(table: SpanTable, span: SpanIndex): Said {
  const name = table.strings.label(table.name[span] ?? 0);
  const title = (): string => {
    const service = table.strings.label(table.service[span] ?? 0);
    return service === "" ? name : `${name}\n${service}`;
  };
  return { text: name === "" ? "(no name)" : name, title };
}

/** Returns what stands at the right of the names: the source, or the service where colours tell services. */
export function badgeOf({ table, coloring }: Scene, span: SpanIndex): Said {
  // A colour never speaks alone: what it says stands beside the name.
  const isByService = coloring === "service";
  const text = isByService ? table.strings.label(table.service[span] ?? 0) : sourceLabels[sourceOf(table, span)];
  return { text, title: () => sourceReason(table, span) };
}

/** Returns what stands behind the name, quietly. */
export function noteOf({ table, merged }: Scene, span: SpanIndex, isCollapsed: boolean): Said {
  if (isCollapsed) {
    const nBelow = merged === null ? (table.subtreeEnd[span] ?? 0) - span - 1 : nSpansBelow(merged, span);
    return { text: `${formatInteger(nBelow)} below`, title: () => "Spans that are collapsed into this one" };
  }
  if (hasFlag(table, span, spanFlags.cycleCut)) return { text: "parent cycle", title: orphanReason };
  return hasFlag(table, span, spanFlags.orphan) ? { text: "no parent", title: orphanReason } : nothing;
}

const orphanReason = (): string => "The span that it names as its parent has not arrived";

const nothing: Said = { text: "", title: () => "" };

/** Returns the number of a column. */
export function cellOf(scene: Scene, span: SpanIndex, column: ColumnName): DeltaCell {
  if (!isDeltaColumn(column)) return { ...spanCellOf(column, scene, span), tone: "none" };
  return scene.merged === null ? { ...nothing, tone: "none" } : deltaCellOf(scene.merged, span, column);
}

function spanCellOf(column: SpanColumnName, { table, selfTime }: Scene, span: SpanIndex): Said {
  switch (column) {
    case "duration": {
      if (hasFlag(table, span, spanFlags.notEnded)) return { text: "running", title: () => "This span has not ended" };
      const nanos = table.duration[span] ?? 0;
      return { text: formatDuration(nanos), title: () => formatExactDuration(nanos) };
    }
    case "self": {
      const own = ownTimeAt(selfTime, table, span);
      return {
        text: formatDuration(own),
        title: () => `${formatExactDuration(own)} in which none of its children ran`,
      };
    }
    case "tokens": {
      const [input, output] = [table.inputTokens[span] ?? -1, table.outputTokens[span] ?? -1];
      if (input < 0 && output < 0) return nothing;
      return { text: formatTokens(Math.max(0, input) + Math.max(0, output)), title: () => tokensTitle(input, output) };
    }
    case "cost": {
      const pico = table.cost[span] ?? -1;
      return pico < 0 ? nothing : { text: formatCost(pico), title: nothing.title };
    }
    default:
      return assertUnreachable(column);
  }
}

function tokensTitle(input: number, output: number): string {
  const part = (tokens: number): string => (tokens < 0 ? "unknown" : formatInteger(tokens));
  return `${part(input)} in, ${part(output)} out`;
}

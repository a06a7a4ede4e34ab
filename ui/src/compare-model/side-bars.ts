// Where each side's bars are on the common time axis, by place of the merged rows.

import type { RelativeNanos } from "../base/units.ts";
import type { Intervals } from "../trace-model/intervals.ts";
import { selfTimeOf } from "../trace-model/self-time.ts";
import type { SpanTable } from "../trace-model/span-table.ts";
import type { Comparison } from "./comparison.ts";
import { groupKinds } from "./comparison.ts";
import type { ShownRows } from "./shown-rows.ts";

/** The bars of one side. */
export interface SideBars {
  /** Its spans, their times counted from the common start. */
  readonly table: SpanTable;
  readonly selfTime: Intervals;
  /** Span in each place; −1 for none. */
  readonly span: Int32Array;
  /** NaN where there is no bar. Of the head of a group: around all of its spans. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** When the direct parts of a head ran, those that only this side has, and the others. */
  readonly ownParts: Intervals;
  readonly sharedParts: Intervals;
}

/** Returns the table with its times moved. */
export function movedTable(table: SpanTable, by: RelativeNanos): SpanTable {
  const moved = (times: Float64Array): Float64Array => times.map((time) => time + by);
  return {
    ...table,
    start: moved(table.start),
    end: moved(table.end),
    markTime: moved(table.markTime),
    extentStart: table.extentStart + by,
    extentEnd: table.extentEnd + by,
  };
}

/** Returns the bars of one side, whose table was moved to the common start. */
export function sideBarsOf(comparison: Comparison, shown: ShownRows, table: SpanTable, spans: Int32Array): SideBars {
  const { nShown, row, parent } = shown;
  const span = Int32Array.from(row, (merged) => (merged < 0 ? -1 : (spans[merged] as number)));
  const start = new Float64Array(nShown).fill(Number.NaN);
  const end = new Float64Array(nShown).fill(Number.NaN);
  for (let place = 0; place < nShown; place++) {
    const own = span[place] as number;
    if (own < 0) continue;
    start[place] = table.start[own] as number;
    end[place] = table.end[own] as number;
    // The heads above it reach around it; a group may be in a group.
    for (let up = parent[place] as number; up >= 0 && isHead(comparison, shown, up); up = parent[up] as number) {
      start[up] = Math.min(orElse(start[up], Infinity), table.start[own] as number);
      end[up] = Math.max(orElse(end[up], -Infinity), table.end[own] as number);
    }
  }
  return {
    table,
    selfTime: selfTimeOf(table),
    span,
    start,
    end,
    ownParts: partsOf(comparison, shown, start, end, true),
    sharedParts: partsOf(comparison, shown, start, end, false),
  };
}

/** Whether a place is the head of a group: a row that stands for spans and is none. */
export function isHead({ groupKind }: Comparison, { row }: Pick<ShownRows, "row">, place: number): boolean {
  const merged = row[place] as number;
  return merged >= 0 && groupKind[merged] !== groupKinds.none;
}

function orElse(value: number | undefined, other: number): number {
  return value === undefined || Number.isNaN(value) ? other : value;
}

const [added, removed] = [2, 3];

/** Returns when the direct parts of heads ran that are added or removed, or those that are neither; those that touch are one. */
function partsOf(
  comparison: Comparison,
  shown: ShownRows,
  start: Float64Array,
  end: Float64Array,
  wantsOwn: boolean,
): Intervals {
  const { nShown, subtreeEnd, row } = shown;
  const offsets = new Uint32Array(nShown + 1);
  const starts: number[] = [];
  const ends: number[] = [];
  for (let place = 0; place < nShown; place++) {
    if (isHead(comparison, shown, place)) {
      const parts: [number, number][] = [];
      const last = subtreeEnd[place] as number;
      for (let part = place + 1; part < last; part = subtreeEnd[part] as number) {
        const verdict = comparison.verdict[row[part] as number] ?? 0;
        const isOwn = verdict === added || verdict === removed;
        const [from, to] = [start[part] as number, end[part] as number];
        if (isOwn === wantsOwn && to >= from) parts.push([from, to]);
      }
      parts.sort(([one], [other]) => one - other);
      const first = starts.length;
      for (const [from, to] of parts) {
        const before = ends.length - 1;
        if (before >= first && from <= (ends[before] as number)) ends[before] = Math.max(ends[before] as number, to);
        else {
          starts.push(from);
          ends.push(to);
        }
      }
    }
    offsets[place + 1] = starts.length;
  }
  const lengthBefore = new Float64Array(starts.length + 1);
  for (const [part, from] of starts.entries()) {
    lengthBefore[part + 1] = (lengthBefore[part] as number) + (ends[part] as number) - from;
  }
  return { offsets, starts: Float64Array.from(starts), ends: Float64Array.from(ends), lengthBefore };
}

// Two traces as one: the merged rows as the spans of a table that the waterfall walks, folds and searches like any other.

import { parseUnixNanos } from "../base/time.ts";
import { assert } from "../base/assert.ts";
import type { RelativeNanos } from "../base/units.ts";
import { formatCount } from "../base/format.ts";
import type { SpanColumns, SpanIndex, SpanTable } from "../trace-model/span-table.ts";
import { createSpanTable } from "../trace-model/span-table.ts";
import type { StringTable } from "../trace-model/string-table.ts";
import type { Comparison, MergedRow } from "./comparison.ts";
import { isChange } from "./comparison.ts";
import { mergedIdsOf } from "./merged-ids.ts";
import type { ShownRows } from "./shown-rows.ts";
import { allRows, rowsAroundChanges } from "./shown-rows.ts";
import type { SideBars } from "./side-bars.ts";
import { isHead, movedTable, sideBarsOf } from "./side-bars.ts";

export interface MergedTrace {
  readonly comparison: Comparison;
  readonly isOnlyChanges: boolean;
  /** Row of the first model call whose input differs; null if there is none. */
  readonly divergence: MergedRow | null;
  /** A span of the table is a place of the merged rows; its times count from the common start of both sides. */
  readonly table: SpanTable;
  readonly shown: ShownRows;
  readonly baseline: SideBars;
  readonly candidate: SideBars;
  /** Places of the rows that differ, ascending. */
  readonly changed: Uint32Array;
  /** Places that are closed at first, ascending: gaps, and groups of so many rows that they would hide what is around them. */
  readonly closed: Uint32Array;
  /** How many spans stand before each place; gaps and heads of groups are none. One longer than the places. */
  readonly spansBefore: Uint32Array;
}

/** Returns the merged trace: all rows, or with runs of unchanged ones below gaps. */
export function mergedTraceOf(
  comparison: Comparison,
  isOnlyChanges: boolean,
  divergence: MergedRow | null = null,
): MergedTrace {
  const shown = isOnlyChanges ? rowsAroundChanges(comparison) : allRows(comparison);
  const [baselineStart, candidateStart] = commonStartOf(comparison);
  const movedBaseline = movedTable(comparison.baseline, -baselineStart);
  const movedCandidate = movedTable(comparison.candidate, -candidateStart);
  const baseline = sideBarsOf(comparison, shown, movedBaseline, comparison.baselineRow);
  const candidate = sideBarsOf(comparison, shown, movedCandidate, comparison.candidateRow);
  const spansBefore = spansBeforeIn(comparison, shown);
  return {
    comparison,
    isOnlyChanges,
    divergence,
    table: createSpanTable(columnsOf(comparison, shown, baseline, candidate, spansBefore)),
    shown,
    baseline,
    candidate,
    changed: placesWhere(shown, (row) => row >= 0 && isChange(comparison, row)),
    closed: placesWhere(shown, (row, place) => {
      if (row < 0) return true;
      return isHead(comparison, shown, place) && (shown.subtreeEnd[place] as number) - place > mostOpenRows;
    }),
    spansBefore,
  };
}

/** Returns how many spans are below a place, at any depth. */
export function nSpansBelow({ spansBefore, shown }: MergedTrace, place: SpanIndex): number {
  return (spansBefore[shown.subtreeEnd[place] ?? 0] ?? 0) - (spansBefore[place + 1] ?? 0);
}

function spansBeforeIn(comparison: Comparison, shown: ShownRows): Uint32Array {
  const before = new Uint32Array(shown.nShown + 1);
  for (let place = 0; place < shown.nShown; place++) {
    const isSpan = (shown.row[place] as number) >= 0 && !isHead(comparison, shown, place);
    before[place + 1] = (before[place] as number) + (isSpan ? 1 : 0);
  }
  return before;
}

/** Returns the row of the comparison in a place, or null for a gap. */
export function rowAt({ shown }: MergedTrace, place: SpanIndex): MergedRow | null {
  const row = shown.row[place] ?? -1;
  return row < 0 ? null : row;
}

/** Returns the first moment of each side: that of the first roots which are a pair, else of all of its spans. */
function commonStartOf(comparison: Comparison): [RelativeNanos, RelativeNanos] {
  const { nRows, subtreeEnd, baselineRow, candidateRow, baseline, candidate } = comparison;
  for (let root = 0; root < nRows; root = subtreeEnd[root] as number) {
    const [one, other] = [baselineRow[root] as number, candidateRow[root] as number];
    if (one >= 0 && other >= 0) return [baseline.start[one] as number, candidate.start[other] as number];
  }
  return [baseline.extentStart, candidate.extentStart];
}

const mostOpenRows = 12;

function placesWhere({ row }: ShownRows, isWanted: (row: number, place: SpanIndex) => boolean): Uint32Array {
  const places: number[] = [];
  for (let place = 0; place < row.length; place++) if (isWanted(row[place] as number, place)) places.push(place);
  return Uint32Array.from(places);
}

const noTime = parseUnixNanos("0");

function columnsOf(
  comparison: Comparison,
  shown: ShownRows,
  baseline: SideBars,
  candidate: SideBars,
  spansBefore: Uint32Array,
): SpanColumns {
  const { nShown } = shown;
  const columns = emptyColumns(comparison, shown, mergedIdsOf(shown, baseline, candidate));
  const [one, other] = [comparison.baseline, comparison.candidate];
  const labels = one.strings.nStrings + other.strings.nStrings;
  const gapTexts: string[] = [];
  // From the last one on, so that what stands for others finds what they are.
  for (let place = nShown - 1; place >= 0; place--) {
    const [baselineSpan, candidateSpan] = [baseline.span[place] as number, candidate.span[place] as number];
    if (candidateSpan >= 0) copySpan(columns, place, other, candidateSpan, one.strings.nStrings);
    else if (baselineSpan >= 0) copySpan(columns, place, one, baselineSpan, 0);
    else {
      standForRowsBelow(columns, place);
      const merged = shown.row[place] as number;
      if (merged < 0) {
        columns.name[place] = labels + comparison.strings.nStrings + gapTexts.length;
        const nSpans = (spansBefore[columns.subtreeEnd[place] as number] as number) - (spansBefore[place] as number);
        gapTexts.push(`… ${formatCount(nSpans, "unchanged span")}`);
      } else columns.name[place] = labels + (comparison.label[merged] as number);
      continue;
    }
    const start = Math.min(orElse(baseline.start[place], Infinity), orElse(candidate.start[place], Infinity));
    const end = Math.max(orElse(baseline.end[place], -Infinity), orElse(candidate.end[place], -Infinity));
    columns.start[place] = start;
    columns.duration[place] = end - start;
  }
  const strings = joinedStrings([one.strings, other.strings, comparison.strings, plainStrings(gapTexts)]);
  return { ...columns, strings };
}

function orElse(value: number | undefined, other: number): number {
  return value === undefined || Number.isNaN(value) ? other : value;
}

type MergedColumns = Omit<SpanColumns, "strings">;

function emptyColumns(comparison: Comparison, { nShown, ...tree }: ShownRows, spanId: Uint8Array): MergedColumns {
  assert(noTime !== null, "zero is a time");
  // Nothing is summed over merged rows: what they cost is told as deltas.
  const unknown = new Float64Array(nShown).fill(-1);
  return {
    traceId: `${comparison.baselineId}:${comparison.candidateId}`,
    baseTime: noTime,
    nSpans: nShown,
    spanId,
    parent: tree.parent,
    subtreeEnd: tree.subtreeEnd,
    depth: tree.depth,
    name: new Uint32Array(nShown),
    service: new Uint32Array(nShown),
    spanType: new Uint32Array(nShown),
    scope: new Uint32Array(nShown),
    kind: new Uint8Array(nShown),
    status: new Uint8Array(nShown),
    source: new Uint8Array(nShown),
    flags: new Uint8Array(nShown),
    start: new Float64Array(nShown),
    duration: new Float64Array(nShown),
    inputTokens: unknown,
    outputTokens: unknown,
    cost: unknown,
    markSpan: new Uint32Array(0),
    markKind: new Uint8Array(0),
    markTime: new Float64Array(0),
  };
}

function copySpan(columns: MergedColumns, place: SpanIndex, from: SpanTable, span: SpanIndex, strings: number): void {
  columns.name[place] = strings + (from.name[span] as number);
  columns.service[place] = strings + (from.service[span] as number);
  columns.spanType[place] = strings + (from.spanType[span] as number);
  columns.scope[place] = strings + (from.scope[span] as number);
  columns.kind[place] = from.kind[span] as number;
  columns.status[place] = from.status[span] as number;
  columns.source[place] = from.source[span] as number;
  columns.flags[place] = from.flags[span] as number;
}

/** A head or a gap is of the kind of the first row below it, and reaches around all of them. */
function standForRowsBelow(columns: MergedColumns, place: SpanIndex): void {
  const last = columns.subtreeEnd[place] as number;
  let [start, end] = [Infinity, -Infinity];
  for (let below = place + 1; below < last; below = columns.subtreeEnd[below] as number) {
    start = Math.min(start, columns.start[below] as number);
    end = Math.max(end, (columns.start[below] as number) + (columns.duration[below] as number));
  }
  columns.start[place] = end >= start ? start : 0;
  columns.duration[place] = end >= start ? end - start : 0;
  if (last === place + 1) return;
  columns.service[place] = columns.service[place + 1] as number;
  columns.spanType[place] = columns.spanType[place + 1] as number;
  columns.scope[place] = columns.scope[place + 1] as number;
  columns.kind[place] = columns.kind[place + 1] as number;
  columns.source[place] = columns.source[place + 1] as number;
}

/** Returns strings of several tables as one table: those of a later one follow those of the one before it. */
function joinedStrings(tables: readonly StringTable[]): StringTable {
  const find = (index: number): [StringTable | undefined, number] => {
    let rest = index;
    for (const table of tables) {
      if (rest < table.nStrings) return [table, rest];
      rest -= table.nStrings;
    }
    return [tables[0], 0];
  };
  return {
    nStrings: tables.reduce((sum, { nStrings }) => sum + nStrings, 0),
    get: (index) => {
      const [table, own] = find(index);
      return table?.get(own) ?? "";
    },
    label: (index) => {
      const [table, own] = find(index);
      return table?.label(own) ?? "";
    },
    start: (index, nBytes) => {
      const [table, own] = find(index);
      return table?.start(own, nBytes) ?? "";
    },
  };
}

function plainStrings(texts: readonly string[]): StringTable {
  const get = (index: number): string => texts[index] ?? "";
  return { nStrings: texts.length, get, label: get, start: (index, nBytes) => get(index).slice(0, nBytes) };
}

// The critical path of a trace: when it waited for which span itself, and for which subtree.

import type { RelativeNanos } from "../base/units.ts";
import { nanosBetween } from "../base/time.ts";
import { ColumnReader } from "./column-reader.ts";
import type { Intervals } from "./intervals.ts";
import type { SpanIndex, SpanTable } from "./span-table.ts";

export interface CriticalPath {
  /** When the trace waited for each span itself. */
  readonly own: Intervals;
  /** When it waited for each span or any of its descendants: one stretch, for the path enters a subtree once. Empty if
   * it never did (`reachEnd` is not after `reachStart`). */
  readonly reachStart: Float64Array;
  readonly reachEnd: Float64Array;
  /** Length of all of it. */
  readonly nanos: RelativeNanos;
  /** Longest first. */
  readonly shares: readonly CriticalShare[];
}

/** How long a trace waited for spans of one name. */
export interface CriticalShare {
  readonly name: string;
  readonly nanos: RelativeNanos;
  readonly nSpans: number;
  /** The one of them that it waited for longest. */
  readonly longest: SpanIndex;
}

const magic = "TLCP";
const formatVersion = 1;

/** Reads the body of docs/formats/span-table.md. Segments of spans that the table does not have are left out. */
export function decodeCriticalPath(body: ArrayBuffer, table: SpanTable): CriticalPath {
  const reader = new ColumnReader(body, magic, formatVersion);
  const nSegments = reader.count("n_segments");
  const ids = reader.column("span_id", "u8", nSegments * 8);
  const starts = reader.column("start", "f64", nSegments);
  const ends = reader.column("end", "f64", nSegments);
  // The trace may have grown at its front between the two answers.
  const shift = nanosBetween(table.baseTime, reader.baseTime());
  const spanOf = new Int32Array(nSegments);
  for (let segment = 0; segment < nSegments; segment++) {
    const span = table.ids.findAt(ids, segment * 8);
    const isStretch = (ends[segment] as number) > (starts[segment] as number);
    spanOf[segment] = span === null || !isStretch ? -1 : span;
  }
  const own = intervalsOf(table.nSpans, spanOf, starts, ends, shift);
  const { reachStart, reachEnd } = reachOf(table, own);
  const nanos = own.lengthBefore.at(-1) ?? 0;
  return { own, reachStart, reachEnd, nanos, shares: sharesOf(table, own) };
}

/** Whether a span or any of its descendants is on the path. */
export function isCritical({ reachStart, reachEnd }: CriticalPath, span: SpanIndex): boolean {
  return (reachEnd[span] as number) > (reachStart[span] as number);
}

/** Sorts segments by span; those of one span stay in order of time. */
function intervalsOf(
  nSpans: number,
  spanOf: Int32Array,
  from: Float64Array,
  to: Float64Array,
  shift: RelativeNanos,
): Intervals {
  const offsets = new Uint32Array(nSpans + 1);
  for (const span of spanOf) if (span >= 0) offsets[span + 1] = (offsets[span + 1] as number) + 1;
  for (let span = 0; span < nSpans; span++) {
    offsets[span + 1] = (offsets[span + 1] as number) + (offsets[span] as number);
  }
  const nIntervals = offsets[nSpans] as number;
  const next = offsets.slice();
  const starts = new Float64Array(nIntervals);
  const ends = new Float64Array(nIntervals);
  for (let segment = 0; segment < spanOf.length; segment++) {
    const span = spanOf[segment] as number;
    if (span < 0) continue;
    const place = next[span] as number;
    next[span] = place + 1;
    starts[place] = (from[segment] as number) + shift;
    ends[place] = (to[segment] as number) + shift;
  }
  const lengthBefore = new Float64Array(nIntervals + 1);
  for (let place = 0; place < nIntervals; place++) {
    const length = (ends[place] as number) - (starts[place] as number);
    lengthBefore[place + 1] = (lengthBefore[place] as number) + length;
  }
  return { offsets, starts, ends, lengthBefore };
}

function reachOf(
  { nSpans, parent }: SpanTable,
  own: Intervals,
): { reachStart: Float64Array<ArrayBuffer>; reachEnd: Float64Array<ArrayBuffer> } {
  const reachStart = new Float64Array(nSpans).fill(Infinity);
  const reachEnd = new Float64Array(nSpans).fill(-Infinity);
  // Children come after their parents, so that from the back each span is complete before its parent asks.
  for (let span = nSpans - 1; span >= 0; span--) {
    const first = own.offsets[span] as number;
    const after = own.offsets[span + 1] as number;
    if (after > first) {
      reachStart[span] = Math.min(reachStart[span] as number, own.starts[first] as number);
      reachEnd[span] = Math.max(reachEnd[span] as number, own.ends[after - 1] as number);
    }
    const up = parent[span] as number;
    if (up < 0) continue;
    reachStart[up] = Math.min(reachStart[up] as number, reachStart[span] as number);
    reachEnd[up] = Math.max(reachEnd[up] as number, reachEnd[span] as number);
  }
  return { reachStart, reachEnd };
}

function sharesOf({ name, strings }: SpanTable, { offsets, lengthBefore }: Intervals): CriticalShare[] {
  const byName = new Map<number, { nanos: number; nSpans: number; longest: SpanIndex; most: number }>();
  for (let span = 0; span < name.length; span++) {
    const first = offsets[span] as number;
    const after = offsets[span + 1] as number;
    if (first === after) continue;
    const nanos = (lengthBefore[after] as number) - (lengthBefore[first] as number);
    const share = byName.get(name[span] as number);
    if (share === undefined) {
      byName.set(name[span] as number, { nanos, nSpans: 1, longest: span, most: nanos });
      continue;
    }
    share.nanos += nanos;
    share.nSpans++;
    if (nanos > share.most) {
      share.most = nanos;
      share.longest = span;
    }
  }
  return Array.from(byName, ([string, { nanos, nSpans, longest }]) => ({
    name: strings.label(string),
    nanos,
    nSpans,
    longest,
  })).toSorted((one, other) => other.nanos - one.nanos);
}

// Checks once what all later code relies on, so that no loop over a table has to ask again.

import type { SpanColumns } from "./span-table.ts";
import { SpanTableError } from "./span-table-error.ts";

/** Throws `SpanTableError` unless the columns form a tree in depth-first order over strings that exist. */
export function checkInvariants(columns: SpanColumns, stringOffsets: Uint32Array, nStringBytes: number): void {
  checkStrings(columns, stringOffsets, nStringBytes);
  checkTree(columns);
  checkTimes(columns);
  checkMarks(columns);
}

function checkStrings(columns: SpanColumns, offsets: Uint32Array, nStringBytes: number): void {
  checkStringOffsets(offsets, nStringBytes);
  const nStrings = offsets.length - 1;
  for (const column of [columns.name, columns.service, columns.spanType, columns.scope]) {
    for (let span = 0; span < column.length; span++) {
      if ((column[span] as number) >= nStrings)
        throw new SpanTableError(`span ${span} names a string that is not there`);
    }
  }
}

/** Throws unless offsets cut bytes into strings of which the first is empty. */
export function checkStringOffsets(offsets: Uint32Array, nStringBytes: number): void {
  const nStrings = offsets.length - 1;
  if (nStrings < 1) throw new SpanTableError("there is no string 0");
  if (offsets[0] !== 0 || offsets[1] !== 0) throw new SpanTableError("string 0 is not empty");
  for (let string = 0; string < nStrings; string++) {
    if ((offsets[string + 1] as number) < (offsets[string] as number)) {
      throw new SpanTableError(`string ${string} ends before it starts`);
    }
  }
  if ((offsets[nStrings] as number) > nStringBytes) throw new SpanTableError("strings end after their bytes");
}

const largestDepth = 65_535;

/** Throws unless rows form a tree in depth-first order. */
export function checkTree({
  nSpans,
  parent,
  subtreeEnd,
  depth,
}: Pick<SpanColumns, "nSpans" | "parent" | "subtreeEnd" | "depth">): void {
  for (let span = 0; span < nSpans; span++) {
    const spanParent = parent[span] as number;
    const spanEnd = subtreeEnd[span] as number;
    if (spanParent < -1 || spanParent >= span)
      throw new SpanTableError(`parent of span ${span} does not come before it`);
    const isRoot = spanParent === -1;
    // In depth-first order a subtree lies inside of its parent's, and a root starts where the last root's subtree ended.
    const outerEnd = isRoot ? nSpans : (subtreeEnd[spanParent] as number);
    if (spanEnd <= span || spanEnd > outerEnd) throw new SpanTableError(`subtree of span ${span} leaves its parent's`);
    const expectedDepth = isRoot ? 0 : Math.min((depth[spanParent] as number) + 1, largestDepth);
    if (depth[span] !== expectedDepth)
      throw new SpanTableError(`depth of span ${span} does not follow from its parent's`);
    if (span > 0 && !isNextInOrder(span, spanParent, parent, subtreeEnd)) {
      throw new SpanTableError(`span ${span} is not in depth-first order`);
    }
  }
}

/** The parent of a span in depth-first order is the nearest span before it whose subtree is not over. */
function isNextInOrder(span: number, spanParent: number, parent: Int32Array, subtreeEnd: Uint32Array): boolean {
  let open = span - 1;
  // Each step leaves a subtree for good, so all calls together take at most one step per span.
  while (open !== -1 && (subtreeEnd[open] as number) <= span) open = parent[open] as number;
  return open === spanParent;
}

function checkTimes({ nSpans, start, duration }: SpanColumns): void {
  for (let span = 0; span < nSpans; span++) {
    if (!Number.isFinite(start[span])) throw new SpanTableError(`start of span ${span} is not a time`);
    const spanDuration = duration[span] as number;
    if (!(spanDuration >= 0) || spanDuration === Infinity) {
      throw new SpanTableError(`duration of span ${span} is not a duration`);
    }
  }
}

function checkMarks({ nSpans, markSpan, markTime }: SpanColumns): void {
  let before = 0;
  for (let mark = 0; mark < markSpan.length; mark++) {
    const span = markSpan[mark] as number;
    if (span < before || span >= nSpans) throw new SpanTableError(`mark ${mark} is not in the order of the spans`);
    if (!Number.isFinite(markTime[mark])) throw new SpanTableError(`time of mark ${mark} is not a time`);
    before = span;
  }
}

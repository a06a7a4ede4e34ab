// Gives each merged row an id of its own, the same whenever the comparison is made, so that an address can name it.

import type { SpanTable } from "../trace-model/span-table.ts";
import type { ShownRows } from "./shown-rows.ts";

interface Side {
  readonly table: SpanTable;
  /** Span in each place; −1 for none. */
  readonly span: Int32Array;
}

/**
 * Returns eight bytes for each place: the id of the candidate's span, else that of the baseline's unless the candidate has the
 * same one elsewhere, else that of the first row below it, turned into another.
 */
export function mergedIdsOf({ nShown, row }: ShownRows, baseline: Side, candidate: Side): Uint8Array {
  const ids = new Uint8Array(nShown * 8);
  for (let place = nShown - 1; place >= 0; place--) {
    const at = place * 8;
    const [one, other] = [baseline.span[place] as number, candidate.span[place] as number];
    if (other >= 0) {
      ids.set(candidate.table.spanId.subarray(other * 8, other * 8 + 8), at);
    } else if (one >= 0) {
      ids.set(baseline.table.spanId.subarray(one * 8, one * 8 + 8), at);
      if (candidate.table.ids.findAt(ids, at) !== null) turn(ids, at, baselineTurn);
    } else if (place + 1 < nShown) {
      ids.set(ids.subarray(at + 8, at + 16), at);
      turn(ids, at, (row[place] as number) < 0 ? gapTurn : headTurn);
    }
  }
  return ids;
}

const [baselineTurn, headTurn, gapTurn] = [0xb1, 0x5a, 0x9c];

/** Makes another id of one: ids are random, so that an id that is there already is as likely as for any new span. */
function turn(ids: Uint8Array, at: number, by: number): void {
  // Adding, since a head may be the first row below another one: what is turned twice must be a third one.
  for (let byte = at; byte < at + 8; byte++) ids[byte] = (ids[byte] as number) + by;
}

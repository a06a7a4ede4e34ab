// Reads the comparison table of docs/formats/comparison.md: bytes into typed arrays.
// Nothing about a body is believed: a wrong length, index or shape ends in a `SpanTableError`, never in another error.

import { checkStringOffsets, checkTree } from "../trace-model/check-invariants.ts";
import { ColumnReader } from "../trace-model/column-reader.ts";
import { decodeSpanTable } from "../trace-model/decode.ts";
import { SpanTableError } from "../trace-model/span-table-error.ts";
import { createStringTable } from "../trace-model/string-table.ts";
import type { Comparison } from "./comparison.ts";
import { verdicts } from "./comparison.ts";

const magic = "TLCM";
const formatVersion = 1;

/** Returns the comparison that a body holds. The arrays are views of the body, so it must not change afterwards. */
export function decodeComparison(body: ArrayBuffer): Comparison {
  const reader = new ColumnReader(body, magic, formatVersion);
  const nRows = reader.count("n_rows");
  const stringOffsets = reader.column("string_offsets", "u32", reader.count("n_strings") + 1);
  const stringBytes = reader.column("string_bytes", "u8", reader.lengthOf("string_bytes"));
  checkStringOffsets(stringOffsets, stringBytes.length);
  const tableOf = (name: string) => decodeSpanTable(reader.column(name, "u8", reader.lengthOf(name)).slice().buffer);
  const comparison: Comparison = {
    baselineId: reader.traceId("baseline"),
    candidateId: reader.traceId("candidate"),
    nRows,
    strings: createStringTable(stringOffsets, stringBytes),
    parent: reader.column("parent", "i32", nRows),
    subtreeEnd: reader.column("subtree_end", "u32", nRows),
    depth: reader.column("depth", "u16", nRows),
    verdict: reader.column("verdict", "u8", nRows),
    changes: reader.column("changes", "u16", nRows),
    hints: reader.column("hints", "u8", nRows),
    baselineRow: reader.column("baseline_row", "i32", nRows),
    candidateRow: reader.column("candidate_row", "i32", nRows),
    label: reader.column("label", "u32", nRows),
    loopGroup: reader.column("loop_group", "i32", nRows),
    iteration: reader.column("iteration", "u32", nRows),
    movedFrom: reader.column("moved_from", "i32", nRows),
    groupKind: reader.column("group_kind", "u8", nRows),
    baselineIterations: reader.column("baseline_iterations", "u32", nRows),
    candidateIterations: reader.column("candidate_iterations", "u32", nRows),
    deltaDuration: reader.column("delta_duration", "f64", nRows),
    deltaSelf: reader.column("delta_self", "f64", nRows),
    deltaTokens: reader.column("delta_tokens", "f64", nRows),
    deltaCost: reader.column("delta_cost", "f64", nRows),
    downstream: reader.column("downstream", "u8", nRows),
    baseline: tableOf("baseline_table"),
    candidate: tableOf("candidate_table"),
  };
  checkRows(comparison, stringOffsets.length - 1);
  return comparison;
}

function checkRows(comparison: Comparison, nStrings: number): void {
  const { nRows, verdict, label, loopGroup, movedFrom, baseline, candidate, baselineRow, candidateRow } = comparison;
  checkTree({ ...comparison, nSpans: nRows });
  for (let row = 0; row < nRows; row++) {
    if ((verdict[row] as number) >= verdicts.length) throw new SpanTableError(`verdict of row ${row} is not known`);
    if ((label[row] as number) >= nStrings) throw new SpanTableError(`row ${row} names a string that is not there`);
    for (const other of [loopGroup[row] as number, movedFrom[row] as number]) {
      if (other < -1 || other >= nRows) throw new SpanTableError(`row ${row} names a row that is not there`);
    }
  }
  checkSide("baseline", baselineRow, baseline.nSpans);
  checkSide("candidate", candidateRow, candidate.nSpans);
}

/** Every span of a side is in exactly one row. */
function checkSide(side: string, spans: Int32Array, nSpans: number): void {
  const seen = new Uint8Array(nSpans);
  let nSeen = 0;
  for (let row = 0; row < spans.length; row++) {
    const span = spans[row] as number;
    if (span === -1) continue;
    if (span < 0 || span >= nSpans) throw new SpanTableError(`row ${row} names a span that the ${side} does not have`);
    if (seen[span] === 1) throw new SpanTableError(`span ${span} of the ${side} is in more than one row`);
    seen[span] = 1;
    nSeen++;
  }
  if (nSeen !== nSpans) throw new SpanTableError(`${nSpans - nSeen} spans of the ${side} are in no row`);
}

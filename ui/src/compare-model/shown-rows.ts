// Which rows of a comparison are shown, and where: all of them, or with each run of unchanged ones gathered below a gap.

import type { Comparison, MergedRow } from "./comparison.ts";
import { isChange } from "./comparison.ts";

/** A tree in depth-first order, as the span table lays it out. */
export interface ShownRows {
  readonly nShown: number;
  /** Row of the comparison in each place; −1 for a gap. */
  readonly row: Int32Array;
  /** Place of each row of the comparison. */
  readonly placeOf: Int32Array;
  readonly parent: Int32Array;
  readonly subtreeEnd: Uint32Array;
  readonly depth: Uint16Array;
}

/** A gap of one row would save nothing. */
const smallestGap = 2;
const largestDepth = 65_535;

/** Returns all rows as they are. */
export function allRows({ nRows, parent, subtreeEnd, depth }: Comparison): ShownRows {
  const row = Int32Array.from({ length: nRows }, (_, place) => place);
  return { nShown: nRows, row, placeOf: row, parent, subtreeEnd, depth };
}

/**
 * Returns the rows with a gap above each run of siblings in whose subtrees nothing changed: a gap stands for its run while it
 * is collapsed, and shows it where it was while it is expanded. O(rows).
 */
export function rowsAroundChanges(comparison: Comparison): ShownRows {
  const { nRows, parent, subtreeEnd, depth } = comparison;
  const changesBefore = new Uint32Array(nRows + 1);
  for (let row = 0; row < nRows; row++) {
    changesBefore[row + 1] = (changesBefore[row] as number) + (isChange(comparison, row) ? 1 : 0);
  }
  const isQuiet = (row: MergedRow): boolean => changesBefore[subtreeEnd[row] as number] === changesBefore[row];

  // Two rows at least in each gap, so that half as many gaps as rows is the most there can be.
  const most = nRows + Math.ceil(nRows / smallestGap);
  const shownRow = new Int32Array(most);
  const shownParent = new Int32Array(most);
  const shownEnd = new Uint32Array(most);
  const shownDepth = new Uint16Array(most);
  const placeOf = new Int32Array(nRows);
  let place = 0;
  let gapPlace = -1;
  let gapEnd = 0;
  for (let row = 0; row < nRows; row++) {
    if (row >= gapEnd) gapPlace = -1;
    const up = parent[row] as number;
    const shownUp = up < 0 ? -1 : (placeOf[up] as number);
    if (gapPlace < 0 && isQuiet(row)) {
      const siblingsEnd = up < 0 ? nRows : (subtreeEnd[up] as number);
      let runEnd = subtreeEnd[row] as number;
      while (runEnd < siblingsEnd && isQuiet(runEnd)) runEnd = subtreeEnd[runEnd] as number;
      if (runEnd - row >= smallestGap) {
        gapPlace = place++;
        gapEnd = runEnd;
        shownRow[gapPlace] = -1;
        shownParent[gapPlace] = shownUp;
        shownEnd[gapPlace] = gapPlace + 1 + (runEnd - row);
        shownDepth[gapPlace] = depth[row] as number;
      }
    }
    const isInGap = gapPlace >= 0;
    const isTopOfGap = isInGap && shownUp < gapPlace;
    shownRow[place] = row;
    shownParent[place] = isTopOfGap ? gapPlace : shownUp;
    shownDepth[place] = Math.min((depth[row] as number) + (isInGap ? 1 : 0), largestDepth);
    placeOf[row] = place++;
  }
  // Gaps come before their rows, so a subtree ends after the place of its last row.
  for (let row = 0; row < nRows; row++) {
    shownEnd[placeOf[row] as number] = (placeOf[(subtreeEnd[row] as number) - 1] as number) + 1;
  }
  return {
    nShown: place,
    row: shownRow.slice(0, place),
    placeOf,
    parent: shownParent.slice(0, place),
    subtreeEnd: shownEnd.slice(0, place),
    depth: shownDepth.slice(0, place),
  };
}

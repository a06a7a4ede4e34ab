// Cuts a difference into the pieces of the strip: the few that matter, and one for all others, so that they sum to the whole.

export interface Contribution {
  readonly label: string;
  readonly delta: number;
  /** The merged row that differs most; null for what belongs to none. */
  readonly row: number | null;
}

export interface StripPiece extends Contribution {
  /** Part of the strip's width. */
  readonly share: number;
}

/** Narrower pieces could be neither seen nor hit. */
const smallestShare = 0.02;
const mostPieces = 6;

/** Returns what adds first, the largest first, then what takes away; the deltas sum to those of `contributions`. */
export function stripPiecesOf(contributions: readonly Contribution[]): StripPiece[] {
  const sizeOf = ({ delta }: Contribution): number => Math.abs(delta);
  const bySize = contributions.filter(({ delta }) => delta !== 0).toSorted((one, other) => sizeOf(other) - sizeOf(one));
  const size = bySize.reduce((sum, one) => sum + sizeOf(one), 0);
  // One that is left over alone is shown itself: it takes no more room than a piece that says so.
  const isShown = (one: Contribution, place: number): boolean =>
    place < mostPieces && (sizeOf(one) >= smallestShare * size || bySize.length <= 2);
  const shown = bySize.filter(isShown);
  const rest = bySize.filter((one, place) => !isShown(one, place));
  const pieces = [
    ...shown.filter(({ delta }) => delta > 0),
    ...shown.filter(({ delta }) => delta < 0),
    ...(rest.length === 0 ? [] : [restOf(rest)]),
  ];
  const width = pieces.reduce((sum, one) => sum + sizeOf(one), 0);
  return pieces.map((piece) => {
    const { label, delta, row } = piece;
    return { label, delta, row, share: width === 0 ? 0 : sizeOf(piece) / width };
  });
}

function restOf(rest: readonly Contribution[]): Contribution {
  const delta = rest.reduce((sum, one) => sum + one.delta, 0);
  const [only] = rest;
  if (only !== undefined && rest.length === 1) return only;
  return { label: `${rest.length} others`, delta, row: null };
}

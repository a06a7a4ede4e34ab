// Decides how long the bar of each document is. Pure.
import { decimal } from "../base/format.ts";

/**
 * Returns the share of the bar of each score, 0 to 1; null where there is no number. Scores from 0 to 1 are shares already; others
 * are compared with the largest, since every retriever counts in its own way. Below zero there is no bar.
 */
export function scoreShares(scores: readonly (number | null | undefined)[]): (number | null)[] {
  const known = scores.filter((score): score is number => typeof score === "number" && Number.isFinite(score));
  const largest = known.reduce((most, score) => Math.max(most, score), 0);
  const scale = largest <= 1 ? 1 : largest;
  return scores.map((score) =>
    typeof score === "number" && Number.isFinite(score) ? Math.max(0, score) / scale : null,
  );
}

/** Returns a score with four significant digits, as it is where it has fewer. */
export function formatScore(score: number): string {
  return decimal(String(Number(score.toPrecision(4))));
}

// Which of two marked traces is the baseline: the older one. Pure.
import type { TraceSummary } from "../../api/messages.ts";

/** Null unless exactly two are marked. One that is not loaded any more counts as older: it left the list at its end. */
export function pairOf(
  marked: readonly string[],
  rows: readonly TraceSummary[],
): { baseline: string; candidate: string } | null {
  const [one, other] = marked;
  if (one === undefined || other === undefined || marked.length !== 2) return null;
  const startOf = (id: string): bigint => BigInt(rows.find((row) => row.trace_id === id)?.start_time_unix_nano ?? 0);
  return startOf(one) <= startOf(other) ? { baseline: one, candidate: other } : { baseline: other, candidate: one };
}

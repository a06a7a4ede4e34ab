// Keeps the groups where they stand while one looks at them: a client that tries again must not move its row. Pure.
import type { RejectedGroup } from "../../api/messages.ts";

/** Returns the groups with those of `shownIds` in their old order, after the ones that are new. */
export function inStableOrder(shownIds: readonly string[], groups: readonly RejectedGroup[]): RejectedGroup[] {
  const placeOf = new Map(shownIds.map((id, place) => [id, place]));
  const known = groups.filter((group) => placeOf.has(group.group_id));
  known.sort((one, other) => (placeOf.get(one.group_id) ?? 0) - (placeOf.get(other.group_id) ?? 0));
  return [...groups.filter((group) => !placeOf.has(group.group_id)), ...known];
}

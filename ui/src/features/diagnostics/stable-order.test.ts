import { expect, test } from "vitest";
import { inStableOrder } from "./stable-order.ts";
import { rejectedGroup } from "./testing/rejected.ts";

const order = (shown: string, now: string): string =>
  inStableOrder(
    shown.split(""),
    now.split("").map((group_id) => rejectedGroup({ group_id })),
  )
    .map((group) => group.group_id)
    .join("");

test.each([
  ["", "cba", "cba", "as the server says at first"],
  ["cba", "acb", "cba", "a group that was hit again stays"],
  ["ba", "dcab", "dcba", "new ones come on top, newest first"],
  ["cba", "ca", "ca", "one that has gone leaves no gap"],
])("%s, then %s: %s (%s)", (shown, now, want) => expect(order(shown, now)).toBe(want));

import { expect, test } from "vitest";
import { nameFilter } from "./name-filter.ts";

test.each([
  ["POST /answer", "name = 'POST /answer'"],
  ["Ann's agent", `name = "Ann's agent"`],
  [`Ann's "agent"`, `name LIKE 'Ann_s "agent"'`],
])("%s", (name, filter) => {
  expect(nameFilter(name)).toBe(filter);
});

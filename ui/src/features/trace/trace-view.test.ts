import * as fc from "fast-check";
import { expect, test } from "vitest";
import { spanCategories } from "../../trace-model/span-category.ts";
import { colorings } from "../../trace-model/span-colors.ts";
import { searchOf, viewOf, wholeView } from "./trace-view.ts";

const views = fc.record({
  query: fc.record({
    text: fc.string({ maxLength: 40 }),
    category: fc.constantFrom(null, ...spanCategories),
    service: fc.constantFrom(null, "rag-api", "a service & more"),
    onlyErrors: fc.boolean(),
  }),
  isFilter: fc.boolean(),
  coloring: fc.constantFrom(null, ...colorings),
  focus: fc.constantFrom(null, "00f067aa0ba902b7"),
  isCritical: fc.boolean(),
});

test("a view comes back from its address", () => {
  fc.assert(
    fc.property(views, (view) => {
      const address = new URLSearchParams(searchOf(view)).toString();
      expect(viewOf(Object.fromEntries(new URLSearchParams(address)))).toEqual(view);
    }),
  );
});

test("the whole trace has no parameters", () => {
  expect(searchOf(wholeView)).toEqual({});
  expect(viewOf({})).toEqual(wholeView);
});

test("what an address says wrongly is left out", () => {
  const hostile = { q: "x".repeat(501), kind: "<b>", colour: "red", focus: "zz", service: "", errors: 1 };
  expect(viewOf(hostile)).toEqual(wholeView);
});

import { expect, test } from "vitest";
import { boundsOf, defaultColumns, type ListView, nextOrder, runOf, searchOf, usualView, viewOf } from "./list-view.ts";

test("the usual view has an empty address", () => {
  expect(searchOf(usualView)).toEqual({});
  expect(viewOf({})).toEqual(usualView);
});

test("what an address holds is what is shown, and the other way round", () => {
  const views: ListView[] = [
    { ...usualView, filter: "status = 'ERROR' AND duration > 1.5s" },
    { ...usualView, order: { key: "duration", isDescending: true } },
    { ...usualView, order: { key: "tokens", isDescending: false } },
    { ...usualView, columns: ["duration", "user"] },
    { ...usualView, columns: [] },
    { ...usualView, time: { kind: "last", id: "1h" } },
    { ...usualView, time: { kind: "between", from: 5, before: null } },
    { ...usualView, time: { kind: "between", from: 5, before: 1_700_000_000_000 } },
  ];
  for (const view of views) expect(viewOf(searchOf(view))).toEqual(view);
});

test("nonsense in an address is as if it were not there", () => {
  const view = viewOf({
    order: "duration; DROP",
    columns: "nope,duration",
    range: "toString",
    from: "-1",
    before: "x",
  });
  expect(view).toEqual({ ...usualView, columns: ["duration"] });
  expect(viewOf({ columns: 3, filter: ["a"] }).columns).toEqual(defaultColumns);
});

test("a range ends now and begins so long before", () => {
  expect(boundsOf({ kind: "last", id: "15m" }, 1_700_000_900_000)).toEqual({
    from: "1700000000000000000",
    before: null,
  });
  expect(boundsOf({ kind: "between", from: null, before: 7 }, 0)).toEqual({ from: null, before: "7000000" });
});

test("pressing a head again turns the order round, then ends it", () => {
  const first = nextOrder(null, "cost");
  expect(first).toEqual({ key: "cost", isDescending: true });
  const second = nextOrder(first, "cost");
  expect(second).toEqual({ key: "cost", isDescending: false });
  expect(nextOrder(second, "cost")).toBeNull();
  expect(nextOrder(second, "spans")).toEqual({ key: "spans", isDescending: true });
});

test.each([
  ["run_id = 'abc'", "abc"],
  [' attributes.run_id="a b" ', "a b"],
  ["run_id = 'abc' AND status = 'OK'", null],
  ["run_id != 'abc'", null],
  ["run_id = ''", null],
  ["", null],
])("%j asks for run %j", (filter, run) => {
  expect(runOf(filter)).toBe(run);
});

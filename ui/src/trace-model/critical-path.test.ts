import { expect, test } from "vitest";
import { decodeCriticalPath, isCritical } from "./critical-path.ts";
import { drawTable } from "./testing/draw.ts";
import { encodeCriticalPath } from "./testing/encode-path.ts";

const ms = 1e6;
const table = drawTable(`
                  0....5....10...15...20    service.name=agent
  plan            [===================]
    llm.chat        [=========]
    cache              [=]
    llm.chat                   [====]
`);
/** By hand: `plan` waits for the second call from 11 to 16 and for the first from 2 to 11; the cache was ready before. */
const segments = [
  { span: 0, start: 0, end: 2 * ms },
  { span: 1, start: 2 * ms, end: 11 * ms },
  { span: 3, start: 11 * ms, end: 16 * ms },
  { span: 0, start: 16 * ms, end: 20 * ms },
];

test("says for which spans the trace waited, themselves and below, and how long by name", () => {
  const path = decodeCriticalPath(encodeCriticalPath(table, segments), table);
  expect(path.nanos).toBe(20 * ms);
  expect([0, 1, 2, 3].map((span) => isCritical(path, span))).toEqual([true, true, false, true]);
  // The root's stretch is all of it, its own parts are the ends.
  expect([path.reachStart[0], path.reachEnd[0]]).toEqual([0, 20 * ms]);
  expect(Array.from(path.own.starts.subarray(0, path.own.offsets[1]))).toEqual([0, 16 * ms]);
  expect(path.shares).toEqual([
    { name: "llm.chat", nanos: 14 * ms, nSpans: 2, longest: 1 },
    { name: "plan", nanos: 6 * ms, nSpans: 1, longest: 0 },
  ]);
});

test("segments of spans that have not arrived are left out, times are told from the base of the table", () => {
  const body = encodeCriticalPath(table, [...segments, { span: 9, start: 0, end: 5 * ms }], -BigInt(3 * ms));
  const path = decodeCriticalPath(body, table);
  expect(path.nanos).toBe(20 * ms);
  expect(path.reachStart[0]).toBe(-3 * ms);
});

test("a trace of no length waits for nothing", () => {
  const path = decodeCriticalPath(encodeCriticalPath(table, []), table);
  expect(path.shares).toEqual([]);
  expect(isCritical(path, 0)).toBe(false);
});

test("a body that is something else is refused", () => {
  expect(() => decodeCriticalPath(new ArrayBuffer(64), table)).toThrow("body is not a span table");
});

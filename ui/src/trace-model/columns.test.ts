import { describe, expect, test } from "vitest";
import { countErrorsBelow, nextError } from "./errors.ts";
import { selfTimeOf } from "./self-time.ts";
import { categoryAt } from "./span-category.ts";
import { sourceOf, sourceReason } from "./span-source.ts";
import { findSpan } from "./span-table.ts";
import { drawTable } from "./testing/draw.ts";

describe("category", () => {
  test.each([
    ["CHAT_MODEL", "internal", "", "Completions", "llm"],
    ["tool", "internal", "", "search", "tool"],
    ["CHAIN", "client", "", "call", "http"],
    ["", "server", "asgi", "POST /", "server"],
    ["", "client", "opentelemetry.instrumentation.sqlalchemy", "orders", "db"],
    ["", "client", "@opentelemetry/instrumentation-pg", "orders", "db"],
    ["", "client", "custom", "SELECT orders", "db"],
    ["", "internal", "custom", "SELECT orders", "oth"],
    ["", "client", "httpx", "selected", "http"],
    ["", "unspecified", "", "", "oth"],
  ])("type %s, kind %s, scope %s, name %s → %s", (type, kind, scope, name, expected) => {
    const table = drawTable(`
                       0....5
        ${name.padEnd(14)} [===]   type=${type} scope=${scope} kind=${kind}
    `);
    expect(categoryAt(table, 0)).toBe(expected);
  });
});

test("self time is what no child covers", () => {
  const table = drawTable(`
                  0....5....10...15...20
    parent        [==================]
      first         [===]
      overlaps        [====]
      unsorted       [=]
      outlives                     [=======]
    leaf          [==]
    covered       [==]
      child       [==]
    waits         [=====]
      running       [===>
  `);
  const { offsets, starts, ends } = selfTimeOf(table);
  const intervals = Array.from({ length: table.nSpans }, (_, span) => {
    const [from, to] = [offsets[span] ?? 0, offsets[span + 1] ?? 0];
    const texts = Array.from(starts.subarray(from, to), (start, i) => `${start / 1e6}–${(ends[from + i] ?? 0) / 1e6}`);
    return `${table.strings.get(table.name[span] ?? 0)} ${texts.join(" ")}`.trim();
  });
  expect(intervals.filter((text) => text.includes("–"))).toEqual(["parent 0–2 9–17", "waits 0–2"]);
});

test("a span that has not ended reaches to the end of the trace", () => {
  const table = drawTable(`
              0....5....10
    root      [===>
      done      [====]
  `);
  expect(Array.from(table.end, (end) => end / 1e6)).toEqual([7, 7]);
});

test("errors: next, previous, round the end, below", () => {
  const table = drawTable(`
            0....5
    a       [====]
      b     [==]     !error
        c   [=]
      d     [=]      !error
    e       [=]
  `);
  expect([null, 0, 1, 2, 3, 4].map((span) => nextError(table, span, 1))).toEqual([1, 1, 3, 3, 1, 1]);
  expect([null, 0, 1, 2, 3, 4].map((span) => nextError(table, span, -1))).toEqual([3, 3, 3, 1, 1, 3]);
  expect([0, 1, 2, 3, 4].map((span) => countErrorsBelow(table, span))).toEqual([2, 0, 0, 0, 0]);
  expect(nextError(drawTable("    0....5\n a  [==]"), null, 1)).toBe(null);
});

test("an id is found in either case, another one is not", () => {
  const table = drawTable(`
         0....5
    a    [====]
    b    [==]
  `);
  expect(findSpan(table, "0000000000000002")).toBe(1);
  expect(findSpan(table, "000000000000000A")).toBe(null);
  expect(findSpan(table, "2")).toBe(null);
  expect(findSpan(table, "../../etc/passwd")).toBe(null);
});

test("the source says why", () => {
  const table = drawTable(`
         0....5
    a    [====]   source=mlflow !both
    b    [==]     source=opentelemetry scope=io.otel.jdbc
    c    [==]     source=opentelemetry-inferred
  `);
  expect([0, 1, 2].map((span) => sourceOf(table, span))).toEqual(["mlflow", "opentelemetry", "opentelemetry-inferred"]);
  expect([0, 1, 2].map((span) => sourceReason(table, span))).toMatchInlineSnapshot(`
    [
      "Made by the MLflow tracing SDK; both exporters sent a copy, merged here",
      "Made by an OpenTelemetry instrumentation (io.otel.jdbc)",
      "Inferred: the MLflow exporter carried this span without its scope, and it has no MLflow span type, so an OpenTelemetry instrumentation made it",
    ]
  `);
});

// Random trees of spans for property tests, and large ones for measurements; used by tests only.

import * as fc from "fast-check";
import type { SpanTable } from "../span-table.ts";
import { spanFlags } from "../span-table.ts";
import type { TestSpan } from "./build.ts";
import { buildTable } from "./build.ts";

/** Any forest: depths never skip a level, times are any, children may start before or end after their parent. */
export function arbitrarySpans(maxLength = 60): fc.Arbitrary<TestSpan[]> {
  return fc.array(arbitrarySpan, { maxLength }).map((spans) => {
    let previous = -1;
    return spans.map(({ depth, ...span }) => {
      previous = Math.min(depth, previous + 1);
      return { ...span, depth: previous };
    });
  });
}

const time = fc.oneof(
  fc.integer({ min: 0, max: 1000 }),
  fc.integer({ min: 0, max: 1_000_000_000 }),
  // Years apart.
  fc.integer({ min: 0, max: 200_000_000 }).map((seconds) => seconds * 1e9),
);

const arbitrarySpan: fc.Arbitrary<TestSpan> = fc.record({
  name: fc.constantFrom("chat", "GET /", "SELECT 1", "<script>alert(1)</script>"),
  depth: fc.integer({ min: 0, max: 20 }),
  start: time,
  duration: fc.oneof(fc.constant(0), time),
  kind: fc.integer({ min: 0, max: 5 }),
  status: fc.integer({ min: 0, max: 2 }),
  source: fc.integer({ min: 0, max: 2 }),
  flags: fc.constantFrom(0, spanFlags.notEnded, spanFlags.orphan, spanFlags.hasEvents),
});

export function arbitraryTable(maxLength = 60): fc.Arbitrary<SpanTable> {
  return arbitrarySpans(maxLength).map(buildTable);
}

/** Returns a bushy trace of `nSpans` spans: each span has up to six children that share its time. */
export function largeSpans(nSpans: number): TestSpan[] {
  const spans: TestSpan[] = [];
  const random = randomFrom(42);
  const grow = (depth: number, start: number, duration: number): void => {
    spans.push({
      name: `step ${spans.length % 97}`,
      depth,
      start,
      duration,
      kind: 1 + (spans.length % 4),
      status: random() < 0.01 ? 2 : 0,
      spanType: ["", "LLM", "TOOL", "RETRIEVER"][spans.length % 4] ?? "",
      source: spans.length % 3,
      service: `service ${spans.length % 5}`,
    });
    if (depth > 12) return;
    const nChildren = 1 + Math.floor(random() * 6);
    for (let child = 0; child < nChildren && spans.length < nSpans; child++) {
      const slot = duration / nChildren;
      grow(depth + 1, Math.floor(start + child * slot), Math.floor(slot * (0.2 + 0.8 * random())));
    }
  };
  while (spans.length < nSpans) grow(0, spans.length * 1000, 60e9);
  return spans;
}

/** Mulberry32: the same sequence in every run. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

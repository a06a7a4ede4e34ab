import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeSpanTable } from "./decode.ts";
import { spanIdOf } from "./span-table.ts";
import { SpanTableError } from "./span-table-error.ts";
import { arbitrarySpans } from "./testing/arbitrary.ts";
import { columnsOf, encodeTable, testTraceId } from "./testing/build.ts";
import { drawSpans } from "./testing/draw.ts";
import type { EncodedColumn } from "./testing/encode.ts";
import { encodeSpanTable, encodeStrings } from "./testing/encode.ts";

const spans = drawSpans(`
                  0....5....10...15...20    service.name=agent
  plan            [===================]
    llm.chat        [=========]             type=LLM tokens=120/8 source=mlflow
    tool.search                [====]       !error
`);
const header = { trace_id: testTraceId, base_time_unix_nano: "1700000000000000000", n_spans: 3, n_strings: 6 };

test("columns come out as they went in", () => {
  const table = decodeSpanTable(encodeTable(spans));
  const text = (column: Uint32Array): string[] => Array.from(column, (index) => table.strings.get(index));
  expect({ ...table, strings: null, ids: null, spanId: null }).toMatchObject({
    traceId: testTraceId,
    baseTime: 1700000000000000000n,
    nSpans: 3,
    parent: Int32Array.of(-1, 0, 0),
    subtreeEnd: Uint32Array.of(3, 2, 3),
    depth: Uint16Array.of(0, 1, 1),
    start: Float64Array.of(0, 2e6, 13e6),
    duration: Float64Array.of(20e6, 10e6, 5e6),
    status: Uint8Array.of(0, 0, 2),
    source: Uint8Array.of(0, 1, 0),
    inputTokens: Float64Array.of(-1, 120, -1),
    outputTokens: Float64Array.of(-1, 8, -1),
    errors: Uint32Array.of(2),
    extentStart: 0,
    extentEnd: 20e6,
  });
  expect(text(table.name)).toEqual(["plan", "llm.chat", "tool.search"]);
  expect(text(table.service)).toEqual(["agent", "agent", "agent"]);
  expect(text(table.spanType)).toEqual(["", "LLM", ""]);
  expect([0, 1, 2].map((span) => spanIdOf(table, span))).toEqual([
    "0000000000000001",
    "0000000000000002",
    "0000000000000003",
  ]);
});

test("an empty trace is a table of no spans with an extent that can be a scale", () => {
  const table = decodeSpanTable(encodeTable([]));
  expect(table.nSpans).toBe(0);
  expect(table.extentEnd).toBeGreaterThan(table.extentStart);
});

test("unknown columns, also of unknown types, are ignored", () => {
  const future: EncodedColumn = { name: "self_time", type: "u64", values: [1, 2, 3] };
  expect(decodeSpanTable(encodeSpanTable(header, [future, ...columnsOf(spans)])).nSpans).toBe(3);
  const body = new Uint8Array(encodeSpanTable(header, [future, ...columnsOf(spans)]));
  const text = new TextDecoder().decode(body);
  body.set(new TextEncoder().encode('"i64"'), text.indexOf('"u64"'));
  expect(decodeSpanTable(body.buffer).nSpans).toBe(3);
});

describe("a body that is not what the format says is refused with the reason", () => {
  const swap = (name: string, change: Partial<EncodedColumn>): EncodedColumn[] =>
    columnsOf(spans).map((column) => (column.name === name ? Object.assign(column, change) : column));
  const without = (name: string): EncodedColumn[] => columnsOf(spans).filter((column) => column.name !== name);
  const patched = (at: number, value: number): ArrayBuffer => {
    const body = encodeTable(spans);
    new DataView(body).setUint32(at, value, true);
    return body;
  };

  const cases: [string, ArrayBuffer][] = [
    ["empty body", new ArrayBuffer(0)],
    ["an HTML page", new TextEncoder().encode("<!doctype html><html></html>").buffer],
    ["newer version", patched(4, 2)],
    ["header longer than the body", patched(8, 0xffff_ffff)],
    ["first column after the body", patched(12, 0x7fff_fff8)],
    ["first column not aligned", patched(12, 1001)],
    ["bad trace id", encodeSpanTable({ ...header, trace_id: "xyz" }, columnsOf(spans))],
    ["bad base time", encodeSpanTable({ ...header, base_time_unix_nano: "now" }, columnsOf(spans))],
    ["more spans than rows", encodeSpanTable({ ...header, n_spans: 4 }, columnsOf(spans))],
    ["spans beyond memory", encodeSpanTable({ ...header, n_spans: 2 ** 52 }, columnsOf(spans))],
    ["negative count", encodeSpanTable({ ...header, n_spans: -1 }, columnsOf(spans))],
    ["other number of strings", encodeSpanTable({ ...header, n_strings: 5 }, columnsOf(spans))],
    [
      "no strings",
      encodeSpanTable({ ...header, n_strings: 0 }, [
        ...without("string_offsets"),
        { name: "string_offsets", type: "u32", values: [0] },
      ]),
    ],
    ["column missing", encodeSpanTable(header, without("duration"))],
    ["column twice", encodeSpanTable(header, [...columnsOf(spans), ...encodeStrings([""])])],
    ["column of another type", encodeSpanTable(header, swap("kind", { type: "u16" }))],
    ["short column", encodeSpanTable(header, swap("start", { values: [0, 1] }))],
    ["string that is not there", encodeSpanTable(header, swap("name", { values: [1, 2, 6] }))],
    [
      "string ends before it starts",
      encodeSpanTable(header, swap("string_offsets", { values: [0, 0, 9, 4, 9, 9, 9] })),
    ],
    ["string 0 not empty", encodeSpanTable(header, swap("string_offsets", { values: [0, 1, 4, 4, 9, 9, 9] }))],
    ["strings after their bytes", encodeSpanTable(header, swap("string_offsets", { values: [0, 0, 4, 5, 9, 9, 999] }))],
    ["parent after child", encodeSpanTable(header, swap("parent", { values: [-1, 2, 0] }))],
    ["parent below −1", encodeSpanTable(header, swap("parent", { values: [-2, 0, 0] }))],
    ["subtree that was left", encodeSpanTable(header, swap("parent", { values: [-1, 0, 1] }))],
    ["not depth first", encodeSpanTable(header, swap("subtree_end", { values: [3, 3, 3] }))],
    ["subtree leaves its parent's", encodeSpanTable(header, swap("subtree_end", { values: [3, 2, 4] }))],
    ["empty subtree", encodeSpanTable(header, swap("subtree_end", { values: [3, 1, 3] }))],
    ["root inside of another's subtree", encodeSpanTable(header, swap("parent", { values: [-1, 0, -1] }))],
    ["depth jumps", encodeSpanTable(header, swap("depth", { values: [0, 1, 2] }))],
    ["start is not a number", encodeSpanTable(header, swap("start", { values: [0, Number.NaN, 0] }))],
    ["negative duration", encodeSpanTable(header, swap("duration", { values: [0, -1, 0] }))],
    ["infinite duration", encodeSpanTable(header, swap("duration", { values: [0, Infinity, 0] }))],
  ];
  test.each(cases)("%s", (_, body) => {
    expect(() => decodeSpanTable(body)).toThrow(SpanTableError);
  });

  test("messages say what is wrong", () => {
    const messages = cases.map(([name, body]) => {
      try {
        decodeSpanTable(body);
        return `${name}: decoded`;
      } catch (error) {
        return `${name}: ${(error as Error).message}`;
      }
    });
    expect(messages).toMatchSnapshot();
  });
});

test("any truncation is refused with our error", () => {
  const body = encodeTable(spans);
  const outcomes = Array.from({ length: body.byteLength }, (_, length) => outcomeOf(body.slice(0, length)));
  // Only the padding after the last column may be missing.
  const lastByte = outcomes.lastIndexOf("SpanTableError");
  expect(lastByte).toBeGreaterThanOrEqual(body.byteLength - 8);
  expect(new Set(outcomes.slice(0, lastByte))).toEqual(new Set(["SpanTableError"]));
});

test("any flipped bytes give a table or our error, never another one", () => {
  const body = encodeTable(spans);
  const flips = fc.array(fc.tuple(fc.nat(body.byteLength - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1 });
  fc.assert(
    fc.property(flips, (changes) => {
      const spoiled = new Uint8Array(body.slice(0));
      for (const [at, mask] of changes) spoiled[at] = (spoiled[at] ?? 0) ^ mask;
      expect(["table", "SpanTableError"]).toContain(outcomeOf(spoiled.buffer));
    }),
    { numRuns: 2000 },
  );
});

/** Returns "table" if a body is one whose names can be read, else the name of the error. */
function outcomeOf(body: ArrayBuffer): string {
  try {
    const table = decodeSpanTable(body);
    for (let span = 0; span < table.nSpans; span++) table.strings.label(table.name[span] ?? 0);
    return "table";
  } catch (error) {
    return (error as Error).name;
  }
}

test("every forest survives the way over the wire", () => {
  fc.assert(
    fc.property(arbitrarySpans(), (forest) => {
      const table = decodeSpanTable(encodeTable(forest));
      expect(Array.from(table.depth)).toEqual(forest.map(({ depth }) => depth));
      expect(Array.from(table.start)).toEqual(forest.map(({ start }) => start));
      expect(Array.from(table.name, (index) => table.strings.get(index))).toEqual(forest.map(({ name }) => name));
      for (let span = 0; span < table.nSpans; span++) expect(table.ids.find(spanIdOf(table, span))).toBe(span);
    }),
  );
});

test("a name of a megabyte is a short label and the full text on demand", () => {
  const name = "𝄞 name\n".repeat(150_000);
  const table = decodeSpanTable(encodeTable([{ name, depth: 0, start: 0, duration: 1 }]));
  const label = table.strings.label(table.name[0] ?? 0);
  expect(Array.from(label)).toHaveLength(257);
  expect(label).toMatch(/^𝄞 name 𝄞 name .*…$/u);
  expect(label).not.toContain("�");
  expect(table.strings.get(table.name[0] ?? 0)).toBe(name);
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { attributesWith, textOfValue, typeNameOf } from "./attribute-text.ts";
import { hrefOf } from "./span-address.ts";
import { stackGroupsOf, stackLinesOf } from "./stack-trace.ts";
import { chunksOf, firstCharacters, startOf } from "./text-chunks.ts";

test("chunks are the text again, and end with a line where they can", () => {
  const texts = fc.string({ unit: fc.constantFrom("a", "\n", "𝄞", "é"), maxLength: 400 });
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 50 }), (text, size) => {
      const chunks = chunksOf(text, size);
      expect(chunks.join("")).toBe(text);
      expect(chunks.every((chunk) => chunk.length > 0 && chunk.length <= size)).toBe(true);
      expect(chunks.every((chunk) => chunk.isWellFormed() || !text.isWellFormed())).toBe(true);
    }),
  );
  expect(chunksOf("one\ntwo\nthree", 9)).toEqual(["one\ntwo\n", "three"]);
});

test("the start of a long text is 64 kB and no half of a character", () => {
  expect(startOf("short")).toBe("short");
  expect(startOf("x".repeat(100_000))).toHaveLength(firstCharacters);
  expect(startOf("a𝄞b", 2)).toBe("a");
});

test.each([
  [{ stringValue: "text" }, null, "text"],
  [{ intValue: "7" }, "int", "7"],
  [{ doubleValue: "7" }, "double", "7"],
  [{ boolValue: true }, "bool", "true"],
  [{ bytesValue: "AA==" }, "bytes", "AA=="],
  [{ arrayValue: { values: [] } }, "array", "[]"],
  [{ kvlistValue: { values: [] } }, "kvlist", "{}"],
  [{}, "empty", "null"],
])("%j is %s: %s", (value, type, text) => {
  expect(typeNameOf(value)).toBe(type);
  expect(textOfValue(value)).toBe(text);
});

test("the filter looks at keys and values, in any case", () => {
  const attributes = [
    { key: "http.method", value: { stringValue: "POST" } },
    { key: "port", value: { intValue: "8080" } },
    { key: "tags", value: { arrayValue: { values: [{ stringValue: "HTTP-ish" }] } } },
  ];
  const keysWith = (text: string): string[] => attributesWith(attributes, text).map(({ key }) => key);
  expect(keysWith(" ")).toEqual(["http.method", "port", "tags"]);
  expect(keysWith("http")).toEqual(["http.method", "tags"]);
  expect(keysWith("808")).toEqual(["port"]);
  expect(keysWith("nothing")).toEqual([]);
});

test("frames of libraries are told from the user's own, with the lines that belong to them", () => {
  const python = `Traceback (most recent call last):
  File "/app/client.py", line 88, in fetch
    response = get(url)
  File "/usr/lib/python3.12/site-packages/httpx/_client.py", line 1762, in get
    return self.request(
           ^^^^^^^^^^^^
ValueError: no`;
  const node = `Error: no
    at handler (/app/server.js:3:9)
    at Layer.handle (/app/node_modules/express/lib/layer.js:95:5)
    at node:internal/process/task_queues:95:5`;
  const java = `java.lang.IllegalStateException: no
	at com.example.Shop.order(Shop.java:12)
	at java.base/java.lang.Thread.run(Thread.java:840)`;
  const marks = (text: string): string =>
    stackLinesOf(text)
      .map(({ isLibrary }) => (isLibrary ? "L" : "u"))
      .join("");
  expect(marks(python)).toBe("uuuLLLu");
  expect(marks(node)).toBe("uuLL");
  expect(marks(java)).toBe("uuL");
  const groups = stackGroupsOf(stackLinesOf(python)).map(({ isLibrary, nFrames, lines }) => [
    isLibrary,
    nFrames,
    lines.length,
  ]);
  expect(groups).toEqual([
    [false, 1, 3],
    [true, 1, 3],
    [false, 0, 1],
  ]);
});

test("addresses of spans", () => {
  expect(hrefOf({ traceId: "a", spanId: null })).toBe("/traces/a");
  expect(hrefOf({ traceId: "a", spanId: "b" })).toBe("/traces/a?span=b");
});

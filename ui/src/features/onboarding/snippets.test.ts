import { describe, expect, test } from "vitest";
import { type Snippet, snippetsFor } from "./snippets.ts";
import { newSpanSeed } from "./span-seed.ts";

const seed = {
  traceId: "a".repeat(32),
  rootSpanId: "b".repeat(16),
  childSpanId: "c".repeat(16),
  nowMs: 1_700_000_000_000,
};
const target = { url: "http://127.0.0.1:50123", experimentId: "731" };
const snippets = snippetsFor(target, seed);
const textOf = (snippet: Snippet): string => snippet.blocks.map((block) => block.code).join("\n");

test("there is one for each way in", () => {
  expect(snippets.map((snippet) => snippet.label)).toEqual([
    "Python MLflow",
    "Python OTel",
    "Node",
    "Go",
    "Java",
    "Rust",
    "curl",
  ]);
});

describe.each(snippets.map((snippet) => [snippet.label, snippet] as const))("%s", (_label, snippet) => {
  test("has the real address and experiment, and no other port", () => {
    const text = textOf(snippet);
    expect(text).toContain("http://127.0.0.1:50123");
    expect(text).toMatch(/experiment[-_]id(=|: |=")731\b/);
    expect(text.match(/(127\.0\.0\.1|localhost):\d+/g)?.every((address) => address === "127.0.0.1:50123")).toBe(true);
  });

  test("blocks have distinct titles and no trailing blanks", () => {
    expect(new Set(snippet.blocks.map((block) => block.title)).size).toBe(snippet.blocks.length);
    for (const { code } of snippet.blocks) expect(code).not.toMatch(/[ \t]$/m);
  });
});

test("the curl request is OTLP/JSON with a root, its child and plausible times", () => {
  const text = textOf(snippets.find((snippet) => snippet.id === "curl") ?? { id: "curl", label: "", blocks: [] });
  const body = JSON.parse(text.slice(text.indexOf("-d '") + 4, -1)) as {
    resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[];
  };
  const [root, child] = body.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
  expect(root).toMatchObject({
    traceId: seed.traceId,
    spanId: seed.rootSpanId,
    endTimeUnixNano: "1700000000000000000",
  });
  expect(root).not.toHaveProperty("parentSpanId");
  expect(child).toMatchObject({ traceId: seed.traceId, spanId: seed.childSpanId, parentSpanId: seed.rootSpanId });
});

test("each seed makes another trace", () => {
  const [a, b] = [newSpanSeed(), newSpanSeed()];
  expect(a.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(a.rootSpanId).toMatch(/^[0-9a-f]{16}$/);
  expect(a.traceId).not.toBe(b.traceId);
});

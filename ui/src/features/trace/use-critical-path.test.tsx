import { expect, test, vi } from "vitest";
import { renderPage } from "../../api/testing/render-page.tsx";
import { buildTable } from "../../trace-model/testing/build.ts";
import { useCriticalPath } from "./use-critical-path.ts";

function Asker({ nSpans }: { nSpans: number }) {
  const spans = Array.from({ length: nSpans }, (_, span) => ({
    name: "s",
    depth: Math.min(span, 1),
    start: span,
    duration: 1,
  }));
  useCriticalPath(buildTable(spans), false);
  return null;
}

/** Renders a trace whose path is not shown; returns a function that tells whether it was asked for. */
function renderTrace(nSpans: number): () => boolean {
  let isAsked = false;
  const answers = {
    "/traces/*": () => {
      isAsked = true;
      return new Response(new ArrayBuffer(0));
    },
  };
  renderPage(() => <Asker nSpans={nSpans} />, answers);
  return () => isAsked;
}

test("the path of a large trace is fetched before it is asked for", async () => {
  const isAsked = renderTrace(10_000);
  await vi.waitFor(() => expect(isAsked()).toBe(true), { timeout: 10_000 });
});

test("that of a small one is not", async () => {
  const isAsked = renderTrace(9_999);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(isAsked()).toBe(false);
});

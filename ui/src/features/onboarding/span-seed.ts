// Makes random ids and the current time for a span that is sent by hand.
import type { SpanSeed } from "./snippets.ts";

export function newSpanSeed(): SpanSeed {
  return {
    traceId: randomHex(16),
    rootSpanId: randomHex(8),
    childSpanId: randomHex(8),
    nowMs: Date.now(),
  };
}

function randomHex(nBytes: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(nBytes));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

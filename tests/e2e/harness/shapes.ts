// Large traces of known shapes, the same in every run, sent as an exporter would: in batches.
import type { SpanSpec } from "./otlp.ts";

/** Wide: one parent. Deep: each the child of the one before. Bushy: up to six children each. Agent: loops of calls and tools. */
export const shapes = ["wide", "deep", "bushy", "agent"] as const;

export type Shape = (typeof shapes)[number];

type ShapedSpan = Omit<SpanSpec, "parent"> & { parent: number };

/** Returns spans with the place of their parent, −1 for the root. */
export function shapedSpans(shape: Shape, nSpans: number): ShapedSpan[] {
  const random = randomFrom(42);
  const spans: ShapedSpan[] = [{ name: "root", parent: -1, start: 0, end: nSpans }];
  while (spans.length < nSpans) {
    const place = spans.length;
    const parent = parentOf[shape](place);
    const { start, end } = spans[parent] as ShapedSpan;
    const length = end - start;
    const from = shape === "deep" ? start + 0.0001 : start + length * random() * 0.7;
    const to = shape === "deep" ? end - 0.0001 : Math.min(end, from + (length / 4) * (0.2 + random()));
    spans.push({ ...kindOf(shape, place), parent, start: from, end: to });
  }
  return spans;
}

/** The deep shape starts again at the root below this level, or it would be as deep as it is large. */
const deepest = 5_000;

const parentOf: Readonly<Record<Shape, (place: number) => number>> = {
  wide: () => 0,
  deep: (place) => (place % deepest === 0 ? 0 : place - 1),
  bushy: (place) => Math.floor((place - 1) / 6),
  // A step of 16 spans below the root: the step, calls of models and tools below it, and what these call.
  agent: (place) => {
    const inStep = place % 16;
    if (inStep === 1) return 0;
    return inStep > 1 && inStep < 6 ? place - inStep + 1 : place - 1;
  },
};

function kindOf(shape: Shape, place: number): Pick<SpanSpec, "name" | "error" | "attributes"> {
  const failed = place % 331 === 7 ? { error: "timeout" } : {};
  if (shape !== "agent") return { name: `step ${place % 97}`, ...failed };
  if (place % 16 === 1) return { name: "agent step", attributes: { "gen_ai.operation.name": "invoke_agent" } };
  if (place % 3 === 0) {
    return {
      name: "chat gpt-4o-mini",
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o-mini",
        "gen_ai.usage.input_tokens": 1200,
        "gen_ai.usage.output_tokens": 180,
      },
      ...failed,
    };
  }
  return {
    name: `tool ${place % 7}`,
    attributes: { "gen_ai.operation.name": "execute_tool" },
    ...failed,
  };
}

const spansOfBatch = 20_000;

/** Returns the spans of a later run: one in 41 takes a third longer, one in 97 has another name. */
function laterRun(spans: readonly ShapedSpan[]): ShapedSpan[] {
  return spans.map(({ name, start, end, ...span }, place) => ({
    ...span,
    name: place % 97 === 3 ? `${name} again` : name,
    start,
    end: place % 41 === 5 ? end + (end - start) / 3 : end,
  }));
}

/** Sends a trace of a shape, or a later run of it, and returns its id once all of it is acknowledged. */
export async function sendShape(url: string, shape: Shape, nSpans: number, isLater = false): Promise<string> {
  const traceId = `${shapes.indexOf(shape) + 1}${nSpans}`.padEnd(32, isLater ? "b" : "a");
  const spans = isLater ? laterRun(shapedSpans(shape, nSpans)) : shapedSpans(shape, nSpans);
  const origin = BigInt(Date.now() - 3_600_000) * 1_000_000n;
  const at = (ms: number): string => String(origin + BigInt(Math.round(ms * 1e6)));
  const idOf = (place: number): string => (place + 1).toString(16).padStart(16, "0");
  for (let first = 0; first < spans.length; first += spansOfBatch) {
    const batch = spans.slice(first, first + spansOfBatch).map((span, offset) => ({
      traceId,
      spanId: idOf(first + offset),
      ...(span.parent < 0 ? {} : { parentSpanId: idOf(span.parent) }),
      name: span.name,
      kind: 1,
      startTimeUnixNano: at(span.start),
      endTimeUnixNano: at(span.end),
      attributes: Object.entries(span.attributes ?? {}).map(([key, value]) => ({
        key,
        value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
      })),
      status: span.error === undefined ? {} : { code: 2, message: span.error },
    }));
    const resource = {
      attributes: [{ key: "service.name", value: { stringValue: `${shape} ${nSpans}` } }],
    };
    const response = await fetch(`${url}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "bench" }, spans: batch }] }],
      }),
    });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  }
  return traceId;
}

/** Mulberry32: the same sequence in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

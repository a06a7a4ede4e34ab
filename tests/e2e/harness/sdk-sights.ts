// What the inspector must show of traces that the real MLflow SDK makes of calls of the OpenAI client: the same in every engine.
import { runScenario } from "./python.ts";

export type Sight = {
  /** What the trace is of. */
  what: string;
  traceId: string;
  /** Name of the span; the last of several. */
  span: string;
  /** Tab that is open at first. */
  tab: string;
  /** What it shows; tests/clients/python/fake_openai.py answers so. */
  texts: readonly string[];
};

const chat = ["Hi!", "Hello from Chat Completions!"];
const responses = ["Hello, world!", "Hello from Responses!"];

/** Runs the programs against a server, and returns what is to be seen then. */
export async function sdkSights(url: string): Promise<Sight[]> {
  const ofCalls = JSON.parse(lastLine(await runScenario("openai_autolog", url))) as Record<string, string>;
  const agent = lastLine(await runScenario("agent_loop", url));
  const call = (what: string, span: string, texts: readonly string[]): Sight => {
    const traceId = ofCalls[what];
    if (traceId === undefined) throw new Error(`the program told no trace of "${what}"`);
    return { what, traceId: hexOf(traceId), span, tab: "Chat", texts };
  };
  const step = (what: string, span: string, tab: string, texts: readonly string[]): Sight => {
    return { what, traceId: hexOf(agent), span, tab, texts };
  };
  return [
    call("chat", "Completions", chat),
    call("chat streamed", "Completions", chat),
    call("chat async streamed", "AsyncCompletions", chat),
    call("responses", "Responses", responses),
    call("responses streamed", "Responses", responses),
    call("refused", "Completions", ["Hi!", "The model is not available"]),
    step("an agent that calls a tool", "Completions", "Chat", ["search_orders", "8841", "in_transit"]),
    step("a tool", "search_orders", "In / out", ["in_transit", "DHL"]),
    step("a retrieval", "retrieve", "Retrieval", [
      "Where is my order 8841?",
      "Orders leave the warehouse within a day.",
    ]),
    step("an exception", "notify", "In / out", ["no mailbox at ann@example.org"]),
  ];
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

/** Traces of the SDK are named `tr-` and the hex digits that OpenTelemetry knows. */
function hexOf(traceId: string): string {
  return traceId.replace(/^tr-/, "");
}

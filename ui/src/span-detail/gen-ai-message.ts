// Reads the message in a GenAI event (`gen_ai.user.message`, `gen_ai.choice`, …), as its record carries it in the body. Pure.
import type { JsonEntry, JsonNode } from "./json/json-node.ts";

export interface GenAiMessage {
  readonly role: string;
  /** What was said: a text, or parts; null if nothing was. */
  readonly content: JsonNode | null;
  /** All else: tool calls, the reason to finish. */
  readonly rest: readonly JsonEntry[];
}

/** See the events of the GenAI conventions 1.28 to 1.36. */
const roleOfEvent: Readonly<Record<string, string>> = {
  "gen_ai.system.message": "system",
  "gen_ai.user.message": "user",
  "gen_ai.assistant.message": "assistant",
  "gen_ai.tool.message": "tool",
  "gen_ai.choice": "assistant",
};

/** Returns the message of an event, or null if it is no such event or its body has another form. */
export function genAiMessageOf(eventName: string, body: JsonNode): GenAiMessage | null {
  const role = Object.hasOwn(roleOfEvent, eventName) ? roleOfEvent[eventName] : undefined;
  if (role === undefined) return null;
  if (body.kind === "string") return { role, content: body, rest: [] };
  if (body.kind !== "object") return null;
  const outer = body.children();
  // A choice has its message one level down.
  const message = outer.find(({ key }) => key === "message")?.node;
  const entries =
    message?.kind === "object"
      ? [...message.children(), ...outer.filter(({ key }) => key !== "message")]
      : outer.map(({ key, node }) => (key === "message" ? { key: "content", node } : { key, node }));
  const said = entries.find(({ key }) => key === "role")?.node;
  const content = entries.find(({ key }) => key === "content")?.node;
  return {
    role: said?.kind === "string" ? said.value : role,
    content: content === undefined || content.kind === "null" ? null : content,
    rest: entries.filter(({ key }) => key !== "role" && key !== "content"),
  };
}

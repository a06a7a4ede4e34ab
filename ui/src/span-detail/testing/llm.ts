// Makes LLM views for tests.
import type { LlmMessage, LlmView, MessagePart } from "../../api/messages.ts";

export function llmView(more: Partial<LlmView> = {}): LlmView {
  return {
    kind: "CHAT_MODEL",
    input_messages: [],
    output_messages: [],
    system_instructions: [],
    tools: [],
    input_documents: [],
    documents: [],
    parameters: [],
    tags: [],
    evaluations: [],
    finish_reasons: [],
    provenance: [],
    ...more,
  };
}

export function message(role: LlmMessage["role"], ...parts: (MessagePart | string)[]): LlmMessage {
  return {
    role,
    role_text: role,
    parts: parts.map((part) => (typeof part === "string" ? { type: "text", text: part } : part)),
  };
}

export function toolCall(name: string, id: string | null, argument = "8841"): MessagePart {
  const values = [{ key: "order_id", value: { intValue: argument } }];
  return { type: "tool_call", id, name, arguments: { kvlistValue: { values } } };
}

export function toolResult(id: string | null, text: string, name: string | null = null): MessagePart {
  return { type: "tool_result", id, name, content: { stringValue: text } };
}

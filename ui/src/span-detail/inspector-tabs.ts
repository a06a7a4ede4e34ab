// Decides which tabs a span has and which of them is first: by the kind of the span, or as the user chose for that kind. Pure but for
// the memory of these choices, which lasts as long as the page of the app lives.
import type { LlmView, SpanDetail } from "../api/messages.ts";

export type TabName = "chat" | "retrieval" | "io" | "attributes" | "events" | "links" | "origins" | "raw";

const chatKinds: readonly string[] = ["LLM", "CHAT_MODEL", "COMPLETION", "AGENT"];
const retrievalKinds: readonly string[] = ["RETRIEVER", "RERANKER", "EMBEDDING"];

const chosenTabs = new Map<string, TabName>();

/** What choices of a tab are kept by. */
export function kindOf({ llm, span_type: spanType, kind }: SpanDetail): string {
  return llm?.kind ?? spanType ?? kind;
}

/** Keeps the choice of a tab for all spans of the kind. */
export function rememberTab(span: SpanDetail, tab: TabName): void {
  chosenTabs.set(kindOf(span), tab);
}

/** Forgets all choices; for tests. */
export function forgetTabs(): void {
  chosenTabs.clear();
}

/** Whether a span has a conversation, or is a call whose conversation was not captured. */
export function hasChat(span: SpanDetail): span is SpanDetail & { llm: LlmView } {
  const { llm } = span;
  if (!llm || hasRetrieval(span)) return false;
  if (llm.input_messages.length + llm.output_messages.length + llm.system_instructions.length > 0) return true;
  const isCall = llm.tokens || llm.model_asked || llm.model_answered || llm.tools.length > 0 || llm.not_captured;
  return Boolean(isCall) && chatKinds.includes(kindOf(span));
}

/** Whether a span asked for documents or embeddings. */
export function hasRetrieval(span: SpanDetail): span is SpanDetail & { llm: LlmView } {
  const { llm } = span;
  if (!llm) return false;
  const { documents, input_documents: candidates, embeddings, query } = llm;
  if (documents.length + candidates.length > 0 || embeddings) return true;
  return retrievalKinds.includes(kindOf(span)) && Boolean(query || llm.model_asked || llm.not_captured);
}

/** Returns the tab that the user chose for spans of this kind, if this span has it, else the one that says most about the span. */
export function firstTabOf(span: SpanDetail): TabName {
  const chosen = chosenTabs.get(kindOf(span));
  if (chosen !== undefined && (chosen !== "chat" || hasChat(span)) && (chosen !== "retrieval" || hasRetrieval(span))) {
    return chosen;
  }
  if (hasRetrieval(span)) return "retrieval";
  const isConversation = hasChat(span);
  if (isConversation && chatKinds.includes(kindOf(span))) return "chat";
  const { inputs, outputs, llm, status, events, logs } = span;
  if (inputs || outputs || llm?.tool?.arguments || llm?.tool?.result) return "io";
  if (isConversation) return "chat";
  return status.code === "STATUS_CODE_ERROR" && events.length + logs.length > 0 ? "events" : "attributes";
}

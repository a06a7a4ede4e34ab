// Turns the messages of a model call into what a reader sees: tool calls beside their results, fragments joined. Pure.
import type { LlmMessage, LlmView, MessagePart } from "../../api/messages.ts";

export type ToolCallPart = Extract<MessagePart, { type: "tool_call" }>;
export type ToolResultPart = Extract<MessagePart, { type: "tool_result" }>;

/** A tool call with its result, a result whose call is not here, or any other part. */
export type Piece =
  | {
      readonly kind: "tool";
      readonly call: ToolCallPart | null;
      readonly result: ToolResultPart | null;
      /** Whether the result was found in the next call. */
      readonly isLater: boolean;
    }
  /** A call whose result is new while the call itself is not: it stands with the result. */
  | { readonly kind: "moved"; readonly call: ToolCallPart }
  | { readonly kind: "part"; readonly part: MessagePart };

/** One message as it is shown. */
export interface Turn {
  readonly message: LlmMessage;
  readonly isOutput: boolean;
  readonly pieces: readonly Piece[];
  /** Messages that were joined to this one: some SDKs send an answer token by token. */
  readonly nFragments: number;
}

export interface Conversation {
  /** Input that the previous call had too. */
  readonly known: readonly Turn[];
  /** All else, input before output. */
  readonly fresh: readonly Turn[];
}

/**
 * `nKnown` is how many messages of the input the previous call had too; see `sharedPrefix`. `later` is what the next call had beyond
 * this one: the results of the tools that this answer called.
 */
export function conversationOf(
  { input_messages: inputs, output_messages: outputs }: Messages,
  nKnown = 0,
  later: readonly LlmMessage[] = [],
): Conversation {
  const joined = joinFragments(outputs);
  const messages = [...inputs, ...joined.map(({ message }) => message)];
  const pairs = pairsOf([...messages, ...later], messages.length);
  const turns: { turn: Turn; place: number }[] = [];
  for (const [place, message] of messages.entries()) {
    const pieces = piecesOf(message, place, pairs, nKnown);
    // A message that held nothing but results that stand with their calls is said already.
    if (pieces.length === 0 && message.parts.length > 0) continue;
    const isOutput = place >= inputs.length;
    const nFragments = isOutput ? (joined[place - inputs.length]?.nFragments ?? 1) : 1;
    turns.push({ turn: { message, isOutput, pieces, nFragments }, place });
  }
  return {
    known: turns.filter(({ place }) => place < nKnown).map(({ turn }) => turn),
    fresh: turns.filter(({ place }) => place >= nKnown).map(({ turn }) => turn),
  };
}

interface Pair {
  readonly call: ToolCallPart;
  readonly callPlace: number;
  readonly result: ToolResultPart;
  readonly resultPlace: number;
  readonly isLater: boolean;
}

interface Pairs {
  readonly ofCall: ReadonlyMap<MessagePart, Pair>;
  readonly ofResult: ReadonlyMap<MessagePart, Pair>;
}

/** A result belongs to the call of its id; without ids, to the oldest open call of its name, or of any if it has none. */
function pairsOf(messages: readonly LlmMessage[], nOwn: number): Pairs {
  const ofCall = new Map<MessagePart, Pair>();
  const ofResult = new Map<MessagePart, Pair>();
  const openById = new Map<string, { call: ToolCallPart; place: number }>();
  const openWithoutId: { call: ToolCallPart; place: number }[] = [];
  for (const [place, { parts }] of messages.entries()) {
    for (const part of parts) {
      if (part.type === "tool_call") {
        if (part.id) openById.set(part.id, { call: part, place });
        else openWithoutId.push({ call: part, place });
      } else if (part.type === "tool_result") {
        const found = part.id ? openById.get(part.id) : takeByName(openWithoutId, part.name ?? null);
        if (found === undefined) continue;
        if (part.id) openById.delete(part.id);
        const isLater = place >= nOwn;
        const pair = { call: found.call, callPlace: found.place, result: part, resultPlace: place, isLater };
        ofCall.set(found.call, pair);
        ofResult.set(part, pair);
      }
    }
  }
  return { ofCall, ofResult };
}

function takeByName<T extends { call: ToolCallPart }>(open: T[], name: string | null): T | undefined {
  const at = open.findIndex(({ call }) => name === null || call.name === name);
  return at < 0 ? undefined : open.splice(at, 1)[0];
}

function piecesOf({ parts }: LlmMessage, place: number, { ofCall, ofResult }: Pairs, nKnown: number): Piece[] {
  const pieces: Piece[] = [];
  for (const part of parts) {
    if (part.type === "tool_call") {
      const pair = ofCall.get(part);
      const isMoved = pair !== undefined && !pair.isLater && place < nKnown && pair.resultPlace >= nKnown;
      if (isMoved) pieces.push({ kind: "moved", call: part });
      else pieces.push({ kind: "tool", call: part, result: pair?.result ?? null, isLater: pair?.isLater === true });
    } else if (part.type === "tool_result") {
      const pair = ofResult.get(part);
      if (pair === undefined) pieces.push({ kind: "tool", call: null, result: part, isLater: false });
      else if (place >= nKnown && pair.callPlace < nKnown)
        pieces.push({ kind: "tool", call: pair.call, result: part, isLater: false });
    } else {
      pieces.push({ kind: "part", part });
    }
  }
  return pieces;
}

/** Fewer messages in a row may be what they seem. */
const fewestFragments = 4;
/** Characters of the average piece of a streamed answer; a token has about four. */
const longestFragment = 16;

function joinFragments(messages: readonly LlmMessage[]): { message: LlmMessage; nFragments: number }[] {
  const texts = messages.map(loneTextOf);
  const [first] = messages;
  const isStream =
    first !== undefined &&
    messages.length >= fewestFragments &&
    messages.every((message, place) => texts[place] !== null && message.role === first.role);
  const text = isStream ? texts.join("") : "";
  if (!isStream || text.length > messages.length * longestFragment) {
    return messages.map((message) => ({ message, nFragments: 1 }));
  }
  const finish = messages.findLast((message) => message.finish_reason)?.finish_reason ?? null;
  const message = { ...first, parts: [{ type: "text" as const, text }], finish_reason: finish };
  return [{ message, nFragments: messages.length }];
}

function loneTextOf({ parts }: LlmMessage): string | null {
  const [part] = parts;
  return parts.length === 1 && part?.type === "text" ? part.text : null;
}

type Messages = Pick<LlmView, "input_messages" | "output_messages">;

/** Returns how many leading messages of a call were in the previous call already, as its input or its answer. */
export function sharedPrefix(call: Messages, previous: Messages): number {
  const before = [...previous.input_messages, ...previous.output_messages];
  const now = call.input_messages;
  let nShared = 0;
  while (nShared < Math.min(before.length, now.length) && isSame(before[nShared], now[nShared])) nShared++;
  return nShared;
}

function isSame(one: LlmMessage | undefined, other: LlmMessage | undefined): boolean {
  if (one === undefined || other === undefined || one.role !== other.role) return false;
  return comparable(one) === comparable(other);
}

function comparable({ parts }: LlmMessage): string {
  return JSON.stringify(parts, (key, value: unknown) => {
    // The number of a medium counts within its span.
    if (key === "index") return undefined;
    return key === "uri" && typeof value === "string" ? withoutAttachmentId(value) : value;
  });
}

/** MLflow puts media into files, anew for each call: of their address only type and size stay. */
function withoutAttachmentId(uri: string): string {
  if (!uri.startsWith("mlflow-attachment://")) return uri;
  const facts = new URLSearchParams(uri.slice(uri.indexOf("?") + 1));
  return `mlflow-attachment ${facts.get("content_type") ?? ""} ${facts.get("size") ?? ""}`;
}

/** Characters of a token in English, which is what providers advise to count with. */
const charactersPerToken = 4;

/** Returns about how many tokens a text has, from its length alone. */
export function estimatedTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

/** Returns the text of the parts that are text. */
export function textOfParts(parts: readonly MessagePart[]): string {
  return parts
    .filter((part) => part.type === "text")
    .map(({ text }) => text)
    .join("\n\n");
}

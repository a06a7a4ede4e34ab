// The conversation of a model call or an agent: what is new first in sight, what the previous call had already folded.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { LlmView, SpanDetail } from "../../api/messages.ts";
import { spanQuery } from "../../api/queries.ts";
import { formatCount, formatInteger } from "../../base/format.ts";
import { Button } from "../../components/Button.tsx";
import type { SpanTable } from "../../trace-model/span-table.ts";
import { findSpan, spanIdOf } from "../../trace-model/span-table.ts";
import { Fold } from "../Fold.tsx";
import paneStyles from "../panes.module.css";
import type { OpenSpan } from "../SpanLink.tsx";
import { SpanLink } from "../SpanLink.tsx";
import styles from "./chat.module.css";
import type { Turn } from "./conversation.ts";
import { conversationOf, estimatedTokens, sharedPrefix, textOfParts } from "./conversation.ts";
import { LlmFacts, ToolDefinitions } from "./LlmFacts.tsx";
import { MessageCard, SystemCard } from "./MessageCard.tsx";
import { NotCaptured } from "./NotCaptured.tsx";
import { neighbourCall } from "./neighbour-call.ts";
import { Via } from "./Via.tsx";

type ChatPaneProps = { span: SpanDetail; llm: LlmView; table: SpanTable; onOpen: OpenSpan };

export function ChatPane({ span, llm, table, onOpen }: ChatPaneProps) {
  // One message has hardly anything to share, and only tools have results that come later.
  const previous = useNeighbourCall(span, table, llm.input_messages.length >= fewestMessages ? -1 : null);
  const next = useNeighbourCall(span, table, callsTools(llm) ? 1 : null);
  const nKnown = previous === null ? 0 : sharedPrefix(llm, previous.llm);
  const { known, fresh } = useMemo(() => {
    const later = next === null ? [] : next.llm.input_messages.slice(sharedPrefix(next.llm, llm));
    return conversationOf(llm, nKnown, later);
  }, [llm, nKnown, next]);
  const { trace_id: traceId, span_id: spanId } = span;
  return (
    <div className={`${paneStyles["pane"]} ${styles["chat"]}`}>
      <LlmFacts llm={llm} />
      {llm.not_captured && <NotCaptured content={llm.not_captured} />}
      {llm.system_instructions.length > 0 && <SystemCard parts={llm.system_instructions} roleText="system" />}
      <ToolDefinitions llm={llm} />
      {previous !== null && known.length > 0 && (
        <div className={styles["known"]} data-testid="same-as-previous">
          <Fold
            title="Same as the previous call"
            note={`${formatCount(nKnown, "message")}, ≈ ${formatInteger(tokensOf(known))} tokens`}
            tools={
              <SpanLink address={{ traceId, spanId: previous.spanId }} onOpen={onOpen}>
                open it
              </SpanLink>
            }
          >
            <Turns turns={known} traceId={traceId} spanId={spanId} />
          </Fold>
        </div>
      )}
      <Turns turns={fresh} traceId={traceId} spanId={spanId} />
      {known.length + fresh.length === 0 && !llm.not_captured && (
        <p className={paneStyles["quiet"]}>This span carries no messages</p>
      )}
      <Via llm={llm} />
    </div>
  );
}

function tokensOf(turns: readonly Turn[]): number {
  return turns.reduce((sum, { message }) => sum + estimatedTokens(textOfParts(message.parts)), 0);
}

const fewestMessages = 2;

function callsTools({ output_messages: outputs }: LlmView): boolean {
  return outputs.some(({ parts }) => parts.some(({ type }) => type === "tool_call"));
}

type NeighbourCall = { readonly spanId: string; readonly llm: LlmView };

/** The model call before or after this one, loaded only where a direction is given. */
function useNeighbourCall(span: SpanDetail, table: SpanTable, direction: -1 | 1 | null): NeighbourCall | null {
  const spanId = useMemo(() => {
    const row = direction === null ? null : findSpan(table, span.span_id);
    const neighbour = row === null || direction === null ? null : neighbourCall(table, row, direction);
    return neighbour === null ? null : spanIdOf(table, neighbour);
  }, [table, span.span_id, direction]);
  const { data } = useQuery({ ...spanQuery(span.trace_id, spanId ?? ""), enabled: spanId !== null });
  const llm = data?.llm;
  return useMemo(() => (spanId !== null && llm ? { spanId, llm } : null), [spanId, llm]);
}

/** Shown without being asked: the beginning, and the end where the answer is. */
const [firstTurns, lastTurns, turnsPerStep] = [10, 40, 100];

function Turns({ turns, traceId, spanId }: { turns: readonly Turn[]; traceId: string; spanId: string }) {
  const [nAsked, setNAsked] = useState(0);
  const nHead = firstTurns + nAsked;
  const isWhole = turns.length <= nHead + lastTurns;
  const head = isWhole ? turns : turns.slice(0, nHead);
  const tail = isWhole ? [] : turns.slice(-lastTurns);
  const nHidden = turns.length - head.length - tail.length;
  // What an agent gives back may be a whole conversation; several answers are those of one model.
  // Each of these says why the model stopped there; the items of OpenAI's Responses, which are one answer, do not.
  const answers = turns.filter(({ isOutput }) => isOutput);
  const isOneOfSeveral = ({ message }: Turn): boolean => message.role === "assistant" && Boolean(message.finish_reason);
  const nAnswers = answers.every(isOneOfSeveral) ? answers.length : 0;
  const firstAnswer = turns.findIndex(({ isOutput }) => isOutput);
  const card = (turn: Turn, place: number) => (
    <MessageCard
      key={place}
      turn={turn}
      traceId={traceId}
      spanId={spanId}
      note={turn.isOutput && nAnswers > 1 ? `answer ${place - firstAnswer + 1} of ${nAnswers}` : undefined}
    />
  );
  return (
    <>
      {head.map(card)}
      {nHidden > 0 && (
        <Button onClick={() => setNAsked(nAsked + turnsPerStep)}>
          Show {formatInteger(Math.min(turnsPerStep, nHidden))} more of {formatCount(nHidden, "folded message")}
        </Button>
      )}
      {tail.map((turn, place) => card(turn, turns.length - tail.length + place))}
    </>
  );
}

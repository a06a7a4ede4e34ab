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
import { precedingCall } from "./preceding-call.ts";
import { Via } from "./Via.tsx";

type ChatPaneProps = { span: SpanDetail; llm: LlmView; table: SpanTable; onOpen: OpenSpan };

export function ChatPane({ span, llm, table, onOpen }: ChatPaneProps) {
  const previous = usePreviousCall(span, llm, table);
  const nKnown = previous === null ? 0 : sharedPrefix(llm, previous.llm);
  const { known, fresh } = useMemo(() => conversationOf(llm, nKnown), [llm, nKnown]);
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

/** One message has hardly anything to share. */
const fewestMessages = 2;

/** The model call before this one, loaded only where it may share messages with it. */
function usePreviousCall(span: SpanDetail, llm: LlmView, table: SpanTable): { spanId: string; llm: LlmView } | null {
  const previousId = useMemo(() => {
    const row = findSpan(table, span.span_id);
    if (row === null || llm.input_messages.length < fewestMessages) return null;
    const previous = precedingCall(table, row);
    return previous === null ? null : spanIdOf(table, previous);
  }, [table, span.span_id, llm]);
  const query = useQuery({ ...spanQuery(span.trace_id, previousId ?? ""), enabled: previousId !== null });
  const previous = query.data;
  return previousId !== null && previous?.llm ? { spanId: previousId, llm: previous.llm } : null;
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
  const answers = turns.filter(({ isOutput }) => isOutput);
  const nAnswers = answers.every(({ message }) => message.role === "assistant") ? answers.length : 0;
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

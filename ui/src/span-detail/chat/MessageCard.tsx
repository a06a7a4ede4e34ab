// One message of a conversation: who speaks, and all that is said, called and shown.
import { Badge } from "../../components/Badge.tsx";
import { CopyButton } from "../../components/CopyButton.tsx";
import type { MessagePart } from "../../api/messages.ts";
import { formatCount, formatInteger } from "../../base/format.ts";
import { Fold } from "../Fold.tsx";
import { ValueView } from "../ValueView.tsx";
import styles from "./chat.module.css";
import type { Piece, Turn } from "./conversation.ts";
import { estimatedTokens, textOfParts } from "./conversation.ts";
import { MarkedText } from "./MarkedText.tsx";
import { Media } from "./Media.tsx";
import { ToolCard } from "./ToolCard.tsx";

type MessageCardProps = {
  turn: Turn;
  traceId: string;
  spanId: string;
  /** Quiet words at the end of the head. */
  note?: string | undefined;
};

export function MessageCard({ turn, traceId, spanId, note }: MessageCardProps) {
  const { message, pieces, isOutput, nFragments } = turn;
  const { role, role_text: roleText, name, finish_reason: finishReason } = message;
  const text = textOfParts(message.parts);
  if (role === "system") return <SystemCard parts={message.parts} roleText={roleText} />;
  // A message that is one tool call or result needs no second frame.
  const isToolOnly = pieces.length > 0 && pieces.every(({ kind }) => kind === "tool");
  const notes = [
    ...(nFragments > 1 ? [`sent in ${formatInteger(nFragments)} pieces`] : []),
    ...(finishReason ? [finishReason] : []),
    ...(note ? [note] : []),
  ];
  return (
    <article
      className={styles["message"]}
      data-role={role}
      data-output={(isOutput && role === "assistant") || undefined}
      data-bare={isToolOnly || undefined}
      data-testid="chat-message"
      aria-label={`${roleText || role}${isOutput ? ", answer" : ""}`}
    >
      {(!isToolOnly || notes.length > 0 || role === "assistant") && (
        <header className={styles["messageHead"]}>
          <span className={styles["role"]} dir="auto">
            {(roleText || role).slice(0, 100)}
          </span>
          {name && name !== roleText && (
            <span className={styles["speaker"]} dir="auto">
              {name.slice(0, 100)}
            </span>
          )}
          <span className={styles["headNote"]}>{notes.join(" · ")}</span>
          {text !== "" && <CopyButton text={text} label={`Copy ${role} message`} />}
        </header>
      )}
      <div className={styles["pieces"]}>
        {pieces.length === 0 && <p className={styles["quiet"]}>An empty message</p>}
        {pieces.map((piece, place) => (
          <PieceView key={place} piece={piece} isOutput={isOutput} traceId={traceId} spanId={spanId} />
        ))}
      </div>
    </article>
  );
}

/** Instructions: folded, with about how long they are. */
export function SystemCard({ parts, roleText }: { parts: readonly MessagePart[]; roleText: string }) {
  const text = textOfParts(parts);
  const others = parts.filter(({ type }) => type !== "text");
  const beginning = text.slice(0, 160).replaceAll(/\s+/g, " ");
  return (
    <article className={styles["message"]} data-role="system" data-testid="chat-message" aria-label={roleText}>
      <Fold
        title={<span className={styles["role"]}>{roleText.slice(0, 100)}</span>}
        note={
          <>
            <b className={styles["count"]}>≈ {formatCount(estimatedTokens(text), "token")}</b> {beginning}
          </>
        }
        tools={<CopyButton text={text} label="Copy instructions" />}
      >
        <div className={styles["systemText"]}>
          <MarkedText text={text} isWhole />
          {others.map((part, place) => (
            <PartView key={place} part={part} isOutput={false} traceId="" spanId="" />
          ))}
        </div>
      </Fold>
    </article>
  );
}

type PieceProps = { isOutput: boolean; traceId: string; spanId: string };

function PieceView({ piece, ...rest }: PieceProps & { piece: Piece }) {
  if (piece.kind === "part") return <PartView part={piece.part} {...rest} />;
  if (piece.kind === "tool") {
    return <ToolCard call={piece.call} result={piece.result} isOutput={rest.isOutput} isLater={piece.isLater} />;
  }
  return (
    <p className={styles["quiet"]}>
      Called <span className={styles["mono"]}>{piece.call.name.slice(0, 200)}</span>, with its result below
    </p>
  );
}

function PartView({ part, isOutput, traceId, spanId }: PieceProps & { part: MessagePart }) {
  switch (part.type) {
    case "text":
      return <MarkedText text={part.text} isWhole={isOutput} />;
    case "reasoning":
      return part.text === "" ? (
        <p className={styles["quiet"]}>Reasoning, encrypted or left out by the provider</p>
      ) : (
        <div className={styles["reasoning"]}>
          <Fold title="Reasoning" note={`≈ ${formatCount(estimatedTokens(part.text), "token")}`}>
            <MarkedText text={part.text} isWhole />
          </Fold>
        </div>
      );
    case "refusal":
      return (
        <div className={styles["refusal"]}>
          <Badge tone="warn">refused</Badge>
          <MarkedText text={part.text} isWhole />
        </div>
      );
    case "media":
      return <Media part={part} traceId={traceId} spanId={spanId} />;
    case "tool_call":
      return <ToolCard call={part} result={null} isOutput={isOutput} />;
    case "tool_result":
      return <ToolCard call={null} result={part} isOutput={isOutput} />;
    case "other":
      return (
        <Fold title={part.kind === "" ? "Other content" : part.kind.slice(0, 100)}>
          <ValueView value={part.value} />
        </Fold>
      );
    default:
      return part satisfies never;
  }
}

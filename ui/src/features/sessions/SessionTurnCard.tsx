// One turn of a conversation: what the user said, tools that ran, the answer; its time, tokens and cost, and the way to its trace.
import { Link } from "@tanstack/react-router";
import { ArrowUpRight, Bot, CircleAlert, CircleDashed, User, Wrench } from "lucide-react";
import type { ReactNode } from "react";
import type { SessionTool, SessionTurn } from "../../api/messages.ts";
import { formatCost, formatDuration, formatExactTime, formatListTime, formatName } from "../../base/format.ts";
import { Assessments } from "../../span-detail/assessments/Assessments.tsx";
import { FeedbackButton } from "../../span-detail/assessments/FeedbackButton.tsx";
import { Text } from "../../span-detail/Text.tsx";
import styles from "./SessionPage.module.css";
import { tokensText } from "./SessionsPage.tsx";

type SessionTurnCardProps = {
  turn: SessionTurn;
  /** From 1. */
  number: number;
  /** Duration that fills the bar. */
  longestNs: number;
  isActive: boolean;
};

export function SessionTurnCard({ turn, number, longestNs, isActive }: SessionTurnCardProps) {
  const { trace, tools } = turn;
  const share = longestNs > 0 ? Number(trace.duration_ns) / longestNs : 0;
  const answer = turn.response ?? "";
  return (
    <li className={styles["turn"]} data-testid="turn" data-active={isActive || undefined} data-state={trace.state}>
      <div className={styles["margin"]}>
        <span className={styles["number"]}>{number}</span>
        <time className={styles["time"]} title={formatExactTime(trace.start_time_unix_nano)}>
          {formatListTime(trace.start_time_unix_nano)}
        </time>
      </div>
      <div className={styles["said"]}>
        <Said icon={<User size={13} aria-hidden />} who={trace.user ?? "user"} side="user">
          {turn.request ?? ""}
        </Said>
        {tools.length > 0 && (
          <ul className={styles["tools"]} aria-label="Tools">
            {tools.map((tool) => (
              <Tool key={tool.span_id} tool={tool} traceId={trace.trace_id} />
            ))}
          </ul>
        )}
        {trace.state === "ERROR" && (
          <p className={styles["failed"]}>
            <CircleAlert size={13} aria-hidden /> This turn failed
          </p>
        )}
        {(answer !== "" || trace.state !== "IN_PROGRESS") && (
          <Said icon={<Bot size={13} aria-hidden />} who="assistant" side="assistant">
            {answer}
          </Said>
        )}
        {trace.state === "IN_PROGRESS" && (
          <p className={styles["running"]}>
            <CircleDashed size={13} aria-hidden /> In progress
          </p>
        )}
      </div>
      <div className={styles["facts"]}>
        <Link to="/traces/$traceId" params={{ traceId: trace.trace_id }} className={styles["trace"]}>
          <span className={styles["traceName"]}>{formatName(trace.name)}</span>
          <ArrowUpRight size={12} aria-hidden />
        </Link>
        <span className={styles["track"]} aria-hidden>
          <span className={styles["bar"]} style={{ width: `${Math.min(100, share * 100)}%` }} />
        </span>
        <span className={styles["sums"]}>
          {[
            formatDuration(trace.duration_ns),
            tokensText(trace) && `${tokensText(trace)} tokens`,
            trace.cost_pico_usd != null && formatCost(trace.cost_pico_usd),
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
        <FeedbackButton
          what="this turn"
          shown={trace.assessments.filter((one) => one.kind !== "expectation")}
          isOutdented
        >
          <Assessments traceId={trace.trace_id} spanId={null} isReadOnly={false} />
        </FeedbackButton>
      </div>
    </li>
  );
}

type SaidProps = { icon: ReactNode; who: string; side: "user" | "assistant"; children: string };

function Said({ icon, who, side, children }: SaidProps) {
  return (
    <div className={styles["message"]} data-role={side}>
      <span className={styles["who"]}>
        {icon}
        <span dir="auto">{formatName(who)}</span>
      </span>
      {children === "" ? (
        <p className={styles["quiet"]}>Nothing was recorded</p>
      ) : (
        <div className={styles["text"]}>
          <Text text={children} />
        </div>
      )}
    </div>
  );
}

function Tool({ tool, traceId }: { tool: SessionTool; traceId: string }) {
  return (
    <li>
      <Link
        to="/traces/$traceId"
        params={{ traceId }}
        search={{ span: tool.span_id }}
        className={styles["tool"]}
        data-error={tool.is_error || undefined}
      >
        {tool.is_error ? <CircleAlert size={12} aria-label="failed" /> : <Wrench size={12} aria-hidden />}
        <span className={styles["toolName"]}>{formatName(tool.name)}</span>
        <span className={styles["toolTime"]}>{formatDuration(tool.duration_ns)}</span>
      </Link>
    </li>
  );
}

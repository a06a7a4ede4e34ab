// One conversation: the traces of a session in order, what was asked and answered, tools, time and cost of each turn.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { SearchX, TriangleAlert } from "lucide-react";
import { useRef, useState } from "react";
import { ApiError } from "../../api/client.ts";
import { sessionQuery } from "../../api/queries.ts";
import { formatCost, formatCount, formatDuration, formatName } from "../../base/format.ts";
import { Button } from "../../components/Button.tsx";
import { CopyButton } from "../../components/CopyButton.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import styles from "./SessionPage.module.css";
import { tokensText } from "./SessionsPage.tsx";
import { SessionTurnCard } from "./SessionTurnCard.tsx";
import { useTurnKeys } from "./use-turn-keys.ts";

type SessionPageProps = { sessionId: string; experimentId: string | null };

export function SessionPage({ sessionId, experimentId }: SessionPageProps) {
  const query = useInfiniteQuery(sessionQuery(sessionId, experimentId));
  const router = useRouter();
  const list = useRef<HTMLOListElement>(null);
  const [active, setActive] = useState(-1);
  const pages = query.data?.pages ?? [];
  const summary = pages.at(-1)?.summary;
  const turns = pages.flatMap((page) => page.turns);
  const longestNs = turns.reduce((longest, { trace }) => Math.max(longest, Number(trace.duration_ns)), 0);

  useTurnKeys({
    n: turns.length,
    active,
    onActive: (index) => {
      setActive(index);
      list.current?.children[index]?.scrollIntoView({ block: "nearest" });
    },
    onOpen: () => {
      const turn = turns[active];
      if (turn) router.history.push(`/traces/${turn.trace.trace_id}`);
    },
  });

  return (
    <div className={styles["page"]}>
      <title>{`${formatName(sessionId)} · Traceloupe`}</title>
      <PageHeader
        crumb={
          <Link to="/sessions" search={experimentId === null ? {} : { experiment: experimentId }}>
            Sessions
          </Link>
        }
        title={<span dir="auto">{formatName(sessionId)}</span>}
      >
        <CopyButton text={sessionId} label="Copy session id" />
        {summary && (
          <span className={styles["facts"]} data-testid="session-facts">
            {[
              formatCount(summary.n_traces, "turn"),
              summary.users.join(", "),
              formatDuration(summary.duration_ns),
              tokensText(summary) && `${tokensText(summary)} tokens`,
              summary.cost_pico_usd != null && formatCost(summary.cost_pico_usd),
            ]
              .filter(Boolean)
              .join(" · ")}
            {summary.n_errors > 0 && (
              <span className={styles["errors"]}> · {formatCount(summary.n_errors, "error")}</span>
            )}
          </span>
        )}
      </PageHeader>
      {turns.length > 0 ? (
        <div className={styles["scroller"]}>
          <ol ref={list} className={styles["turns"]} aria-label="Turns">
            {turns.map((turn, index) => (
              <SessionTurnCard
                key={turn.trace.trace_id}
                turn={turn}
                number={index + 1}
                longestNs={longestNs}
                isActive={index === active}
              />
            ))}
          </ol>
          {query.hasNextPage && (
            <div className={styles["more"]}>
              <Button onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}>
                Later turns
              </Button>
            </div>
          )}
        </div>
      ) : query.error ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <div role="status" aria-label="Loading the session" className={styles["loading"]}>
          <Skeleton width="60%" height={44} />
          <Skeleton width="80%" height={64} />
          <Skeleton width="50%" height={44} />
        </div>
      )}
    </div>
  );
}

function Failure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  if (error instanceof ApiError && error.code === "not_found") {
    return (
      <EmptyState
        icon={<SearchX size={28} strokeWidth={1.5} />}
        title="No trace is of this session"
        actions={<Link to="/sessions">See all sessions</Link>}
      >
        They were deleted, or have not arrived yet: then they appear here by themselves
      </EmptyState>
    );
  }
  return (
    <EmptyState
      tone="error"
      icon={<TriangleAlert size={28} strokeWidth={1.5} />}
      title="The session could not be loaded"
      actions={<Button onClick={onRetry}>Try again</Button>}
    >
      {error.message}
    </EmptyState>
  );
}

// The page that lists sessions, which are the conversations that traces name, with their users.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MessagesSquare, TriangleAlert } from "lucide-react";
import type { SessionSummary } from "../../api/messages.ts";
import { experimentsQuery, sessionsQuery } from "../../api/queries.ts";
import {
  formatCost,
  formatDuration,
  formatExactTime,
  formatInteger,
  formatListTime,
  formatName,
  formatTokens,
} from "../../base/format.ts";
import { Button } from "../../components/Button.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { Select } from "../../components/Select.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import styles from "./SessionsPage.module.css";

export type SessionScope = { experimentId: string | null; user: string | null };

type SessionsPageProps = { scope: SessionScope; onScope: (scope: SessionScope) => void };

const anybody = "*";

export function SessionsPage({ scope, onScope }: SessionsPageProps) {
  const { experimentId, user } = scope;
  const query = useInfiniteQuery(sessionsQuery(experimentId, user));
  const experiments = useQuery(experimentsQuery()).data?.experiments;
  const experiment = experiments?.find((one) => one.experiment_id === experimentId);
  const pages = query.data?.pages ?? [];
  const sessions = pages.flatMap((page) => page.sessions);
  const users = pages[0]?.users ?? [];
  const options = [
    { value: anybody, label: "All users" },
    ...users.map((one) => ({ value: one.user, label: formatName(one.user), detail: formatInteger(one.n_traces) })),
    // One that the newest traces don't name can be in the address.
    ...(user === null || users.some((one) => one.user === user) ? [] : [{ value: user, label: formatName(user) }]),
  ];
  return (
    <div className={styles["page"]}>
      <title>Sessions · Traceloupe</title>
      <PageHeader
        title="Sessions"
        crumb={
          experimentId === null ? undefined : (
            <Link to="/experiments/$experimentId" params={{ experimentId }}>
              {experiment?.name ?? `Experiment ${experimentId}`}
            </Link>
          )
        }
        actions={
          <Select
            label="User"
            value={user ?? anybody}
            onChange={(value) => onScope({ ...scope, user: value === anybody ? null : value })}
            options={options}
          />
        }
      >
        {query.data && (
          <span className={styles["count"]}>
            {formatInteger(sessions.length)}
            {query.hasNextPage && "+"} {sessions.length === 1 ? "session" : "sessions"}
          </span>
        )}
      </PageHeader>
      {sessions.length > 0 ? (
        <div className={styles["scroller"]}>
          <SessionTable sessions={sessions} experimentId={experimentId} />
          {query.hasNextPage && (
            <div className={styles["more"]}>
              <Button onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}>
                Load more
              </Button>
            </div>
          )}
        </div>
      ) : query.data ? (
        <NoSessions user={user} onAll={() => onScope({ ...scope, user: null })} />
      ) : query.error ? (
        <EmptyState
          tone="error"
          icon={<TriangleAlert size={28} strokeWidth={1.5} />}
          title="The sessions could not be loaded"
          actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
        >
          {query.error.message}
        </EmptyState>
      ) : (
        <div role="status" aria-label="Loading sessions" className={styles["loading"]}>
          <Skeleton width={180} />
          <Skeleton width={240} />
          <Skeleton width={160} />
        </div>
      )}
    </div>
  );
}

function NoSessions({ user, onAll }: { user: string | null; onAll: () => void }) {
  if (user !== null) {
    return (
      <EmptyState
        icon={<MessagesSquare size={28} strokeWidth={1.5} />}
        title={`No session of ${formatName(user)}`}
        actions={<Button onClick={onAll}>Show all sessions</Button>}
      />
    );
  }
  return (
    <EmptyState icon={<MessagesSquare size={28} strokeWidth={1.5} />} title="No sessions yet">
      A trace belongs to one if its root has <code>session.id</code> or <code>gen_ai.conversation.id</code>, or with
      MLflow <code>{'mlflow.update_current_trace(metadata={"mlflow.trace.session": …})'}</code>
    </EmptyState>
  );
}

type SessionTableProps = { sessions: readonly SessionSummary[]; experimentId: string | null };

function SessionTable({ sessions, experimentId }: SessionTableProps) {
  return (
    <table className={styles["table"]}>
      <thead>
        <tr>
          <th scope="col">Session</th>
          <th scope="col">First request</th>
          <th scope="col">Users</th>
          <th scope="col" className={styles["number"]}>
            Turns
          </th>
          <th scope="col" className={styles["number"]}>
            Errors
          </th>
          <th scope="col" className={styles["number"]}>
            Time
          </th>
          <th scope="col" className={styles["number"]}>
            Tokens
          </th>
          <th scope="col" className={styles["number"]}>
            Cost
          </th>
          <th scope="col">Last turn</th>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <SessionRow key={session.session} session={session} experimentId={experimentId} />
        ))}
      </tbody>
    </table>
  );
}

function SessionRow({ session: row, experimentId }: { session: SessionSummary; experimentId: string | null }) {
  const users = row.users.join(", ");
  const request = row.first_request ?? "";
  return (
    <tr data-testid="session-row">
      <td title={formatName(row.session)}>
        <Link
          to="/sessions/$sessionId"
          params={{ sessionId: row.session }}
          search={experimentId === null ? {} : { experiment: experimentId }}
          className={styles["link"]}
        >
          {formatName(row.session)}
        </Link>
      </td>
      <td className={styles["request"]} title={formatName(request)}>
        {formatName(request)}
      </td>
      <td className={styles["users"]} title={users}>
        {users}
      </td>
      <td className={styles["number"]}>{formatInteger(row.n_traces)}</td>
      <td className={styles["errors"]}>{row.n_errors > 0 && formatInteger(row.n_errors)}</td>
      <td className={styles["number"]}>{formatDuration(row.duration_ns)}</td>
      <td className={styles["number"]}>{tokensText(row)}</td>
      <td className={styles["number"]}>{row.cost_pico_usd != null && formatCost(row.cost_pico_usd)}</td>
      <td className={styles["time"]} title={formatExactTime(row.last_time_unix_nano)}>
        {formatListTime(row.last_time_unix_nano)}
      </td>
    </tr>
  );
}

export function tokensText({ input_tokens, output_tokens }: Pick<SessionSummary, "input_tokens" | "output_tokens">) {
  if (input_tokens == null && output_tokens == null) return "";
  return formatTokens((input_tokens ?? 0) + (output_tokens ?? 0));
}

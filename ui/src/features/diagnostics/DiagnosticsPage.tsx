// The page of what could not be taken, why, and what to do about it; and of the health of store and listeners.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, Trash2, TriangleAlert, X } from "lucide-react";
import { useRef, useState } from "react";
import type { Accepted, RejectedGroup, RejectedList } from "../../api/messages.ts";
import { removeAllRejected } from "../../api/mutations.ts";
import { rejectedQuery, statusQuery } from "../../api/queries.ts";
import { formatBytes, formatCount, formatInteger } from "../../base/format.ts";
import { Button, IconButton } from "../../components/Button.tsx";
import { ConfirmButton } from "../../components/ConfirmButton.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import styles from "./DiagnosticsPage.module.css";
import { GroupDetail } from "./GroupDetail.tsx";
import { GroupList } from "./GroupList.tsx";
import { neighbourOf, waitingText } from "./group-text.ts";
import { Health } from "./Health.tsx";
import { inStableOrder } from "./stable-order.ts";
import { usePageKeys } from "./use-page-keys.ts";

type DiagnosticsPageProps = {
  groupId: string | null;
  onChoose: (groupId: string | null) => void;
};

export function DiagnosticsPage({ groupId, onChoose }: DiagnosticsPageProps) {
  const rejected = useQuery(rejectedQuery());
  const status = useQuery(statusQuery());
  return (
    <div className={styles["page"]}>
      <title>Inbox · Traceloupe</title>
      <PageHeader
        title="Inbox"
        actions={rejected.data && rejected.data.groups.length > 0 && <RemoveAll rejected={rejected.data} />}
      >
        {rejected.data && <Counts rejected={rejected.data} />}
      </PageHeader>
      {status.data && <Health status={status.data} />}
      {rejected.data ? (
        <Groups groups={rejected.data.groups} groupId={groupId} onChoose={onChoose} />
      ) : rejected.error ? (
        <EmptyState
          tone="error"
          icon={<TriangleAlert size={28} strokeWidth={1.5} />}
          title="The inbox could not be loaded"
          actions={<Button onClick={() => void rejected.refetch()}>Try again</Button>}
        >
          {rejected.error.message}
        </EmptyState>
      ) : (
        <div role="status" aria-label="Loading the inbox" className={styles["loading"]}>
          <Skeleton width={180} height={12} />
          <Skeleton width={260} />
          <Skeleton width={220} />
        </div>
      )}
    </div>
  );
}

function Counts({ rejected: { groups, n_bytes: nBytes, n_forgotten: nForgotten } }: { rejected: RejectedList }) {
  return (
    <span className={styles["counts"]}>
      <span>{formatCount(groups.length, "problem")}</span>
      {nBytes > 0 && <span title="Payloads of rejected requests">{formatBytes(nBytes)} kept</span>}
      {nForgotten > 0 && (
        <span className={styles["forgotten"]} title="The inbox keeps the newest payloads; older ones made room">
          {formatCount(nForgotten, "payload")} made room for newer ones
        </span>
      )}
    </span>
  );
}

function RemoveAll({ rejected: { groups } }: { rejected: RejectedList }) {
  const remove = useMutation(removeAllRejected());
  const nWaiting = groups.reduce((sum, group) => sum + group.n_waiting, 0);
  return (
    <>
      {remove.error && (
        <span role="alert" className={styles["failed"]}>
          Not emptied: {remove.error.message}
        </span>
      )}
      <ConfirmButton
        caption="Empty the inbox…"
        icon={<Trash2 size={13} aria-hidden />}
        disabled={remove.isPending}
        question={`Remove ${formatCount(groups.length, "problem")} from the inbox?`}
        verb="Remove all"
        onConfirm={() => remove.mutate()}
      >
        {nWaiting > 0
          ? `${waitingText(nWaiting)} that could still be accepted are lost for good`
          : "None of them holds spans that could still be accepted"}
      </ConfirmButton>
    </>
  );
}

type GroupsProps = { groups: readonly RejectedGroup[] } & DiagnosticsPageProps;

type Stored = { accepted: Accepted; experimentName: string };

function Groups({ groups, groupId, onChoose }: GroupsProps) {
  const listRef = useRef<HTMLElement>(null);
  const detailRef = useRef<HTMLElement>(null);
  const [shown, setShown] = useState<{ groups: readonly RejectedGroup[]; ordered: RejectedGroup[] }>(() => ({
    groups,
    ordered: [...groups],
  }));
  // The first one is shown until the user chooses; what arrives later does not replace it.
  const [fallbackId, setFallbackId] = useState(groups[0]?.group_id ?? null);
  const [stored, setStored] = useState<Stored | null>(null);

  let { ordered } = shown;
  if (groups !== shown.groups) {
    ordered = inStableOrder(
      shown.ordered.map((group) => group.group_id),
      groups,
    );
    setShown({ groups, ordered });
  }
  const idOf = (id: string | null): RejectedGroup | undefined => ordered.find((group) => group.group_id === id);
  const chosen = idOf(groupId) ?? idOf(fallbackId) ?? ordered[0];
  if (chosen !== undefined && chosen.group_id !== fallbackId) setFallbackId(chosen.group_id);

  usePageKeys({
    list: listRef,
    detail: detailRef,
    step: (by) => {
      const place = ordered.findIndex((group) => group === chosen);
      const next = ordered[Math.max(0, Math.min(ordered.length - 1, place + by))];
      if (next) onChoose(next.group_id);
    },
  });

  return (
    <>
      <div role="status" aria-label="Result">
        {stored && <StoredNotice stored={stored} onDismiss={() => setStored(null)} />}
      </div>
      {chosen === undefined ? (
        <EmptyState icon={<CircleCheck size={28} strokeWidth={1.5} />} title="The inbox is empty">
          Every request could be taken. One that cannot is kept here with its reason, how to mend it, and its spans
        </EmptyState>
      ) : (
        <div className={styles["panes"]}>
          <GroupList ref={listRef} groups={ordered} chosenId={chosen.group_id} onChoose={onChoose} />
          <GroupDetail
            key={chosen.group_id}
            ref={detailRef}
            group={chosen}
            onStored={(accepted, experimentName) => setStored({ accepted, experimentName })}
            onGone={() => onChoose(neighbourOf(ordered, chosen.group_id))}
          />
        </div>
      )}
    </>
  );
}

function StoredNotice({ stored: { accepted, experimentName }, onDismiss }: { stored: Stored; onDismiss: () => void }) {
  const { n_stored: nStored, n_left: nLeft, reasons, trace_ids: traceIds } = accepted;
  const [first] = traceIds;
  return (
    <div className={styles["stored"]} data-tone={nLeft > 0 ? "warn" : "ok"} data-testid="accepted">
      {nLeft > 0 ? <TriangleAlert size={15} aria-hidden /> : <CircleCheck size={15} aria-hidden />}
      <span className={styles["storedText"]}>
        {waitingText(nStored)} stored, new traces in {experimentName}
        {nLeft > 0 && `. ${formatCount(nLeft, "request")} stayed here: ${reasons.join("; ")}`}
      </span>
      {traceIds.length === 1 && first !== undefined && (
        <Link to="/traces/$traceId" params={{ traceId: first }} className={styles["storedLink"]}>
          Open the trace
        </Link>
      )}
      {traceIds.length > 1 && (
        <Link to="/traces" className={styles["storedLink"]}>
          See {formatInteger(traceIds.length)}
          {traceIds.length >= mostTraceIds && "+"} traces
        </Link>
      )}
      <IconButton label="Dismiss" icon={<X size={14} />} onClick={onDismiss} />
    </div>
  );
}

/** The server names no more than these. */
const mostTraceIds = 100;

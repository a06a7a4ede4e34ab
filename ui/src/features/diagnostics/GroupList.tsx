// The groups of the inbox, each a link to its details.
import { type Ref, useEffect, useRef } from "react";
import type { RejectedGroup } from "../../api/messages.ts";
import { formatExactTime, formatInteger, formatListTime } from "../../base/format.ts";
import { clientName, requestLine } from "./group-text.ts";
import styles from "./GroupList.module.css";
import { KindIcon, kindTitle } from "./rejection-kinds.tsx";

type GroupListProps = {
  ref: Ref<HTMLElement>;
  groups: readonly RejectedGroup[];
  chosenId: string;
  onChoose: (groupId: string) => void;
};

export function GroupList({ ref, groups, chosenId, onChoose }: GroupListProps) {
  return (
    <nav ref={ref} className={styles["list"]} aria-label="Rejected requests" data-testid="rejected-groups">
      <ul>
        {groups.map((group) => (
          <Row key={group.group_id} group={group} isChosen={group.group_id === chosenId} onChoose={onChoose} />
        ))}
      </ul>
    </nav>
  );
}

type RowProps = { group: RejectedGroup; isChosen: boolean; onChoose: (groupId: string) => void };

function Row({ group, isChosen, onChoose }: RowProps) {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    const { current } = link;
    if (!isChosen || current === null) return;
    current.scrollIntoView({ block: "nearest" });
    // Keys move the choice; the focus goes along if it was in the list.
    if (current.closest("nav")?.contains(document.activeElement) === true) current.focus({ preventScroll: true });
  }, [isChosen]);
  return (
    <li className={styles["item"]}>
      {/* Not the router's link: that one says "page" of itself once it was followed. */}
      <a
        ref={link}
        href={`/diagnostics?group=${encodeURIComponent(group.group_id)}`}
        onClick={(event) => {
          if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
          event.preventDefault();
          onChoose(group.group_id);
        }}
        className={styles["row"]}
        aria-current={isChosen}
        data-testid="rejected-group"
        data-kind={group.kind}
      >
        <KindIcon kind={group.kind} />
        <span className={styles["title"]}>{kindTitle(group.kind)}</span>
        <time className={styles["time"]} title={formatExactTime(group.last_time_unix_nano)}>
          {formatListTime(group.last_time_unix_nano)}
        </time>
        <span className={styles["reason"]}>{group.reason}</span>
        <span className={styles["facts"]}>
          <span className={styles["client"]}>{clientName(group)}</span>
          <span className={styles["path"]}>{requestLine(group)}</span>
        </span>
        <span className={styles["numbers"]}>
          {group.n_waiting > 0 && <b title="Can still be accepted">{formatInteger(group.n_waiting)} waiting</b>}
          <span title="Requests that failed so">×{formatInteger(group.n_requests)}</span>
        </span>
      </a>
    </li>
  );
}

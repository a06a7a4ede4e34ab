// One group of the inbox: why, how to mend it, what to do with its spans, and its newest requests.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import type { ReactNode, Ref } from "react";
import type { Accepted, Fix, RejectedGroup } from "../../api/messages.ts";
import { removeRejected } from "../../api/mutations.ts";
import { rejectedGroupQuery } from "../../api/queries.ts";
import { formatExactTime, formatInteger, formatListTime } from "../../base/format.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { CodeBlock } from "../../components/CodeBlock.tsx";
import { ConfirmButton } from "../../components/ConfirmButton.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { Accept } from "./Accept.tsx";
import { AllowOrigin } from "./AllowOrigin.tsx";
import { clientName, requestLine, transportName, waitingText } from "./group-text.ts";
import styles from "./GroupDetail.module.css";
import { KindIcon, kindTitle } from "./rejection-kinds.tsx";
import { Requests } from "./Requests.tsx";

type GroupDetailProps = {
  ref: Ref<HTMLElement>;
  group: RejectedGroup;
  onStored: (accepted: Accepted, experimentName: string) => void;
  /** Called after the group was removed, by the user or because nothing is left in it. */
  onGone: () => void;
};

export function GroupDetail({ ref, group, onStored, onGone }: GroupDetailProps) {
  const detail = useQuery(rejectedGroupQuery(group.group_id));
  return (
    <section ref={ref} className={styles["detail"]} tabIndex={-1} aria-labelledby="group-title">
      <div className={styles["column"]}>
        <header className={styles["head"]}>
          <KindIcon kind={group.kind} size={20} />
          <h2 id="group-title" className={styles["title"]}>
            {kindTitle(group.kind)}
          </h2>
          <span className={styles["space"]} />
          <Remove group={group} onGone={onGone} />
        </header>
        <p className={styles["reason"]}>{group.reason}</p>

        {group.n_waiting > 0 && (
          <Accept
            group={group}
            requests={detail.data?.requests}
            onAccepted={(accepted, experimentName) => {
              onStored(accepted, experimentName);
              if (accepted.n_left === 0) onGone();
            }}
          />
        )}
        {group.origin && <AllowOrigin origin={group.origin} />}

        {detail.data ? (
          <HowToMend fix={detail.data.fix} />
        ) : detail.error ? (
          <p role="alert" className={styles["failed"]}>
            The details could not be loaded: {detail.error.message}
            <Button onClick={() => void detail.refetch()}>Try again</Button>
          </p>
        ) : (
          <div role="status" aria-label="Loading the details" className={styles["loading"]}>
            <Skeleton width="60%" />
            <Skeleton height={64} />
          </div>
        )}

        <Section title="Who sent it">
          <WhoSentIt group={group} />
        </Section>
        {detail.data && detail.data.requests.length > 0 && (
          <Section title="Newest requests">
            <Requests groupId={group.group_id} requests={detail.data.requests} />
          </Section>
        )}
      </div>
    </section>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles["section"]}>
      <h3 className={styles["sectionTitle"]}>{title}</h3>
      {children}
    </section>
  );
}

function HowToMend({ fix }: { fix: Fix }) {
  return (
    <Section title="How to mend it">
      <p className={styles["fix"]}>{fix.text}</p>
      <div className={styles["snippets"]}>
        {fix.snippets.map(({ title, code }, place) => (
          <CodeBlock key={place} title={title} code={code} />
        ))}
      </div>
    </Section>
  );
}

function WhoSentIt({ group }: { group: RejectedGroup }) {
  const { n_requests: nRequests, n_kept: nKept } = group;
  return (
    <dl className={styles["facts"]}>
      <Fact name="Client">
        {clientName(group)} <Badge>{transportName(group)}</Badge>
      </Fact>
      {group.user_agent !== "" && (
        <Fact name="User agent" isMono>
          {group.user_agent}
        </Fact>
      )}
      <Fact name="Address" isMono>
        {group.client_address}
      </Fact>
      {group.origin && (
        <Fact name="Origin" isMono>
          {group.origin}
        </Fact>
      )}
      {/* Of a client that speaks TLS no request could be read. */}
      {group.path !== "" && (
        <Fact name="Request" isMono>
          <span title={group.path}>{requestLine(group)}</span>
        </Fact>
      )}
      <Fact name="Times">
        {formatInteger(nRequests)}
        {nKept > 0 && nRequests > nKept && `, the newest ${formatInteger(nKept)} of them kept`}
      </Fact>
      <Fact name={nRequests === 1 ? "When" : "First and last"}>
        <time title={formatExactTime(group.first_time_unix_nano)}>{formatListTime(group.first_time_unix_nano)}</time>
        {nRequests > 1 && (
          <>
            {" – "}
            <time title={formatExactTime(group.last_time_unix_nano)}>{formatListTime(group.last_time_unix_nano)}</time>
          </>
        )}
      </Fact>
    </dl>
  );
}

function Fact({ name, isMono = false, children }: { name: string; isMono?: boolean; children: ReactNode }) {
  return (
    <div className={styles["fact"]}>
      <dt>{name}</dt>
      <dd data-mono={isMono || undefined}>{children}</dd>
    </div>
  );
}

function Remove({ group, onGone }: { group: RejectedGroup; onGone: () => void }) {
  const remove = useMutation(removeRejected());
  const run = (): void => remove.mutate(group.group_id, { onSuccess: onGone });
  const icon = <Trash2 size={13} aria-hidden />;
  return (
    <>
      {remove.error && (
        <span role="alert" className={styles["failed"]}>
          Not removed: {remove.error.message}
        </span>
      )}
      {group.n_waiting === 0 ? (
        <Button icon={icon} disabled={remove.isPending} onClick={run}>
          Remove
        </Button>
      ) : (
        <ConfirmButton
          caption="Remove…"
          icon={icon}
          disabled={remove.isPending}
          question="Remove this from the inbox?"
          verb="Remove"
          onConfirm={run}
        >
          {waitingText(group.n_waiting)} that could still be accepted {group.n_waiting === 1 ? "is" : "are"} lost for
          good
        </ConfirmButton>
      )}
    </>
  );
}

// Stores the spans that wait in a group, in an experiment of the user's choice.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { Accepted, RejectedGroup, RejectedRequest } from "../../api/messages.ts";
import { acceptRejected } from "../../api/mutations.ts";
import { experimentsQuery, statusQuery } from "../../api/queries.ts";
import { Button } from "../../components/Button.tsx";
import { Select } from "../../components/Select.tsx";
import { experimentToAccept, waitingText } from "./group-text.ts";
import styles from "./GroupDetail.module.css";

type AcceptProps = {
  group: RejectedGroup;
  requests: readonly RejectedRequest[] | undefined;
  onAccepted: (accepted: Accepted, experimentName: string) => void;
};

export function Accept({ group, requests, onAccepted }: AcceptProps) {
  const titleId = useId();
  const all = useQuery(experimentsQuery()).data?.experiments ?? [];
  const defaultId = useQuery(statusQuery()).data?.default_experiment_id ?? "0";
  const [chosenId, setChosenId] = useState<string | null>(null);
  const accept = useMutation(acceptRejected(group.group_id));

  const experiments = all.filter((one) => one.lifecycle_stage === "active");
  const experimentId = chosenId ?? experimentToAccept({ requests: [...(requests ?? [])] }, experiments, defaultId);
  const name = experiments.find((one) => one.experiment_id === experimentId)?.name ?? "";
  const run = (id: string): void =>
    accept.mutate(id, { onSuccess: (accepted) => onAccepted(accepted, name === "" ? `experiment ${id}` : name) });

  return (
    <section className={styles["action"]} aria-labelledby={titleId}>
      <div className={styles["actionText"]}>
        <h3 id={titleId} className={styles["actionTitle"]}>
          {waitingText(group.n_waiting)} {group.n_waiting === 1 ? "waits" : "wait"} here
        </h3>
        <p className={styles["actionNote"]}>
          Accept them into an experiment; spans of a known trace join it where it is
        </p>
        {accept.error && (
          <p role="alert" className={styles["failed"]}>
            Not accepted: {accept.error.message}
          </p>
        )}
      </div>
      <div className={styles["actionTools"]}>
        {experimentId !== null && (
          <>
            <Select
              label="Experiment to accept into"
              value={experimentId}
              onChange={setChosenId}
              options={experiments.map((one) => ({
                value: one.experiment_id,
                label: one.name,
                detail: `id ${one.experiment_id}`,
              }))}
            />
            <Button variant="primary" disabled={accept.isPending} onClick={() => run(experimentId)}>
              {accept.isPending ? "Accepting…" : "Accept"}
            </Button>
          </>
        )}
      </div>
    </section>
  );
}

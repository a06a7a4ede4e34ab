// Makes the baseline of a comparison the one that all later traces of its name are measured against, or no longer.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Target } from "lucide-react";
import { pinBaseline, unpinBaseline } from "../../api/mutations.ts";
import { baselinesQuery } from "../../api/queries.ts";
import { IconButton } from "../../components/Button.tsx";
import styles from "./CompareHeader.module.css";

export function BaselinePin({ traceId }: { traceId: string }) {
  const { data } = useQuery(baselinesQuery());
  const pin = useMutation(pinBaseline());
  const unpin = useMutation(unpinBaseline());
  const pinned = data?.baselines.find((one) => one.trace_id === traceId);
  const error = pin.error ?? unpin.error;
  return (
    <>
      <IconButton
        label={pinned ? "Measure later traces against it no longer" : "Measure later traces of this name against it"}
        icon={<Target size={14} />}
        className={styles["pin"]}
        aria-pressed={pinned !== undefined}
        disabled={data === undefined}
        onClick={() => (pinned ? unpin.mutate(pinned) : pin.mutate(traceId))}
      />
      {error !== null && (
        <span role="alert" className={styles["failed"]}>
          Not kept: {error.message}
        </span>
      )}
    </>
  );
}

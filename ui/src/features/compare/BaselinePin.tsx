// Makes the baseline of a comparison the one that later traces are measured against: those of its name, all of its experiment, or both.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Target } from "lucide-react";
import type { BaselineScope } from "../../api/messages.ts";
import { pinBaseline, unpinBaseline } from "../../api/mutations.ts";
import { baselinesQuery } from "../../api/queries.ts";
import { formatName } from "../../base/format.ts";
import { OptionsMenu } from "../../components/OptionsMenu.tsx";
import styles from "./CompareHeader.module.css";

export function BaselinePin({ traceId, name }: { traceId: string; name: string }) {
  const { data } = useQuery(baselinesQuery());
  const pin = useMutation(pinBaseline());
  const unpin = useMutation(unpinBaseline());
  const pinned = (data?.baselines ?? []).filter((one) => one.trace_id === traceId);
  const scopeOf = ({ name: of }: (typeof pinned)[number]): BaselineScope => (of == null ? "experiment" : "name");
  const scopes = pinned.map(scopeOf);
  const shown = formatName(name);
  const titles: Readonly<Record<BaselineScope, string>> = {
    name: `those named ${shown}`,
    experiment: "all of its experiment",
  };
  // A trace without a name can only stand for its experiment.
  const offered: readonly BaselineScope[] = shown === "" ? ["experiment"] : ["name", "experiment"];
  const choose = (chosen: readonly string[]): void => {
    for (const scope of offered) {
      if (chosen.includes(scope) && !scopes.includes(scope)) pin.mutate({ traceId, scope });
    }
    for (const one of pinned) if (!chosen.includes(scopeOf(one))) unpin.mutate(one);
  };
  const error = pin.error ?? unpin.error;
  const measured = scopes.map((scope) => titles[scope]).join(", ");
  return (
    <>
      <OptionsMenu
        label={
          scopes.length > 0 ? `Later traces are measured against it: ${measured}` : "Measure later traces against it"
        }
        icon={<Target size={14} />}
        isOn={scopes.length > 0}
        disabled={data === undefined}
        groups={[
          {
            kind: "several",
            title: "Measure later traces against it",
            items: offered.map((scope) => ({ value: scope, label: titles[scope] })),
            chosen: scopes,
            onChange: choose,
          },
        ]}
      />
      {error !== null && (
        <span role="alert" className={styles["failed"]}>
          Not kept: {error.message}
        </span>
      )}
    </>
  );
}

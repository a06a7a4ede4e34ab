// Makes a trace the one that later traces are measured against: those of its name, all of its experiment, or both.
import { Target } from "lucide-react";
import styles from "./BaselineMenu.module.css";
import { OptionsMenu } from "./OptionsMenu.tsx";

/** Which later traces are measured against one. */
export type MeasuredScope = "name" | "experiment";

type BaselineMenuProps = {
  /** Name of the trace, as it is shown. */
  name: string;
  /** Absent until they are known. */
  scopes: readonly MeasuredScope[] | undefined;
  onChoose: (scopes: readonly MeasuredScope[]) => void;
  error: Error | null;
  /** Key that does the first of it, for its tooltip. */
  hotkey?: string;
};

export function BaselineMenu({ name, scopes, onChoose, error, hotkey }: BaselineMenuProps) {
  const titles: Readonly<Record<MeasuredScope, string>> = {
    name: `those named ${name}`,
    experiment: "all of its experiment",
  };
  const offered = offeredScopes(name);
  const isOn = scopes !== undefined && scopes.length > 0;
  const measured = (scopes ?? []).map((scope) => titles[scope]).join(", ");
  const label = isOn ? `Later traces are measured against it: ${measured}` : "Measure later traces against it";
  return (
    <>
      <OptionsMenu
        label={hotkey === undefined ? label : `${label} (${hotkey})`}
        icon={<Target size={14} />}
        isOn={isOn}
        disabled={scopes === undefined}
        groups={[
          {
            kind: "several",
            title: "Measure later traces against it",
            items: offered.map((scope) => ({ value: scope, label: titles[scope] })),
            chosen: scopes ?? [],
            onChange: (chosen) => onChoose(offered.filter((scope) => chosen.includes(scope))),
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

/** A trace without a name can only stand for its experiment. */
export function offeredScopes(name: string): readonly MeasuredScope[] {
  return name === "" ? ["experiment"] : ["name", "experiment"];
}

/** What a key or a button makes of it: a baseline is none any more, another is that of its name. */
export function toggledScopes(name: string, scopes: readonly MeasuredScope[]): readonly MeasuredScope[] {
  return scopes.length > 0 ? [] : offeredScopes(name).slice(0, 1);
}

// A bound of retention: a number with its unit, empty for none. It is stored when the user says so, for it removes traces.
import { useState } from "react";
import { Button } from "../../components/Button.tsx";
import { parseLimit } from "./limit.ts";
import styles from "./SettingsPage.module.css";

type LimitFieldProps = {
  label: string;
  unit: string;
  /** In the unit; null for no bound. */
  value: number | null;
  isWhole: boolean;
  onSave: (value: number | null) => void;
};

export function LimitField({ label, unit, value, isWhole, onSave }: LimitFieldProps) {
  const stored = value === null ? "" : String(value);
  const [draft, setDraft] = useState<{ of: string; text: string } | null>(null);
  // A change made elsewhere wins over what was typed before it.
  const text = draft !== null && draft.of === stored ? draft.text : stored;
  const parsed = parseLimit(text, isWhole);
  const isChanged = text.trim() !== stored;
  const save = (): void => {
    if (parsed.kind === "invalid" || !isChanged) return;
    onSave(parsed.kind === "none" ? null : parsed.value);
  };
  return (
    <form
      className={styles["limit"]}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <input
        className={styles["number"]}
        inputMode="decimal"
        value={text}
        placeholder="Off"
        aria-label={`${label}, ${unit}`}
        aria-invalid={parsed.kind === "invalid"}
        onChange={(event) => setDraft({ of: stored, text: event.target.value })}
        onKeyDown={(event) => {
          if (event.key === "Escape") setDraft(null);
        }}
      />
      <span className={styles["unit"]}>{unit}</span>
      {isChanged && (
        <Button type="submit" variant="primary" disabled={parsed.kind === "invalid"}>
          {parsed.kind === "none" ? "Turn off" : "Save"}
        </Button>
      )}
      {parsed.kind === "invalid" && (
        <span role="alert" className={styles["invalid"]}>
          {parsed.reason}
        </span>
      )}
    </form>
  );
}

// The way from the trace to the subtree that is shown alone; each step leads back to it.
import { ChevronRight, X } from "lucide-react";
import { Button, IconButton } from "../components/Button.tsx";
import type { FocusStep } from "../waterfall/host/listener.ts";
import styles from "./FocusPath.module.css";

/** Steps at the end that are shown; those before them are a number. */
const shownSteps = 3;

type FocusPathProps = { path: readonly FocusStep[]; onFocus: (spanId: string | null) => void };

export function FocusPath({ path, onFocus }: FocusPathProps) {
  const hidden = path.slice(0, -shownSteps);
  const shown = path.slice(-shownSteps);
  return (
    <nav className={styles["path"]} aria-label="Focus">
      <Button variant="ghost" onClick={() => onFocus(null)}>
        Whole trace
      </Button>
      {hidden.length > 0 && (
        <>
          <Separator />
          <span className={styles["hidden"]} title={hidden.map((step) => step.name).join("\n")}>
            +{hidden.length}
          </span>
        </>
      )}
      {shown.map((step, place) => (
        <span key={step.spanId} className={styles["step"]}>
          <Separator />
          {place === shown.length - 1 ? (
            <b className={styles["name"]} aria-current="true" title={step.name}>
              {nameOf(step)}
            </b>
          ) : (
            <button type="button" className={styles["name"]} title={step.name} onClick={() => onFocus(step.spanId)}>
              {nameOf(step)}
            </button>
          )}
        </span>
      ))}
      <IconButton label="Show the whole trace (F)" icon={<X size={14} />} onClick={() => onFocus(null)} />
    </nav>
  );
}

function nameOf({ name }: FocusStep): string {
  return name === "" ? "(no name)" : name;
}

function Separator() {
  return <ChevronRight size={12} className={styles["separator"]} aria-hidden />;
}

// Measures later traces against one, or no longer: a toggle that shows its state by shape and by name.
import { Target } from "lucide-react";
import styles from "./PinButton.module.css";

type BaselineButtonProps = {
  isBaseline: boolean;
  onToggle: () => void;
  /** What it is, for its name: `checkout`. */
  what: string;
  tabIndex?: number;
};

export function BaselineButton({ isBaseline, onToggle, what, tabIndex }: BaselineButtonProps) {
  const meaning = "later traces are measured against it (B)";
  return (
    <button
      type="button"
      className={styles["pin"]}
      aria-pressed={isBaseline}
      aria-label={`Baseline ${what}`}
      title={isBaseline ? `Baseline: ${meaning}` : `Make it the baseline: ${meaning}`}
      tabIndex={tabIndex}
      onClick={onToggle}
    >
      <Target size={13} data-upright aria-hidden />
    </button>
  );
}

// Keeps something, or lets it go again: a toggle that shows its state by shape and by name.
import { Pin } from "lucide-react";
import styles from "./PinButton.module.css";

type PinButtonProps = {
  isPinned: boolean;
  onToggle: () => void;
  /** What it is, for its name: `checkout`. */
  what: string;
  /** What pinning means, for its tooltip. */
  meaning: string;
  tabIndex?: number;
};

export function PinButton({ isPinned, onToggle, what, meaning, tabIndex }: PinButtonProps) {
  return (
    <button
      type="button"
      className={styles["pin"]}
      aria-pressed={isPinned}
      aria-label={`Pin ${what}`}
      title={isPinned ? `Pinned: ${meaning}` : `Pin: ${meaning}`}
      tabIndex={tabIndex}
      onClick={onToggle}
    >
      <Pin size={13} fill={isPinned ? "currentcolor" : "none"} aria-hidden />
    </button>
  );
}

// Says that live updates are paused and what waits meanwhile, and lets them go on.
import { Pause } from "lucide-react";
import { Kbd } from "./Kbd.tsx";
import styles from "./PausedNote.module.css";

type PausedNoteProps = {
  /** What has arrived since; absent if nothing has. */
  news?: string | undefined;
  onResume: () => void;
};

export function PausedNote({ news, onResume }: PausedNoteProps) {
  return (
    <span className={styles["note"]} data-testid="paused">
      <Pause size={12} aria-hidden />
      <span role="status" className={styles["text"]}>
        Paused
        {news !== undefined && ` · ${news}`}
      </span>
      <button type="button" className={styles["resume"]} onClick={onResume}>
        Resume <Kbd>.</Kbd>
      </button>
    </span>
  );
}

// A part that is folded until one asks: its content is not even made before.
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { useState } from "react";
import styles from "./Fold.module.css";

type FoldProps = {
  title: ReactNode;
  /** Quiet words behind the title: how much is folded. */
  note?: ReactNode;
  /** Shown at the end of the head, outside of its button. */
  tools?: ReactNode;
  isOpenAtFirst?: boolean;
  children: ReactNode;
};

export function Fold({ title, note, tools, isOpenAtFirst = false, children }: FoldProps) {
  const [isOpen, setIsOpen] = useState(isOpenAtFirst);
  return (
    <div className={styles["fold"]}>
      <div className={styles["head"]}>
        <button type="button" className={styles["toggle"]} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          <ChevronRight size={12} className={styles["chevron"]} aria-hidden />
          <span className={styles["title"]}>{title}</span>
          {note !== undefined && <span className={styles["note"]}>{note}</span>}
        </button>
        {tools}
      </div>
      {isOpen && <div className={styles["body"]}>{children}</div>}
    </div>
  );
}

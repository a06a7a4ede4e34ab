// A button that shows how a trace or a span was judged, and opens a panel to read and to judge it.
import { MessageSquarePlus } from "lucide-react";
import type { ReactNode } from "react";
import type { AssessmentCell } from "../../api/messages.ts";
import { formatName } from "../../base/format.ts";
import { Popover } from "../../components/Popover.tsx";
import { shortValue } from "./assessment-value.ts";
import styles from "./assessments.module.css";

type FeedbackButtonProps = {
  /** What is judged, as it follows "Feedback on". */
  what: string;
  shown: readonly Pick<AssessmentCell, "kind" | "name" | "value">[];
  /** Whether its words stand under those of the lines above. */
  isOutdented?: boolean;
  /** In the panel. */
  children: ReactNode;
};

const nShown = 3;

export function FeedbackButton({ what, shown, isOutdented = false, children }: FeedbackButtonProps) {
  const trigger = (
    <button
      type="button"
      className={styles["strip"]}
      aria-label={`Feedback on ${what}, ${shown.length}`}
      data-outdented={isOutdented || undefined}
    >
      {shown.length === 0 && (
        <>
          <MessageSquarePlus size={12} aria-hidden />
          Feedback
        </>
      )}
      {shown.slice(0, nShown).map(({ kind, name, value }, place) => {
        const { text, tone } = shortValue(value);
        return (
          <span key={`${kind} ${name} ${place}`} className={styles["chip"]}>
            <span className={styles["chipName"]}>{formatName(name)}</span>
            <span className={styles["value"]} data-tone={tone}>
              {formatName(text)}
            </span>
          </span>
        );
      })}
      {shown.length > nShown && <span>+{shown.length - nShown}</span>}
    </button>
  );
  return (
    <Popover trigger={trigger} title={`Feedback on ${what}`}>
      {() => <div className={styles["popup"]}>{children}</div>}
    </Popover>
  );
}

// One assessment: what is judged and how, by whom, why, and ways to change or delete it.
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Assessment } from "../../api/messages.ts";
import { formatExactTime, formatListTime, formatName } from "../../base/format.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button, IconButton } from "../../components/Button.tsx";
import { Exception } from "../Exception.tsx";
import { Text } from "../Text.tsx";
import { draftOf, errorOf, shortValue, sourceText } from "./assessment-value.ts";
import styles from "./assessments.module.css";

type AssessmentCardProps = {
  assessment: Assessment;
  /** Name of its span, where others are listed beside it. */
  spanName: string | null;
  onOpenSpan?: (() => void) | undefined;
  /** Absent where nothing may be changed. */
  onEdit?: (() => void) | undefined;
  onDelete?: (() => void) | undefined;
};

export function AssessmentCard({ assessment, spanName, onOpenSpan, onEdit, onDelete }: AssessmentCardProps) {
  const { name, kind, source_type, source_id, last_update_time_unix_nano: changed, rationale, is_valid } = assessment;
  const shown = formatName(name === "" ? "(no name)" : name);
  const [isAsking, setIsAsking] = useState(false);
  return (
    <article className={styles["card"]} data-testid="assessment" data-valid={is_valid} aria-label={shown}>
      <header className={styles["cardHead"]}>
        <span className={styles["name"]} dir="auto" title={shown}>
          {shown}
        </span>
        <Value assessment={assessment} />
        <span className={styles["space"]} />
        {kind !== "feedback" && <Badge>{kind}</Badge>}
        {!is_valid && <Badge title="Another assessment stands in for it">overridden</Badge>}
        {onEdit && kind !== "issue" && (
          <IconButton label={`Edit ${shown}`} icon={<Pencil size={12} />} onClick={onEdit} />
        )}
        {onDelete && (
          <IconButton label={`Delete ${shown}`} icon={<Trash2 size={12} />} onClick={() => setIsAsking(true)} />
        )}
      </header>
      {onDelete && isAsking && (
        <div role="group" aria-label={`Delete ${shown}?`} className={styles["question"]}>
          Delete it for good?
          <span className={styles["space"]} />
          <Button variant="ghost" onClick={() => setIsAsking(false)}>
            Cancel
          </Button>
          <Button ref={focused} className={styles["danger"]} onClick={onDelete}>
            Delete
          </Button>
        </div>
      )}
      {assessment.value != null && isLong(assessment) && (
        <div className={styles["longValue"]}>
          <Text text={draftOf(assessment.value).text} />
        </div>
      )}
      {rationale && (
        <div className={styles["rationale"]}>
          <Text text={rationale} />
        </div>
      )}
      {assessment.error && (
        <div className={styles["rationale"]}>
          <Exception attributes={errorOf(assessment.error)} />
        </div>
      )}
      <footer className={styles["foot"]}>
        <span>{sourceText(source_type, source_id)}</span>
        <span title={formatExactTime(changed)}>{formatListTime(changed)}</span>
        {spanName !== null && (
          <button type="button" className={styles["span"]} onClick={onOpenSpan} title={spanName}>
            {spanName}
          </button>
        )}
      </footer>
    </article>
  );
}

/** Characters of name and value that one line holds; with more of them the value stands on lines of its own. */
const lineLength = 36;

function isLong({ name, value }: Assessment): boolean {
  return value != null && name.length + shortValue(value).text.length > lineLength;
}

function focused(button: HTMLButtonElement | null): void {
  button?.focus({ preventScroll: true });
}

function Value({ assessment }: { assessment: Assessment }) {
  if ((assessment.value == null && assessment.error == null) || isLong(assessment)) return null;
  const { text, tone } = shortValue(assessment.value);
  return (
    <span className={styles["value"]} data-tone={tone} dir="auto">
      {text}
    </span>
  );
}

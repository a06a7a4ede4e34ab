// One assessment: what is judged and how, by whom, why, and ways to change or delete it.
import { Pencil, Trash2 } from "lucide-react";
import type { Assessment } from "../../api/messages.ts";
import { formatExactTime, formatListTime, formatName } from "../../base/format.ts";
import { Badge } from "../../components/Badge.tsx";
import { IconButton } from "../../components/Button.tsx";
import { Text } from "../Text.tsx";
import { draftOf, shortValue, sourceText } from "./assessment-value.ts";
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
        {onDelete && <IconButton label={`Delete ${shown}`} icon={<Trash2 size={12} />} onClick={onDelete} />}
      </header>
      {assessment.value != null && isLong(assessment.value) && (
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
          <Text text={assessment.error} isMono />
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

/** Longer values stand on lines of their own. */
const shortLength = 40;

function isLong(json: string): boolean {
  return shortValue(json).text.length > shortLength;
}

function Value({ assessment: { value, error } }: { assessment: Assessment }) {
  if (value == null && error == null) return null;
  if (value != null && isLong(value)) return null;
  const { text, tone } = shortValue(value);
  return (
    <span className={styles["value"]} data-tone={tone} dir="auto">
      {text}
    </span>
  );
}

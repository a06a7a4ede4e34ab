// In the head of a span: how it was judged, and a button to judge it.
import { useQuery } from "@tanstack/react-query";
import { MessageSquarePlus } from "lucide-react";
import { assessmentsQuery } from "../../api/queries.ts";
import { formatName } from "../../base/format.ts";
import { Popover } from "../../components/Popover.tsx";
import { shortValue } from "./assessment-value.ts";
import { Assessments } from "./Assessments.tsx";
import styles from "./assessments.module.css";

type SpanFeedbackProps = { traceId: string; spanId: string; isReadOnly: boolean };

export function SpanFeedback({ traceId, spanId, isReadOnly }: SpanFeedbackProps) {
  const all = useQuery(assessmentsQuery(traceId)).data?.assessments ?? [];
  const own = all.filter((one) => one.is_valid && one.span_id?.toLowerCase() === spanId);
  if (isReadOnly && own.length === 0) return null;
  const trigger = (
    <button type="button" className={styles["strip"]} aria-label={`Feedback on this span, ${own.length}`}>
      {own.length === 0 && (
        <>
          <MessageSquarePlus size={12} aria-hidden />
          Feedback
        </>
      )}
      {own.slice(0, 3).map(({ assessment_id, name, value }) => {
        const { text, tone } = shortValue(value);
        return (
          <span key={assessment_id} className={styles["chip"]}>
            {formatName(name)}
            <span className={styles["value"]} data-tone={tone}>
              {text}
            </span>
          </span>
        );
      })}
      {own.length > 3 && <span>+{own.length - 3}</span>}
    </button>
  );
  return (
    <Popover trigger={trigger} title="Feedback on this span">
      {() => (
        <div className={styles["popup"]}>
          <Assessments traceId={traceId} spanId={spanId} isReadOnly={isReadOnly} />
        </div>
      )}
    </Popover>
  );
}

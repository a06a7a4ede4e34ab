// In the head of a span: how it was judged, and a button to judge it.
import { useQuery } from "@tanstack/react-query";
import { assessmentsQuery } from "../../api/queries.ts";
import { Assessments } from "./Assessments.tsx";
import { FeedbackButton } from "./FeedbackButton.tsx";

type SpanFeedbackProps = { traceId: string; spanId: string; isReadOnly: boolean };

export function SpanFeedback({ traceId, spanId, isReadOnly }: SpanFeedbackProps) {
  const all = useQuery(assessmentsQuery(traceId)).data?.assessments ?? [];
  const own = all.filter((one) => one.is_valid && one.span_id?.toLowerCase() === spanId);
  if (isReadOnly && own.length === 0) return null;
  return (
    <FeedbackButton what="this span" shown={own}>
      <Assessments traceId={traceId} spanId={spanId} isReadOnly={isReadOnly} />
    </FeedbackButton>
  );
}

// The assessments of a trace with all its spans, or of one span: listed, added, changed, deleted.
import { useMutation, useQuery } from "@tanstack/react-query";
import { MessageSquarePlus } from "lucide-react";
import { useState } from "react";
import type { Assessment } from "../../api/messages.ts";
import { addAssessment, changeAssessment, deleteAssessment } from "../../api/mutations.ts";
import { assessmentsQuery } from "../../api/queries.ts";
import { Button } from "../../components/Button.tsx";
import { AssessmentCard } from "./AssessmentCard.tsx";
import { AssessmentForm } from "./AssessmentForm.tsx";
import { draftOf } from "./assessment-value.ts";
import styles from "./assessments.module.css";

type AssessmentsProps = {
  traceId: string;
  /** Null is about the trace, and lists those of its spans too. */
  spanId: string | null;
  nameOfSpan?: (spanId: string) => string | null;
  onOpenSpan?: (spanId: string) => void;
  isReadOnly: boolean;
};

export function Assessments({ traceId, spanId, nameOfSpan, onOpenSpan, isReadOnly }: AssessmentsProps) {
  const query = useQuery(assessmentsQuery(traceId));
  const [isAdding, setIsAdding] = useState(false);
  const [hasAdded, setHasAdded] = useState(false);
  const endAdding = (): void => {
    setIsAdding(false);
    setHasAdded(true);
  };
  const [editedId, setEditedId] = useState<string | null>(null);
  const remove = useMutation(deleteAssessment(traceId));
  const all = query.data?.assessments ?? [];
  const shown = spanId === null ? all : all.filter((one) => one.span_id?.toLowerCase() === spanId);
  const knownNames = query.data?.known_names ?? [];

  return (
    <div className={styles["assessments"]}>
      {query.error && (
        <p role="alert" className={styles["problem"]}>
          The feedback could not be loaded: {query.error.message}
        </p>
      )}
      {shown.map((assessment) =>
        assessment.assessment_id === editedId ? (
          <Edit
            key={assessment.assessment_id}
            traceId={traceId}
            assessment={assessment}
            knownNames={knownNames}
            onDone={() => setEditedId(null)}
          />
        ) : (
          <AssessmentCard
            key={assessment.assessment_id}
            assessment={assessment}
            spanName={
              spanId === null && assessment.span_id != null
                ? (nameOfSpan?.(assessment.span_id) ?? assessment.span_id)
                : null
            }
            onOpenSpan={() => assessment.span_id != null && onOpenSpan?.(assessment.span_id)}
            onEdit={isReadOnly ? undefined : () => setEditedId(assessment.assessment_id)}
            onDelete={isReadOnly ? undefined : () => remove.mutate(assessment.assessment_id)}
          />
        ),
      )}
      {remove.error && (
        <p role="alert" className={styles["problem"]}>
          Not deleted: {remove.error.message}
        </p>
      )}
      {isReadOnly ? (
        shown.length === 0 && <p className={styles["quiet"]}>No feedback</p>
      ) : isAdding ? (
        <Add traceId={traceId} spanId={spanId} knownNames={knownNames} onDone={endAdding} />
      ) : (
        <div>
          <Button
            // The focus does not go away with the form.
            ref={hasAdded ? focused : null}
            icon={<MessageSquarePlus size={13} aria-hidden />}
            onClick={() => setIsAdding(true)}
          >
            Add feedback…
          </Button>
        </div>
      )}
    </div>
  );
}

type AddProps = { traceId: string; spanId: string | null; knownNames: readonly string[]; onDone: () => void };

function Add({ traceId, spanId, knownNames, onDone }: AddProps) {
  const add = useMutation({ ...addAssessment(traceId), onSuccess: onDone });
  return (
    <AssessmentForm
      initial={{ kind: "feedback", name: "", draft: { kind: "boolean", text: "" }, rationale: "" }}
      isExisting={false}
      knownNames={knownNames}
      isSaving={add.isPending}
      failure={add.error?.message ?? null}
      onSave={({ rationale, ...values }) =>
        add.mutate({
          ...values,
          ...(rationale.trim() === "" ? {} : { rationale }),
          ...(spanId === null ? {} : { span_id: spanId }),
        })
      }
      onCancel={onDone}
    />
  );
}

type EditProps = { traceId: string; assessment: Assessment; knownNames: readonly string[]; onDone: () => void };

function Edit({ traceId, assessment, knownNames, onDone }: EditProps) {
  const change = useMutation({ ...changeAssessment(traceId, assessment.assessment_id), onSuccess: onDone });
  return (
    <AssessmentForm
      initial={{
        kind: assessment.kind === "expectation" ? "expectation" : "feedback",
        name: assessment.name,
        draft: draftOf(assessment.value == null || assessment.value === "null" ? '""' : assessment.value),
        rationale: assessment.rationale ?? "",
      }}
      isExisting
      knownNames={knownNames}
      isSaving={change.isPending}
      failure={change.error?.message ?? null}
      onSave={({ name, value, rationale }) => change.mutate({ name, value, rationale })}
      onCancel={onDone}
    />
  );
}

function focused(button: HTMLButtonElement | null): void {
  button?.focus({ preventScroll: true });
}

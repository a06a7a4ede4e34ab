// In the head of a span: how evaluators judged it that send `gen_ai.evaluation.result`, with their reasons behind a button.
import type { Evaluation } from "../api/messages.ts";
import { formatName } from "../base/format.ts";
import { Popover } from "../components/Popover.tsx";
import { shortNumber } from "./assessments/assessment-value.ts";
import styles from "./assessments/assessments.module.css";
import { Text } from "./Text.tsx";

const [mostChips, mostCards] = [4, 100];

export function Evaluations({ evaluations }: { evaluations: readonly Evaluation[] }) {
  if (evaluations.length === 0) return null;
  const trigger = (
    <button
      type="button"
      className={styles["strip"]}
      data-outdented
      aria-label={`Evaluations of this span, ${evaluations.length}`}
    >
      {evaluations.slice(0, mostChips).map((evaluation, place) => (
        <span key={place} className={styles["chip"]}>
          <span className={styles["chipName"]}>{nameOf(evaluation)}</span>
          <Verdict evaluation={evaluation} />
        </span>
      ))}
      {evaluations.length > mostChips && <span>+{evaluations.length - mostChips}</span>}
    </button>
  );
  return (
    <Popover trigger={trigger} title="Evaluations of this span">
      {() => (
        <div className={`${styles["popup"]} ${styles["assessments"]}`}>
          {evaluations.slice(0, mostCards).map((evaluation, place) => (
            <EvaluationCard key={place} evaluation={evaluation} />
          ))}
          {evaluations.length > mostCards && (
            <p className={styles["quiet"]}>The others are among the events and logs</p>
          )}
        </div>
      )}
    </Popover>
  );
}

function EvaluationCard({ evaluation }: { evaluation: Evaluation }) {
  const name = nameOf(evaluation);
  return (
    <article className={styles["card"]} data-testid="evaluation" aria-label={name}>
      <header className={styles["cardHead"]}>
        <span className={styles["name"]} dir="auto" title={name}>
          {name}
        </span>
        <Verdict evaluation={evaluation} />
      </header>
      {evaluation.explanation && (
        <div className={styles["rationale"]}>
          <Text text={evaluation.explanation} />
        </div>
      )}
    </article>
  );
}

function Verdict({ evaluation: { score, label, error } }: { evaluation: Evaluation }) {
  const number = score == null ? null : <span title={String(score)}>{shortNumber(score)}</span>;
  if (!label && number === null) {
    return (
      <span className={styles["value"]} data-tone="no" dir="auto">
        {startOf(error ?? "no result")}
      </span>
    );
  }
  return (
    <span className={styles["value"]} data-tone={toneOf(label)} dir="auto">
      {number}
      {number !== null && label && " · "}
      {label && startOf(label)}
    </span>
  );
}

function nameOf({ name }: Evaluation): string {
  return formatName(name === "" ? "evaluation" : name);
}

/** Names and labels come from senders. */
function startOf(text: string): string {
  return text.slice(0, 80);
}

/** Only words that can mean but one thing have a colour. */
function toneOf(label: string | null | undefined): "yes" | "no" | "plain" {
  if (/^(pass(ed)?|true|yes|correct)$/i.test(label ?? "")) return "yes";
  return /^(fail(ed)?|false|no|incorrect)$/i.test(label ?? "") ? "no" : "plain";
}

// The form that adds or changes feedback or an expectation: what is judged, the value with its type, and why.
import { type FormEvent, type KeyboardEvent, useId, useRef, useState } from "react";
import { formatName } from "../../base/format.ts";
import { Button } from "../../components/Button.tsx";
import { SegmentedControl } from "../../components/SegmentedControl.tsx";
import { type ValueDraft, type ValueKind, valueOf } from "./assessment-value.ts";
import styles from "./assessments.module.css";

export type FormValues = { kind: "feedback" | "expectation"; name: string; value: unknown; rationale: string };

type AssessmentFormProps = {
  initial: { kind: "feedback" | "expectation"; name: string; draft: ValueDraft; rationale: string };
  /** Whether it exists already: then its kind stays. */
  isExisting: boolean;
  knownNames: readonly string[];
  isSaving: boolean;
  /** Why it was not saved. */
  failure: string | null;
  onSave: (values: FormValues) => void;
  onCancel: () => void;
};

export function AssessmentForm(props: AssessmentFormProps) {
  const { initial, isExisting, knownNames, isSaving, failure, onSave, onCancel } = props;
  const [kind, setKind] = useState(initial.kind);
  const [name, setName] = useState(initial.name);
  const [draft, setDraft] = useState(initial.draft);
  const [rationale, setRationale] = useState(initial.rationale);
  const [isTried, setIsTried] = useState(false);
  const nameId = useId();
  const nameField = useRef<HTMLInputElement>(null);
  const read = valueOf(draft);
  const problem = name.trim() === "" ? "The name is missing" : "problem" in read ? read.problem : null;

  const submit = (event: FormEvent | KeyboardEvent): void => {
    event.preventDefault();
    setIsTried(true);
    if (problem === null && "value" in read) onSave({ kind, name: name.trim(), value: read.value, rationale });
  };
  return (
    // The keys are those of its fields, which hand them up.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      ref={intoView}
      className={styles["form"]}
      onSubmit={submit}
      onKeyDown={(event) => {
        // The keys of the page are letters; here they are text.
        event.stopPropagation();
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
        else if (event.key === "Escape") {
          event.preventDefault();
          onCancel();
        }
      }}
    >
      {!isExisting && (
        <SegmentedControl
          label="Kind"
          value={kind}
          onChange={setKind}
          segments={[
            { value: "feedback", label: "Feedback" },
            { value: "expectation", label: "Expectation" },
          ]}
        />
      )}
      <label htmlFor={nameId} className={styles["label"]}>
        Name
      </label>
      <input
        id={nameId}
        ref={nameField}
        className={styles["input"]}
        value={name}
        placeholder={kind === "feedback" ? "correctness" : "expected_answer"}
        onChange={(event) => setName(event.target.value)}
        // The form opens because somebody asked for it.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        spellCheck={false}
        maxLength={250}
      />
      {!isExisting && (
        <KnownNames
          names={knownNames}
          typed={name}
          onChoose={(known) => {
            setName(known);
            nameField.current?.focus();
          }}
        />
      )}
      <span className={styles["label"]}>Value</span>
      <ValueField draft={draft} onChange={setDraft} />
      <label className={styles["label"]}>
        Why
        <textarea
          className={styles["input"]}
          value={rationale}
          rows={2}
          onChange={(event) => setRationale(event.target.value)}
        />
      </label>
      {(failure ?? (isTried ? problem : null)) !== null && (
        <p role="alert" className={styles["problem"]}>
          {failure ?? problem}
        </p>
      )}
      <div className={styles["actions"]}>
        <Button variant="ghost" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" variant="primary" disabled={isSaving}>
          Save
        </Button>
      </div>
    </form>
  );
}

/** Names that are offered at once. */
const nOffered = 6;

/** Names that others were judged by, as far as they go on from what is typed. */
function KnownNames({ names, typed, onChoose }: KnownNamesProps) {
  const begun = typed.trim().toLowerCase();
  const offered = names.filter((name) => name.toLowerCase().startsWith(begun) && name !== typed).slice(0, nOffered);
  if (offered.length === 0) return null;
  return (
    <div role="group" aria-label="Names in use" className={styles["names"]}>
      {offered.map((name) => (
        <button key={name} type="button" className={styles["knownName"]} onClick={() => onChoose(name)}>
          {formatName(name)}
        </button>
      ))}
    </div>
  );
}

type KnownNamesProps = { names: readonly string[]; typed: string; onChoose: (name: string) => void };

const kinds: readonly { value: ValueKind; label: string }[] = [
  { value: "boolean", label: "Yes or no" },
  { value: "number", label: "Number" },
  { value: "text", label: "Text" },
  { value: "json", label: "JSON" },
];

function ValueField({ draft, onChange }: { draft: ValueDraft; onChange: (draft: ValueDraft) => void }) {
  const { kind, text } = draft;
  return (
    <>
      <SegmentedControl
        label="Type of the value"
        value={kind}
        onChange={(next) => onChange({ kind: next, text: next === "boolean" || kind === "boolean" ? "" : text })}
        segments={kinds}
      />
      {kind === "boolean" ? (
        <SegmentedControl
          label="Value"
          value={text}
          onChange={(next) => onChange({ kind, text: next })}
          segments={[
            { value: "true", label: "Yes" },
            { value: "false", label: "No" },
          ]}
        />
      ) : kind === "number" ? (
        <input
          className={styles["input"]}
          value={text}
          inputMode="decimal"
          aria-label="Value"
          onChange={(event) => onChange({ kind, text: event.target.value })}
        />
      ) : (
        <textarea
          className={styles["input"]}
          data-mono={kind === "json" || undefined}
          value={text}
          rows={kind === "json" ? 4 : 2}
          aria-label="Value"
          onChange={(event) => onChange({ kind, text: event.target.value })}
        />
      )}
    </>
  );
}

/** A form that opens below the fold is of no use. */
function intoView(form: HTMLFormElement | null): void {
  form?.scrollIntoView?.({ block: "nearest" });
}

// Model and parameters of both sides as chips, and where their prompts part.
import type { ChangedParameter, PromptPrefix } from "../../api/messages.ts";
import { formatCount, formatInteger } from "../../base/format.ts";
import styles from "./PairPane.module.css";

type ChangedParametersProps = { chips: readonly ChangedParameter[]; prefix: PromptPrefix | null };

export function ChangedParameters({ chips, prefix }: ChangedParametersProps) {
  if (chips.length === 0 && prefix === null) return null;
  return (
    <div className={styles["facts"]}>
      {chips.map(({ name, before, after, is_changed: isChanged }) => (
        <span key={name} className={styles["chip"]} data-changed={isChanged} data-testid="parameter">
          {name} {isChanged ? <Change before={before ?? null} after={after ?? null} /> : <b>{after}</b>}
        </span>
      ))}
      {prefix !== null && (
        <span className={styles["prefix"]} data-testid="prompt-prefix" title={prefixTitle(prefix)}>
          {prefixText(prefix)}
        </span>
      )}
    </div>
  );
}

function Change({ before, after }: { before: string | null; after: string | null }) {
  return (
    <>
      <del>{before ?? "none"}</del>
      <span aria-hidden> → </span>
      <ins>{after ?? "none"}</ins>
    </>
  );
}

function prefixText({ place, message_index: index, n_lost_tokens: nLost }: PromptPrefix): string {
  const where = index === null || index === undefined ? place : `message ${index + 1} (${place})`;
  const lost = nLost > 0 ? `: about ${formatCount(nLost, "token")} of a prompt cache lost` : "";
  return `prompts part in ${where}${lost}`;
}

function prefixTitle({ n_prefix_chars: nPrefix, n_same_chars: nSame }: PromptPrefix): string {
  return `The first ${formatInteger(nPrefix)} characters of the prompts are the same, ${formatInteger(nSame)} of them there`;
}

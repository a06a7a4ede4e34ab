// Says by which convention the facts of a view were read.
import type { LlmView } from "../../api/messages.ts";
import styles from "./chat.module.css";

export function Via({ llm, targets }: { llm: LlmView; targets?: readonly string[] }) {
  const told = llm.provenance.filter(({ target }) => targets === undefined || targets.includes(target));
  const byConvention = new Map<string, string[]>();
  for (const { convention, target } of told) {
    byConvention.set(convention, [...(byConvention.get(convention) ?? []), target.replaceAll("_", " ")]);
  }
  if (byConvention.size === 0) return null;
  return (
    <p className={styles["via"]} data-testid="via">
      via{" "}
      {Array.from(byConvention, ([convention, facts], place) => (
        <span key={convention} title={facts.join(", ")}>
          {place > 0 && ", "}
          {convention}
        </span>
      ))}
    </p>
  );
}

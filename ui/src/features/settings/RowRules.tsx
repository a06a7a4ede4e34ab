// What was said of rows in comparisons and holds for all traces: to be looked through, and taken away.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import type { RowRule } from "../../api/messages.ts";
import { forgetRule } from "../../api/mutations.ts";
import { rowRulesQuery } from "../../api/queries.ts";
import { formatName } from "../../base/format.ts";
import { IconButton } from "../../components/Button.tsx";
import styles from "./RowRules.module.css";

export function RowRules() {
  const { data } = useQuery(rowRulesQuery());
  const forget = useMutation(forgetRule());
  const rules = data?.rules ?? [];
  if (rules.length === 0) return null;
  return (
    <div className={styles["rules"]}>
      <h3 id="row-rules" className={styles["title"]}>
        Rows that are one
      </h3>
      <p className={styles["explanation"]}>
        You said so in a comparison; it holds in every other one where each side has exactly one span at its place
      </p>
      {forget.error && (
        <p role="alert" className={styles["failed"]}>
          Not removed: {forget.error.message}
        </p>
      )}
      <ul aria-labelledby="row-rules">
        {rules.map((rule) => (
          <Rule key={rule.rule_id} rule={rule} onForget={() => forget.mutate(rule.rule_id)} />
        ))}
      </ul>
    </div>
  );
}

function Rule({ rule, onForget }: { rule: RowRule; onForget: () => void }) {
  const [one, other] = rule.places.map((place) => place.map(formatName).join(" › "));
  return (
    <li className={styles["rule"]}>
      <span className={styles["places"]}>
        <bdi>{one}</bdi>
        <span className={styles["is"]}> is </span>
        <bdi>{other}</bdi>
      </span>
      <IconButton label={`Forget that ${one} is ${other}`} icon={<Trash2 size={13} />} onClick={onForget} />
    </li>
  );
}

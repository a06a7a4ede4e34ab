// What differs between two JSON values, by path: before, after, and word by word where a long text changed.
import { CornerDownRight, EqualNot, type LucideIcon, Minus, Plus } from "lucide-react";
import type { JsonChange, JsonDiff } from "../../api/messages.ts";
import { formatCount } from "../../base/format.ts";
import styles from "./PairPane.module.css";
import { Segments } from "./Segments.tsx";

const icons: Readonly<Record<JsonChange["kind"], LucideIcon>> = {
  added: Plus,
  removed: Minus,
  changed: EqualNot,
  moved: CornerDownRight,
};

const kindWords = { added: "new", removed: "gone", changed: "changed", moved: "moved" } as const;

type JsonDiffTableProps = {
  title: string;
  diff: JsonDiff;
  /** Whether one side alone has the span: then there is nothing that it could be the same as. */
  isOneSided: boolean;
};

export function JsonDiffTable({ title, diff, isOneSided }: JsonDiffTableProps) {
  const { changes, n_more: nMore } = diff;
  if (changes.length === 0) {
    return (
      <p className={styles["hint"]}>
        {title}: {isOneSided ? "none" : "the same on both sides"}
      </p>
    );
  }
  return (
    <table className={styles["values"]}>
      <caption>{title}</caption>
      <colgroup>
        <col className={styles["pathColumn"]} />
        <col />
      </colgroup>
      <thead className={styles["spoken"]}>
        <tr>
          <th scope="col">Path</th>
          <th scope="col">Difference</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <Change key={`${change.kind} ${change.path}`} change={change} />
        ))}
        {nMore > 0 && (
          <tr>
            <td colSpan={2} className={styles["quiet"]}>
              … and {formatCount(nMore, "more change")}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Change({ change: { path, kind, from, before, after, words } }: { change: JsonChange }) {
  const Icon = icons[kind];
  return (
    <tr data-kind={kind}>
      <th scope="row">
        <Icon size={12} strokeWidth={2.2} role="img" aria-label={kindWords[kind]} />
        <span className={styles["path"]} title={path}>
          {pathText(path)}
        </span>
      </th>
      <td>
        {words.length > 0 ? (
          <Segments segments={words} />
        ) : kind === "moved" ? (
          <span className={styles["quiet"]}>from {pathText(from ?? "")}</span>
        ) : (
          <>
            {before !== null && before !== undefined && <del className={styles["segment"]}>{before}</del>}
            {kind === "changed" && <span aria-hidden> → </span>}
            {after !== null && after !== undefined && <ins className={styles["segment"]}>{after}</ins>}
          </>
        )}
      </td>
    </tr>
  );
}

/** Returns a JSON pointer as one reads it: `messages › 0 › content`. */
export function pathText(pointer: string): string {
  if (pointer === "") return "(all of it)";
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(" › ");
}

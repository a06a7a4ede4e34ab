// Attributes with their types; long values are folded, each can be copied.
import { ListFilter } from "lucide-react";
import { Fragment, useContext, useState } from "react";
import type { Attribute } from "../api/messages.ts";
import { formatBytes, formatCount } from "../base/format.ts";
import { IconButton } from "../components/Button.tsx";
import { CopyButton } from "../components/CopyButton.tsx";
import { attributesWith, textOfValue, typeNameOf } from "./attribute-text.ts";
import styles from "./AttributeTable.module.css";
import { type FindTraces, FindTracesContext } from "./find-traces.ts";
import { nodeOfAnyValue } from "./json/json-node.ts";
import { JsonText } from "./json/JsonText.tsx";
import { JsonTree } from "./json/JsonTree.tsx";
import { hasChildren } from "./json/open-paths.ts";
import { SearchableText } from "./SearchableText.tsx";
import { Text } from "./Text.tsx";
import { startOf } from "./text-chunks.ts";

/** Longer keys are only hostile. */
const longKey = 160;
/** Fewer are found by eye. */
const filterFrom = 9;

type AttributeTableProps = {
  attributes: readonly Attribute[];
  /** How many the sender dropped. */
  nDropped?: number;
  /** What is said if there are none. */
  empty?: string;
  /** The query that finds traces with the same value; null for one that cannot be asked for. */
  conditionOf?: (key: string, value: Attribute["value"]) => string | null;
};

export function AttributeTable(props: AttributeTableProps) {
  const { attributes, nDropped = 0, empty = "No attributes", conditionOf } = props;
  const findTraces = useContext(FindTracesContext);
  const [filter, setFilter] = useState("");
  const shown = attributesWith(attributes, filter);
  return (
    <div>
      {attributes.length >= filterFrom && (
        <input
          type="search"
          className={styles["filter"]}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          placeholder="Filter attributes"
          aria-label="Filter attributes"
          spellCheck={false}
        />
      )}
      {attributes.length === 0 && <p className={styles["quiet"]}>{empty}</p>}
      {attributes.length > 0 && shown.length === 0 && <p className={styles["quiet"]}>None has this text</p>}
      <dl className={styles["table"]}>
        {shown.map(({ key, value }, place) => (
          <div key={`${place} ${key}`} className={styles["row"]}>
            <dt className={styles["key"]} dir="auto">
              {key === "" ? (
                <span className={styles["quiet"]}>(no key)</span>
              ) : (
                <BreakableKey text={startOf(key, longKey)} />
              )}
            </dt>
            <dd className={styles["value"]}>
              <Value value={value} />
              <span className={styles["tools"]}>
                <span className={styles["type"]}>{typeNameOf(value)}</span>
                <span className={styles["copy"]}>
                  <FindButton query={conditionOf?.(key, value) ?? null} findTraces={findTraces} of={key} />
                  <CopyButton text={() => textOfValue(value)} label={`Copy ${startOf(key, longKey)}`} />
                </span>
              </span>
            </dd>
          </div>
        ))}
      </dl>
      {nDropped > 0 && (
        <p className={styles["quiet"]}>{formatCount(nDropped, "more was", "more were")} dropped by the sender</p>
      )}
    </div>
  );
}

type FindButtonProps = { query: string | null; findTraces: FindTraces; of: string };

function FindButton({ query, findTraces, of }: FindButtonProps) {
  if (query === null || findTraces === null) return null;
  return (
    <IconButton
      label={`Traces with this ${startOf(of, longKey)}`}
      icon={<ListFilter size={12} />}
      onClick={() => findTraces(query)}
    />
  );
}

/** A key that does not fit its column breaks after a dot or an underscore. */
/** A key that breaks behind its dots and underscores. */
export function BreakableKey({ text }: { text: string }) {
  return text.split(/(?<=[._])/).map((part, place) => (
    <Fragment key={place}>
      {place > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

/** A text longer than this is folded to its first lines. */
const longText = 360;

function Value({ value }: { value: Attribute["value"] }) {
  const [isOpen, setIsOpen] = useState(false);
  const node = nodeOfAnyValue(value);
  if (node.kind === "bytes") return <Bytes base64={node.base64} />;
  if (node.kind !== "string") {
    return hasChildren(node) ? <JsonTree node={node} /> : <Literal kind={node.kind}>{textOfValue(value)}</Literal>;
  }
  if (node.value === "") return <span className={styles["quiet"]}>empty text</span>;
  const isLong = node.value.length > longText || node.value.split("\n", 7).length > 6;
  if (!isLong) return <Text text={node.value} isMono />;
  if (!isOpen) {
    return (
      <>
        <span className={styles["folded"]}>{node.value.slice(0, longText * 2)}</span>
        <button type="button" className={styles["unfold"]} onClick={() => setIsOpen(true)}>
          Show all
        </button>
      </>
    );
  }
  return (
    <>
      {/^\s*[[{]/.test(node.value) ? (
        <JsonText text={node.value} label="this value" />
      ) : (
        <SearchableText text={node.value} label="this value" isMono />
      )}
      <button type="button" className={styles["unfold"]} onClick={() => setIsOpen(false)}>
        Show less
      </button>
    </>
  );
}

/** Characters of base64 that are shown; the button copies all. */
const firstBase64 = 64;

function Bytes({ base64 }: { base64: string }) {
  const nBytes = Math.floor((base64.replace(/=+$/, "").length * 3) / 4);
  return (
    <>
      {formatBytes(nBytes)}{" "}
      <span className={styles["bytes"]}>
        base64 {base64.slice(0, firstBase64)}
        {base64.length > firstBase64 && "…"}
      </span>
    </>
  );
}

function Literal({ kind, children }: { kind: string; children: string }) {
  return (
    <span className={kind === "number" || kind === "boolean" ? styles["literal"] : styles["quiet"]}>{children}</span>
  );
}

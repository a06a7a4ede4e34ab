// One row of a tree: its key, its value or how much is in it, and, where the user is, ways to copy it.
import { ChevronRight, Copy, Link2, ListFilter } from "lucide-react";
import { type ReactNode, useContext } from "react";
import { formatBytes, formatCount } from "../../base/format.ts";
import { IconButton } from "../../components/Button.tsx";
import { FindTracesContext, textQuery } from "../find-traces.ts";
import { Text } from "../Text.tsx";
import { startOf } from "../text-chunks.ts";
import { placesIn } from "./find-in-json.ts";
import type { JsonNode } from "./json-node.ts";
import { textOfNode } from "./json-node.ts";
import styles from "./JsonTree.module.css";
import { Marked } from "./Marked.tsx";
import { hasChildren } from "./open-paths.ts";
import type { TreeRow } from "./tree-rows.ts";
import { branchOf } from "./tree-rows.ts";

type TreeRowViewProps = {
  id: string;
  row: TreeRow;
  isOpen: boolean;
  isActive: boolean;
  /** Whether no row of the tree can be opened: then no room is kept for chevrons. */
  isFlat: boolean;
  query: string;
  /** Whether the search is at this row. */
  isFound: boolean;
  /** A text longer than this is folded. */
  longText: number;
  isUnfolded: boolean;
  onUnfold: () => void;
  onCopy: (text: string) => void;
  address: () => string;
};

/** Levels that are told by indentation; deeper ones by their number. */
const mostIndents = 14;
const [indentWidth, chevronWidth, keyLength] = [13, 16, 300];

export function TreeRowView(props: TreeRowViewProps) {
  const { id, row, isOpen, isActive, isFlat, query, isFound } = props;
  const branch = branchOf(row.node);
  const isBranch = hasChildren(branch);
  const indent = Math.min(row.depth, mostIndents) * indentWidth;
  const key = row.key === "" ? '""' : row.key;
  return (
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={row.depth + 1}
      aria-posinset={row.place + 1}
      aria-setsize={row.nSiblings}
      aria-expanded={isBranch ? isOpen : undefined}
      aria-selected={isActive}
      className={styles["row"]}
      data-active={isActive || undefined}
      data-found={isFound || undefined}
      data-branch={isBranch || undefined}
      data-flat={isFlat || undefined}
      style={{ paddingLeft: isFlat ? indent : indent + chevronWidth }}
    >
      {isBranch && <ChevronRight size={12} className={styles["chevron"]} aria-hidden />}
      {row.depth > mostIndents && <span className={styles["level"]}>{row.depth + 1}</span>}
      <span className={styles["key"]} data-index={row.isIndex || undefined} dir="auto" title={key.slice(0, 1000)}>
        <Marked text={startOf(key, keyLength)} query={row.isIndex ? "" : query} />
      </span>{" "}
      {isBranch ? (
        <span className={styles["summary"]}>
          {branch.kind === "array" ? formatCount(branch.size, "item") : formatCount(branch.size, "key")}
          {branch !== row.node && " in a text"}
        </span>
      ) : (
        <Leaf {...props} node={row.node} />
      )}
      {isActive && <RowTools {...props} />}
    </div>
  );
}

function RowTools({ row, onCopy, address }: TreeRowViewProps) {
  const findTraces = useContext(FindTracesContext);
  const query = row.node.kind === "string" ? textQuery(row.node.value) : null;
  const act = (text: () => string) => (event: React.MouseEvent) => {
    event.stopPropagation();
    onCopy(text());
  };
  return (
    <span className={styles["tools"]}>
      <IconButton
        label="Copy value (c)"
        tabIndex={-1}
        icon={<Copy size={12} />}
        onClick={act(() => textOfNode(row.node))}
      />
      <IconButton label="Copy path (p)" tabIndex={-1} icon={<Link2 size={12} />} onClick={act(address)} />
      {findTraces !== null && query !== null && (
        <IconButton
          label="Traces with this text"
          tabIndex={-1}
          icon={<ListFilter size={12} />}
          onClick={(event) => {
            event.stopPropagation();
            findTraces(query);
          }}
        />
      )}
    </span>
  );
}

type LeafProps = Pick<TreeRowViewProps, "query" | "isFound" | "longText" | "isUnfolded" | "onUnfold"> & {
  node: JsonNode;
};

function Leaf({ node, ...rest }: LeafProps): ReactNode {
  switch (node.kind) {
    case "string":
      return node.value === "" ? <Quiet>empty text</Quiet> : <StringLeaf {...rest} text={node.value} />;
    case "bytes":
      return (
        <Quiet>
          {formatBytes(sizeOfBase64(node.base64))} of binary data, base64 {node.base64.slice(0, 48)}
          {node.base64.length > 48 && "…"}
        </Quiet>
      );
    case "number":
      return <Literal text={node.text} query={rest.query} />;
    case "boolean":
      return <Literal text={String(node.value)} query={rest.query} />;
    case "null":
      return <Quiet>null</Quiet>;
    case "array":
    case "object":
      return <Quiet>{node.kind === "array" ? "no items" : "no keys"}</Quiet>;
    default:
      return node satisfies never;
  }
}

/** What is shown around a match that lies in the folded part. */
const [contextBefore, contextAfter] = [120, 400];

function StringLeaf({
  text,
  query,
  isFound,
  longText,
  isUnfolded,
  onUnfold,
}: Omit<LeafProps, "node"> & { text: string }) {
  const isLong = text.length > longText;
  const isBlock = text.slice(0, longText).includes("\n");
  if (isLong && isUnfolded) {
    return (
      <span className={styles["block"]}>
        <Text text={text} />
      </span>
    );
  }
  const beginning = isLong ? startOf(text, longText) : text;
  const match = isFound && isLong ? (placesIn(text, query, 1)[0] ?? -1) : -1;
  return (
    <span className={styles["string"]} data-block={isBlock || undefined} dir="auto">
      <Marked text={beginning} query={query} />
      {isLong && "…"}
      {match + query.length > longText && (
        <span className={styles["context"]}>
          …<Marked text={text.slice(Math.max(0, match - contextBefore), match + contextAfter)} query={query} />…
        </span>
      )}
      {isLong && (
        <button
          type="button"
          className={styles["more"]}
          onClick={(event) => {
            event.stopPropagation();
            onUnfold();
          }}
        >
          Show all {formatBytes(text.length)}
        </button>
      )}
    </span>
  );
}

function Literal({ text, query }: { text: string; query: string }) {
  return (
    <span className={styles["literal"]}>
      <Marked text={startOf(text, 1000)} query={query} />
    </span>
  );
}

function Quiet({ children }: { children: ReactNode }) {
  return <span className={styles["quiet"]}>{children}</span>;
}

function sizeOfBase64(text: string): number {
  return Math.floor((text.replace(/=+$/, "").length * 3) / 4);
}

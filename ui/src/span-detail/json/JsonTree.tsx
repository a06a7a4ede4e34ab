// Shows a value as a tree that opens on demand. Everything in it is text, whatever it looks like.
import { ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import { formatCount, formatInteger } from "../../base/format.ts";
import { Text } from "../Text.tsx";
import type { JsonEntry, JsonNode } from "./json-node.ts";
import { nodeOfJsonText } from "./json-node.ts";
import styles from "./JsonTree.module.css";
import type { JsonPath } from "./open-paths.ts";
import { childPath, firstChildren, firstOpenPaths, hasChildren } from "./open-paths.ts";

export function JsonTree({ node }: { node: JsonNode }) {
  const [open, setOpen] = useState(() => firstOpenPaths(node));
  const toggle = (path: JsonPath): void => {
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(path)) after.add(path);
      return after;
    });
  };
  if (!hasChildren(node)) return <Leaf node={node} />;
  return (
    <div className={styles["tree"]}>
      <Children node={node} path="" open={open} toggle={toggle} />
    </div>
  );
}

type BranchProps = {
  node: JsonNode & { kind: "array" | "object" };
  path: JsonPath;
  open: ReadonlySet<JsonPath>;
  toggle: (path: JsonPath) => void;
};

function Children({ node, path, open, toggle }: BranchProps) {
  const [nShown, setNShown] = useState(firstChildren);
  const entries = node.children();
  const nMore = Math.min(firstChildren, entries.length - nShown);
  const isFlat = useMemo(() => path === "" && !entries.slice(0, firstChildren).some(isBranch), [path, entries]);
  return (
    <ul className={styles["children"]} data-root={path === "" || undefined} data-flat={isFlat || undefined}>
      {entries.slice(0, nShown).map((entry, place) => (
        <Entry
          key={place}
          entry={entry}
          isIndex={node.kind === "array"}
          path={childPath(path, place)}
          open={open}
          toggle={toggle}
        />
      ))}
      {nMore > 0 && (
        <li>
          <button type="button" className={styles["more"]} onClick={() => setNShown(nShown + firstChildren)}>
            Show {formatInteger(nMore)} more of {formatInteger(entries.length)}
          </button>
        </li>
      )}
    </ul>
  );
}

type EntryProps = Omit<BranchProps, "node"> & { entry: JsonEntry; isIndex: boolean };

function Entry({ entry, isIndex, path, open, toggle }: EntryProps) {
  const { key, node } = entry;
  const branch = useMemo(() => branchOf(node), [node]);
  const label = (
    <span className={styles["key"]} data-index={isIndex || undefined}>
      {key === "" ? '""' : key}
    </span>
  );
  if (!hasChildren(branch)) {
    return (
      <li className={styles["leaf"]} data-lines={(node.kind === "string" && node.value.includes("\n")) || undefined}>
        {label} <Leaf node={node} />
      </li>
    );
  }
  const isOpen = open.has(path);
  return (
    <li>
      <button type="button" className={styles["branch"]} aria-expanded={isOpen} onClick={() => toggle(path)}>
        <ChevronRight size={12} className={styles["chevron"]} aria-hidden />
        {label}
        <span className={styles["summary"]}>
          {summaryOf(branch)}
          {branch !== node && " in a text"}
        </span>
      </button>
      {isOpen && <Children node={branch} path={path} open={open} toggle={toggle} />}
    </li>
  );
}

/** A text that is JSON itself (arguments of a tool call, say) can be opened like a value. */
function branchOf(node: JsonNode): JsonNode {
  return node.kind === "string" ? (nodeOfJsonText(node.value) ?? node) : node;
}

function isBranch({ node }: JsonEntry): boolean {
  return hasChildren(branchOf(node));
}

function summaryOf(node: JsonNode & { kind: "array" | "object" }): string {
  return node.kind === "array" ? formatCount(node.size, "item") : formatCount(node.size, "key");
}

/** A value without children. */
export function Leaf({ node }: { node: JsonNode }) {
  switch (node.kind) {
    case "string":
      return node.value === "" ? <span className={styles["quiet"]}>empty text</span> : <Text text={node.value} />;
    case "bytes":
      return (
        <>
          <span className={styles["quiet"]}>base64 </span>
          <Text text={node.base64} isMono />
        </>
      );
    case "number":
      return <span className={styles["literal"]}>{node.text}</span>;
    case "boolean":
      return <span className={styles["literal"]}>{String(node.value)}</span>;
    case "null":
      return <span className={styles["quiet"]}>null</span>;
    case "array":
    case "object":
      return <span className={styles["quiet"]}>{node.kind === "array" ? "no items" : "no keys"}</span>;
    default:
      return node satisfies never;
  }
}

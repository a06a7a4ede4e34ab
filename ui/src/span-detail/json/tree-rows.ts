// The rows of a tree as far as it is open: what a list shows, and what keys move through. Pure.

import type { JsonNode } from "./json-node.ts";
import { nodeOfJsonText } from "./json-node.ts";
import type { JsonPath } from "./open-paths.ts";
import { childPath, hasChildren } from "./open-paths.ts";

export interface TreeRow {
  readonly path: JsonPath;
  /** 0 for the children of the root. */
  readonly depth: number;
  readonly key: string;
  /** Whether the key is a place in an array. */
  readonly isIndex: boolean;
  readonly node: JsonNode;
  /** Place among its siblings, from 0, and how many they are. */
  readonly place: number;
  readonly nSiblings: number;
}

const branches = new WeakMap<JsonNode, JsonNode>();

/** Returns the node itself, or for a text that is JSON (arguments of a tool call, say) what it says. */
export function branchOf(node: JsonNode): JsonNode {
  if (node.kind !== "string") return node;
  let branch = branches.get(node);
  if (branch === undefined) {
    branch = nodeOfJsonText(node.value) ?? node;
    branches.set(node, branch);
  }
  return branch;
}

/** Returns the rows below the root, in order. */
export function visibleRows(root: JsonNode, open: ReadonlySet<JsonPath>): TreeRow[] {
  const rows: TreeRow[] = [];
  // A stack of its own: a tree may be deeper than that of the engine.
  const pending: { node: JsonNode & { kind: "array" | "object" }; path: JsonPath; depth: number; place: number }[] = [];
  const enter = (node: JsonNode, path: JsonPath, depth: number): void => {
    const branch = branchOf(node);
    if (hasChildren(branch)) pending.push({ node: branch, path, depth, place: 0 });
  };
  enter(root, "", 0);
  for (let level = pending.at(-1); level !== undefined; level = pending.at(-1)) {
    const { node, path, depth } = level;
    const place = level.place++;
    const entry = node.children()[place];
    if (entry === undefined) {
      pending.pop();
      continue;
    }
    const at = childPath(path, place);
    rows.push({
      path: at,
      depth,
      key: entry.key,
      isIndex: node.kind === "array",
      node: entry.node,
      place,
      nSiblings: node.size,
    });
    if (open.has(at)) enter(entry.node, at, depth + 1);
  }
  return rows;
}

/** Returns the address of a node as programs write it: `$.messages[0].content`. */
export function addressOf(root: JsonNode, path: JsonPath): string {
  let node = branchOf(root);
  let address = "$";
  for (const place of placesOf(path)) {
    if (!hasChildren(node)) break;
    const entry = node.children()[place];
    if (entry === undefined) break;
    address += node.kind === "array" ? `[${place}]` : stepOf(entry.key);
    node = branchOf(entry.node);
  }
  return address;
}

function stepOf(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function placesOf(path: JsonPath): number[] {
  return path === "" ? [] : path.split("/").map(Number);
}

/** Returns the paths of all nodes above one, the root first. */
export function pathsAbove(path: JsonPath): JsonPath[] {
  const above: JsonPath[] = [""];
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) above.push(path.slice(0, at));
  return above;
}

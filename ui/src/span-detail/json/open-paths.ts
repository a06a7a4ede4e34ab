// Decides which nodes of a tree are open at first: as many as one can take in at once.

import type { JsonNode } from "./json-node.ts";

/** Rows that a tree may have without being asked. */
const usualRows = 40;
/** Children that a node shows before it is asked for more. */
export const firstChildren = 100;

/** Path of a node: the places of its ancestors and its own, `0/3/1`; the root is the empty one. */
export type JsonPath = string;

export function childPath(path: JsonPath, place: number): JsonPath {
  return path === "" ? String(place) : `${path}/${place}`;
}

/** Returns the nodes that are open at first: level by level, as long as the rows suffice; the root always. */
export function firstOpenPaths(root: JsonNode, firstRows = usualRows): Set<JsonPath> {
  const open = new Set<JsonPath>([""]);
  if (!hasChildren(root)) return open;
  let nRows = Math.min(root.size, firstChildren);
  let level: [JsonPath, JsonNode][] = [["", root]];
  while (level.length > 0 && nRows < firstRows) {
    const next: [JsonPath, JsonNode][] = [];
    for (const [path, node] of level) {
      if (!hasChildren(node)) continue;
      for (const [place, { node: child }] of node.children().slice(0, firstChildren).entries()) {
        if (!hasChildren(child) || nRows + child.size > firstRows) continue;
        nRows += child.size;
        open.add(childPath(path, place));
        next.push([childPath(path, place), child]);
      }
    }
    level = next;
  }
  return open;
}

export function hasChildren(node: JsonNode): node is JsonNode & { kind: "array" | "object" } {
  return (node.kind === "array" || node.kind === "object") && node.size > 0;
}

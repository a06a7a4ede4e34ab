// Finds a text in the keys and values of a tree, in steps, so that a tree of megabytes does not hold up the page. Pure.

import type { JsonNode } from "./json-node.ts";
import type { JsonPath } from "./open-paths.ts";
import { childPath, hasChildren } from "./open-paths.ts";
import { branchOf } from "./tree-rows.ts";

/** More are as good as none: one goes on typing. */
export const mostFound = 1000;

/** Returns whether a text has another in it, in any case. */
export function makeMatcher(query: string): (text: string) => boolean {
  const pattern = new RegExp(escapePattern(query), "iu");
  return (text) => pattern.test(text);
}

/** Returns the places of a text in another, in any case, at most `most`. */
export function placesIn(text: string, query: string, most = mostFound): number[] {
  if (query === "") return [];
  const places: number[] = [];
  for (const match of text.matchAll(new RegExp(escapePattern(query), "giu"))) {
    places.push(match.index);
    if (places.length >= most) break;
  }
  return places;
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** Yields the paths of nodes whose key or own value has the text, in order; `null` after each node without it. */
export function* findInJson(root: JsonNode, query: string): Generator<JsonPath | null> {
  const hasText = makeMatcher(query);
  const pending: { node: JsonNode & { kind: "array" | "object" }; path: JsonPath; place: number }[] = [];
  const top = branchOf(root);
  if (hasChildren(top)) pending.push({ node: top, path: "", place: 0 });
  for (let level = pending.at(-1); level !== undefined; level = pending.at(-1)) {
    const { node, path } = level;
    const place = level.place++;
    const entry = node.children()[place];
    if (entry === undefined) {
      pending.pop();
      continue;
    }
    const at = childPath(path, place);
    const branch = branchOf(entry.node);
    const isFound =
      (node.kind === "object" && hasText(entry.key)) || (!hasChildren(branch) && hasText(ownText(branch)));
    yield isFound ? at : null;
    if (hasChildren(branch)) pending.push({ node: branch, path: at, place: 0 });
  }
}

/** What a row shows of a value without children. */
function ownText(node: JsonNode): string {
  switch (node.kind) {
    case "string":
      return node.value;
    case "number":
      return node.text;
    case "boolean":
      return String(node.value);
    case "null":
      return "null";
    case "bytes":
    case "array":
    case "object":
      return "";
    default:
      return node satisfies never;
  }
}

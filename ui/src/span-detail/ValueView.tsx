// A value as what it is: a tree where it has parts, also within a text, else text.
import type { AnyValue } from "../api/messages.ts";
import { nodeOfValue, textOfNode } from "./json/json-node.ts";
import { JsonTree } from "./json/JsonTree.tsx";
import { hasChildren } from "./json/open-paths.ts";
import { Text } from "./Text.tsx";

export function ValueView({ value }: { value: AnyValue }) {
  const node = nodeOfValue(value);
  return hasChildren(node) ? <JsonTree node={node} /> : <Text text={textOfNode(node)} />;
}

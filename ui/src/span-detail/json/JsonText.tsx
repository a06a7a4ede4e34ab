// A text that is meant to be JSON: as a tree with search once it is read, as it is if it is none.
import type { JsonNode } from "./json-node.ts";
import styles from "./JsonText.module.css";
import { JsonTree } from "./JsonTree.tsx";
import { SearchBox } from "./SearchBox.tsx";
import { Text } from "../Text.tsx";
import { useJsonNode } from "./use-json-node.ts";
import { useJsonSearch } from "./use-json-search.ts";

type JsonTextProps = { text: string; label: string; firstRows?: number; longText?: number };

export function JsonText({ text, label, ...rest }: JsonTextProps) {
  const node = useJsonNode(text);
  if (node === undefined) return <p role="status">Reading…</p>;
  if (node === null) return <Text text={text} isMono />;
  return <Searchable node={node} label={label} {...rest} />;
}

function Searchable({ node, label, ...rest }: Omit<JsonTextProps, "text"> & { node: JsonNode }) {
  const search = useJsonSearch(node);
  return (
    <div className={styles["searchable"]}>
      <div className={styles["search"]}>
        <SearchBox
          label={`Search ${label}`}
          query={search.query}
          nFound={search.found.length}
          at={search.at}
          isComplete={search.isComplete}
          onAsk={search.ask}
          onStep={search.step}
        />
      </div>
      <JsonTree node={node} label={label} search={search} {...rest} />
    </div>
  );
}

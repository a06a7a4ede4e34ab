// What went into a span and what came out.
import { useState } from "react";
import type { AnyValue, SpanDetail } from "../api/messages.ts";
import { Button } from "../components/Button.tsx";
import { CopyButton } from "../components/CopyButton.tsx";
import { nodeOfValue, textOfNode } from "./json/json-node.ts";
import { JsonTree } from "./json/JsonTree.tsx";
import { hasChildren } from "./json/open-paths.ts";
import styles from "./panes.module.css";
import { Text } from "./Text.tsx";

export function InputsOutputs({ span }: { span: SpanDetail }) {
  const { inputs, outputs } = span;
  if (!inputs && !outputs) {
    return (
      <p className={styles["empty"]}>
        This span carries no inputs or outputs in a form that is known; what it carries is among its attributes
      </p>
    );
  }
  return (
    <div className={styles["pane"]}>
      {inputs && <ValueSection title="Inputs" value={inputs} />}
      {outputs && <ValueSection title="Outputs" value={outputs} />}
    </div>
  );
}

function ValueSection({ title, value }: { title: string; value: AnyValue }) {
  const [isRaw, setIsRaw] = useState(false);
  const node = nodeOfValue(value);
  const isTree = hasChildren(node);
  return (
    <section className={styles["section"]}>
      <header className={styles["sectionHead"]}>
        <h3 className={styles["sectionTitle"]}>{title}</h3>
        {isTree && (
          <Button variant="ghost" aria-pressed={isRaw} onClick={() => setIsRaw(!isRaw)}>
            {isRaw ? "Tree" : "Text"}
          </Button>
        )}
        <CopyButton text={() => textOfNode(node)} label={`Copy ${title.toLowerCase()}`} />
      </header>
      <div className={styles["card"]}>
        {isTree && isRaw ? <Text text={textOfNode(node)} isMono /> : <JsonTree node={node} />}
      </div>
    </section>
  );
}

// What went into a span and what came out, and for a tool which one ran.
import { useState } from "react";
import type { AnyValue, SpanDetail, ToolRun } from "../api/messages.ts";
import { Button } from "../components/Button.tsx";
import { CopyButton } from "../components/CopyButton.tsx";
import { LlmFacts } from "./chat/LlmFacts.tsx";
import { NotCaptured } from "./chat/NotCaptured.tsx";
import { hasChat, hasRetrieval } from "./inspector-tabs.ts";
import type { JsonNode } from "./json/json-node.ts";
import { nodeOfAnyValue, textOfNode } from "./json/json-node.ts";
import { JsonTree } from "./json/JsonTree.tsx";
import { hasChildren } from "./json/open-paths.ts";
import { SearchBox } from "./json/SearchBox.tsx";
import { useJsonNode } from "./json/use-json-node.ts";
import { useJsonSearch } from "./json/use-json-search.ts";
import styles from "./panes.module.css";
import { SearchableText } from "./SearchableText.tsx";
import { Text } from "./Text.tsx";

export function InputsOutputs({ span }: { span: SpanDetail }) {
  const tool = span.llm?.tool ?? null;
  const inputs = span.inputs ?? tool?.arguments;
  const outputs = span.outputs ?? tool?.result;
  const notCaptured = span.llm?.not_captured;
  return (
    <div className={styles["pane"]}>
      {tool && <ToolHead tool={tool} />}
      {/* A conversation and a retrieval tell them in tabs of their own. */}
      {span.llm && !hasChat(span) && !hasRetrieval(span) && <LlmFacts llm={span.llm} />}
      {inputs && <ValueSection title={span.inputs ? "Inputs" : "Arguments"} value={inputs} />}
      {outputs && <ValueSection title={span.outputs ? "Outputs" : "Result"} value={outputs} />}
      {notCaptured && <NotCaptured content={notCaptured} />}
      {!inputs && !outputs && !notCaptured && (
        <p className={styles["quiet"]}>
          This span carries no inputs or outputs in a form that is known; what it carries is among its attributes
        </p>
      )}
    </div>
  );
}

function ToolHead({ tool }: { tool: ToolRun }) {
  const { name, description, call_id: callId } = tool;
  if (!name && !description && !callId) return null;
  return (
    <section className={styles["section"]}>
      <header className={styles["sectionHead"]}>
        <h3 className={styles["sectionTitle"]} dir="auto">
          {name ? name.slice(0, 200) : "Tool"}
        </h3>
        {callId && <span className={styles["offset"]}>{callId.slice(0, 100)}</span>}
      </header>
      {description && <p className={styles["quiet"]}>{description.slice(0, 2000)}</p>}
    </section>
  );
}

function ValueSection({ title, value }: { title: string; value: AnyValue }) {
  const text = value.stringValue;
  return text === null || text === undefined ? (
    <NodeSection title={title} node={nodeOfAnyValue(value)} />
  ) : (
    <TextSection title={title} text={text} />
  );
}

function TextSection({ title, text }: { title: string; text: string }) {
  const node = useJsonNode(text);
  if (node === undefined) {
    return (
      <p role="status" className={styles["quiet"]}>
        Reading {title.toLowerCase()}…
      </p>
    );
  }
  return (
    <NodeSection key={node === null ? "text" : "tree"} title={title} node={node ?? { kind: "string", value: text }} />
  );
}

/** Shorter values are searched by eye. */
const longValue = 400;

function NodeSection({ title, node }: { title: string; node: JsonNode }) {
  const [isRaw, setIsRaw] = useState(false);
  const search = useJsonSearch(node);
  const isTree = hasChildren(node);
  const name = title.toLowerCase();
  return (
    <section className={styles["section"]} aria-label={title}>
      <header className={styles["sectionHead"]} data-stuck>
        <h3 className={styles["sectionTitle"]}>{title}</h3>
        {isTree && !isRaw && isLong(node) && (
          <SearchBox
            label={`Search ${name}`}
            query={search.query}
            nFound={search.found.length}
            at={search.at}
            isComplete={search.isComplete}
            onAsk={search.ask}
            onStep={search.step}
          />
        )}
        {isTree && (
          <Button variant="ghost" aria-pressed={isRaw} onClick={() => setIsRaw(!isRaw)}>
            {isRaw ? "Tree" : "Text"}
          </Button>
        )}
        <CopyButton text={() => textOfNode(node)} label={`Copy ${name}`} />
      </header>
      <div className={styles["card"]}>
        {isTree && isRaw ? (
          <SearchableText text={textOfNode(node)} label={name} isMono />
        ) : isTree ? (
          <JsonTree node={node} label={title} search={search} />
        ) : node.kind === "string" && node.value.length > longValue ? (
          <SearchableText text={node.value} label={name} />
        ) : node.kind === "string" && node.value === "" ? (
          <span className={styles["quiet"]}>empty text</span>
        ) : (
          <Text text={textOfNode(node)} />
        )}
      </div>
    </section>
  );
}

/** Whether a tree has more than one takes in at a glance. */
function isLong(node: JsonNode & { kind: "array" | "object" }): boolean {
  if (node.size > 8) return true;
  return node
    .children()
    .some(({ node: child }) => hasChildren(child) || (child.kind === "string" && child.value.length > longValue));
}

// A tool call with its result in one card; a call that waits for one and a result without a call say so.
import { Wrench } from "lucide-react";
import type { AnyValue } from "../../api/messages.ts";
import { Badge } from "../../components/Badge.tsx";
import { CopyButton } from "../../components/CopyButton.tsx";
import { nodeOfAnyValue, textOfNode } from "../json/json-node.ts";
import { JsonTree } from "../json/JsonTree.tsx";
import { hasChildren } from "../json/open-paths.ts";
import styles from "./chat.module.css";
import type { ToolCallPart, ToolResultPart } from "./conversation.ts";
import { MarkedText } from "./MarkedText.tsx";

type ToolCardProps = {
  call: ToolCallPart | null;
  result: ToolResultPart | null;
  /** Whether this is the answer of the model: then the result can only come later. */
  isOutput: boolean;
  /** Whether the result was found in the next call. */
  isLater?: boolean;
};

export function ToolCard({ call, result, isOutput, isLater = false }: ToolCardProps) {
  const name = call?.name || result?.name || "tool";
  const id = call?.id ?? result?.id;
  return (
    <div className={styles["tool"]} data-testid="tool-card" data-failed={result?.is_error === true || undefined}>
      <header className={styles["toolHead"]}>
        <Wrench size={12} aria-hidden />
        <span className={styles["toolName"]} dir="auto" title={name.slice(0, 1000)}>
          {name.slice(0, 200)}
        </span>
        {id && (
          <span className={styles["toolId"]} title={id.slice(0, 1000)}>
            {id.slice(0, 100)}
          </span>
        )}
        {result?.is_error === true && <Badge tone="error">failed</Badge>}
        {call && <CopyButton text={() => textOfNode(nodeOfAnyValue(call.arguments))} label="Copy arguments" />}
      </header>
      {call ? (
        <Side name="Arguments">
          <Value value={call.arguments} />
        </Side>
      ) : (
        <p className={styles["toolNote"]}>The call is not in this span</p>
      )}
      {result ? (
        <Side name="Result" note={isLater ? "in the next call" : undefined}>
          <Value value={result.content} />
        </Side>
      ) : (
        <p className={styles["toolNote"]}>
          {isOutput ? "No result of it was found" : "Its result is not in this span"}
        </p>
      )}
    </div>
  );
}

type SideProps = { name: string; note?: string | undefined; children: React.ReactNode };

function Side({ name, note, children }: SideProps) {
  return (
    <div className={styles["toolSide"]}>
      <span className={styles["toolLabel"]}>{name}</span>
      <div className={styles["toolValue"]}>
        {children}
        {note && <p className={styles["quiet"]}>{note}</p>}
      </div>
    </div>
  );
}

/** A card is one of many. */
const rowsInCard = 16;

/** A tree where there are parts; a text is folded to its beginning. */
function Value({ value }: { value: AnyValue }) {
  const node = nodeOfAnyValue(value);
  if (hasChildren(node)) return <JsonTree node={node} firstRows={rowsInCard} />;
  return <MarkedText text={textOfNode(node)} />;
}

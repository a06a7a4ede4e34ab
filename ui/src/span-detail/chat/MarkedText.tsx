// Text of a message: code blocks as code, JSON as a tree, all else as plain text. Nothing in it is ever markup of the page.
import { useState } from "react";
import { formatBytes } from "../../base/format.ts";
import { CopyButton } from "../../components/CopyButton.tsx";
import { nodeOfJsonText } from "../json/json-node.ts";
import { JsonTree } from "../json/JsonTree.tsx";
import { hasChildren } from "../json/open-paths.ts";
import { Text } from "../Text.tsx";
import { startOf } from "../text-chunks.ts";
import styles from "./chat.module.css";
import { blocksOf, runsOf } from "./marked-text.ts";

/** Longer texts are shown without looking for marks. */
const longestMarked = 64 * 1024;
/** What is said at length is folded to its beginning, so that the next message is in sight. */
const firstLength = 1200;
const firstLines = 14;

type MarkedTextProps = {
  text: string;
  /** Whether all of it is shown at once, as far as 64 kB. */
  isWhole?: boolean;
};

export function MarkedText({ text, isWhole = false }: MarkedTextProps) {
  const [isOpen, setIsOpen] = useState(false);
  if (text === "") return <span className={styles["quiet"]}>empty text</span>;
  const json = nodeOfJsonText(text);
  if (json !== null && hasChildren(json)) return <JsonTree node={json} firstRows={isWhole ? 40 : 16} />;
  const beginning = isWhole || isOpen ? text : beginningOf(text);
  return (
    <div className={styles["text"]}>
      {beginning.length > longestMarked ? <Text text={beginning} /> : <Blocks text={beginning} />}
      {beginning.length < text.length && (
        <button type="button" className={styles["more"]} onClick={() => setIsOpen(true)}>
          Show all {formatBytes(text.length)}
        </button>
      )}
      {isOpen && (
        <button type="button" className={styles["more"]} onClick={() => setIsOpen(false)}>
          Show less
        </button>
      )}
    </div>
  );
}

/** Returns the text itself unless a good part would be folded. */
function beginningOf(text: string): string {
  const lines = text.slice(0, firstLength * 2).split("\n", firstLines);
  const beginning = startOf(lines.join("\n"), firstLength);
  return beginning.length * 1.25 > text.length ? text : beginning;
}

function Blocks({ text }: { text: string }) {
  return blocksOf(text).map((block, place) =>
    block.kind === "code" ? (
      <figure key={place} className={styles["code"]}>
        <figcaption className={styles["codeHead"]}>
          {block.language || "code"}
          <CopyButton text={block.text} label="Copy code" />
        </figcaption>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
        <pre className={styles["codeText"]} tabIndex={0} role="region" aria-label="Code">
          {block.text}
        </pre>
      </figure>
    ) : (
      <p key={place} className={styles["paragraph"]} dir="auto">
        {runsOf(block.text).map((run, at) =>
          run.kind === "plain" ? (
            run.text
          ) : run.kind === "code" ? (
            <code key={at} className={styles["inlineCode"]}>
              {run.text}
            </code>
          ) : (
            <strong key={at}>{run.text}</strong>
          ),
        )}
      </p>
    ),
  );
}

// Shows a text of any length as it is: never as markup, the first 64 kB at once, the rest when asked.
import { useState } from "react";
import { formatBytes } from "../base/format.ts";
import styles from "./Text.module.css";
import { chunksOf, firstCharacters, startOf } from "./text-chunks.ts";

export function Text({ text, isMono = false }: { text: string; isMono?: boolean }) {
  const [isWhole, setIsWhole] = useState(false);
  if (text.length <= firstCharacters) {
    return (
      <span className={styles["text"]} data-mono={isMono || undefined} dir="auto">
        {text}
      </span>
    );
  }
  return (
    <span className={styles["long"]} data-mono={isMono || undefined} dir="auto">
      {(isWhole ? chunksOf(text) : chunksOf(startOf(text))).map((chunk, place) => (
        <span key={place} className={styles["chunk"]}>
          {chunk}
        </span>
      ))}
      {!isWhole && (
        <button type="button" className={styles["more"]} onClick={() => setIsWhole(true)}>
          Show all {formatBytes(text.length)}
        </button>
      )}
    </span>
  );
}

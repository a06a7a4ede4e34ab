// The messages of both sides, aligned: those that differ in full, those that do not in a line.
import { useState } from "react";
import type { ComparedMessage } from "../../api/messages.ts";
import styles from "./PairPane.module.css";
import { Segments } from "./Segments.tsx";

type MessageDiffProps = { input: readonly ComparedMessage[]; output: readonly ComparedMessage[] };

export function MessageDiff({ input, output }: MessageDiffProps) {
  return (
    <ol className={styles["messages"]}>
      {input.map((message, place) => (
        <Message key={`in ${place}`} message={message} />
      ))}
      {output.map((message, place) => (
        <Message key={`out ${place}`} message={message} isAnswer />
      ))}
    </ol>
  );
}

const stateWords = { same: "same", changed: "changed", added: "new", removed: "gone" } as const;

function Message({ message, isAnswer = false }: { message: ComparedMessage; isAnswer?: boolean }) {
  const { role, state, segments } = message;
  const [isOpen, setIsOpen] = useState(state !== "same");
  return (
    <li className={styles["message"]} data-state={state} data-testid="compared-message">
      <div className={styles["messageHead"]}>
        <span className={styles["role"]}>{role}</span>
        {isAnswer && <span className={styles["quiet"]}>answer</span>}
        <span className={styles["state"]}>{stateWords[state]}</span>
        {state === "same" && (
          <button type="button" className={styles["more"]} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            {isOpen ? "Less" : "All of it"}
          </button>
        )}
      </div>
      <div className={styles["text"]} data-open={isOpen} dir="auto">
        <Segments segments={segments} />
      </div>
    </li>
  );
}

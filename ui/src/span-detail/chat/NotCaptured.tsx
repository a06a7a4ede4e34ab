// Says that content is missing because its sender was told so, and how to get it the next time.
import { EyeOff } from "lucide-react";
import type { NotCaptured as NotCapturedContent } from "../../api/messages.ts";
import { CopyButton } from "../../components/CopyButton.tsx";
import styles from "./chat.module.css";

export function NotCaptured({ content }: { content: NotCapturedContent }) {
  return (
    <section className={styles["notCaptured"]} data-testid="not-captured">
      <h3 className={styles["notCapturedTitle"]}>
        <EyeOff size={14} aria-hidden />
        Content not captured
      </h3>
      <p>{content.reason}</p>
      <p className={styles["enable"]}>
        <span>Enable with</span>
        <code>{content.enable_with}</code>
        <CopyButton text={content.enable_with} label="Copy the setting" />
      </p>
    </section>
  );
}

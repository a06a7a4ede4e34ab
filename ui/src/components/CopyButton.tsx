// A button that copies a text and says for a moment whether that worked.
import { Check, Copy, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, IconButton } from "./Button.tsx";
import { useCopyText } from "./clipboard-context.ts";
import styles from "./CopyButton.module.css";

type CopyButtonProps = {
  /** What is copied; a function when it is costly to make. */
  text: string | (() => string);
  /** What it is, for its name: `Copy trace id`. */
  label: string;
  /** Shown beside the icon; without it the button is an icon only. */
  caption?: string;
};

const shownForMs = 1600;

export function CopyButton({ text, label, caption }: CopyButtonProps) {
  const copyText = useCopyText();
  const [outcome, setOutcome] = useState<"idle" | "copied" | "failed">("idle");

  useEffect(() => {
    if (outcome === "idle") return undefined;
    const timer = setTimeout(() => setOutcome("idle"), shownForMs);
    return () => clearTimeout(timer);
  }, [outcome]);

  const onClick = (): void => {
    copyText(typeof text === "string" ? text : text()).then(
      () => setOutcome("copied"),
      () => setOutcome("failed"),
    );
  };
  const said = outcome === "copied" ? "Copied" : outcome === "failed" ? "Copying failed" : "";
  const icon =
    outcome === "copied" ? (
      <Check size={14} className={styles["copied"]} />
    ) : outcome === "failed" ? (
      <TriangleAlert size={14} className={styles["failed"]} />
    ) : (
      <Copy size={14} />
    );

  return (
    <>
      {caption === undefined ? (
        <IconButton label={label} icon={icon} onClick={onClick} />
      ) : (
        <Button icon={icon} aria-label={label} onClick={onClick}>
          {said || caption}
        </Button>
      )}
      <span role="status" className={styles["said"]}>
        {said}
      </span>
    </>
  );
}

// A text to copy into a program or a shell, with its title and a copy button.
import styles from "./CodeBlock.module.css";
import { CopyButton } from "./CopyButton.tsx";

type CodeBlockProps = {
  title: string;
  code: string;
  /** What is copied, where that differs from what is shown. */
  copied?: () => string;
};

export function CodeBlock({ title, code, copied }: CodeBlockProps) {
  return (
    <figure className={styles["block"]}>
      <figcaption className={styles["caption"]}>
        {title}
        <CopyButton text={copied ?? code} label={`Copy ${title}`} />
      </figcaption>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <pre className={styles["code"]} tabIndex={0} role="region" aria-label={title}>
        <code>{code}</code>
      </pre>
    </figure>
  );
}

// What a page or pane shows when it has nothing to show, or could not get it.
import type { ReactNode } from "react";
import styles from "./EmptyState.module.css";

type EmptyStateProps = {
  icon?: ReactNode;
  title: string;
  /** What it means, or what to do. */
  children?: ReactNode;
  actions?: ReactNode;
  tone?: "neutral" | "error";
  /** Level of the title: 1 where it is the whole page. */
  level?: 1 | 2;
};

export function EmptyState({ icon, title, children, actions, tone = "neutral", level = 2 }: EmptyStateProps) {
  const Heading = `h${level}` as const;
  return (
    <div className={styles["empty"]} data-tone={tone} role={tone === "error" ? "alert" : undefined}>
      {icon !== undefined && <div className={styles["icon"]}>{icon}</div>}
      <Heading className={styles["title"]}>{title}</Heading>
      {children !== undefined && <div className={styles["body"]}>{children}</div>}
      {actions !== undefined && <div className={styles["actions"]}>{actions}</div>}
    </div>
  );
}

// The bar on top of a page: where one is, what it is, and what one can do.
import type { ReactNode } from "react";
import styles from "./PageHeader.module.css";

type PageHeaderProps = {
  title: ReactNode;
  /** What the page belongs to, before the title. */
  crumb?: ReactNode;
  /** Facts, after the title. */
  children?: ReactNode;
  actions?: ReactNode;
};

export function PageHeader({ title, crumb, children, actions }: PageHeaderProps) {
  return (
    <header className={styles["header"]}>
      {crumb !== undefined && (
        <>
          <span className={styles["crumb"]}>{crumb}</span>
          <span className={styles["separator"]} aria-hidden>
            ›
          </span>
        </>
      )}
      <h1 className={styles["title"]}>{title}</h1>
      {children}
      <span className={styles["space"]} />
      {actions}
    </header>
  );
}

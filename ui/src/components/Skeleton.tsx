// Placeholders while something loads: a grey line, and a small spinner. Both appear late, so that quick answers don't flicker.
import styles from "./Skeleton.module.css";

export function Skeleton({ width = "100%", height = 10 }: { width?: number | string; height?: number }) {
  return <span aria-hidden className={styles["line"]} style={{ width, height }} />;
}

/** Fills a page that waits for its data. */
export function PageLoading({ label }: { label: string }) {
  return (
    <div className={styles["page"]}>
      <Spinner label={label} />
    </div>
  );
}

export function Spinner({ label }: { label: string }) {
  return <span role="status" aria-label={label} className={styles["spinner"]} />;
}

// The loupe.
import styles from "./Shell.module.css";

export function Logo() {
  return (
    <svg className={styles["logo"]} width="28" height="28" viewBox="0 0 32 32" aria-hidden>
      <circle cx="14" cy="14" r="10.5" fill="none" stroke="var(--accent)" strokeWidth="3.2" />
      <path d="m22 22 6.5 6.5" stroke="var(--accent)" strokeWidth="3.6" strokeLinecap="round" />
    </svg>
  );
}

// The bar over every page while the server does not answer: what is shown may be old, and nothing new comes.
import { Unplug } from "lucide-react";
import { useLiveState } from "../api/live-react.tsx";
import styles from "./StoreBanner.module.css";

/** The region is there before it has something to say, or screen readers would not hear of it. */
export function ConnectionBanner() {
  const isOffline = useLiveState() === "offline";
  return (
    <div role="status" aria-label="Connection">
      {isOffline && (
        <div className={styles["banner"]} data-testid="connection-banner">
          <Unplug size={15} aria-hidden />
          <strong>Traceloupe does not answer</strong>
          <span className={styles["advice"]}>
            What you see is the last that was known. Start it again: then this page goes on by itself.
          </span>
        </div>
      )}
    </div>
  );
}

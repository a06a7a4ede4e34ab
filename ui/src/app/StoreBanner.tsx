// The bar over every page while the store takes no writes.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { DatabaseZap } from "lucide-react";
import { statusQuery } from "../api/queries.ts";
import { formatExactTime, formatListTime } from "../base/format.ts";
import { storeTroubleOf } from "./store-state.ts";
import styles from "./StoreBanner.module.css";

/** The region is there before it has something to say, or screen readers would not hear of it. */
export function StoreBanner() {
  const store = useQuery(statusQuery()).data?.store;
  const trouble = store ? storeTroubleOf(store) : null;
  return (
    <div role="status" aria-label="Store">
      {store && trouble && (
        <div className={styles["banner"]} data-tone={trouble.tone} data-testid="store-banner" data-state={store.state}>
          <DatabaseZap size={15} aria-hidden />
          <strong>{trouble.title}</strong>
          <span className={styles["advice"]}>{trouble.advice}</span>
          {store.since_unix_nano && (
            <span className={styles["since"]} title={formatExactTime(store.since_unix_nano)}>
              since {formatListTime(store.since_unix_nano)}
            </span>
          )}
          <Link to="/diagnostics" className={styles["link"]}>
            Details
          </Link>
        </div>
      )}
    </div>
  );
}

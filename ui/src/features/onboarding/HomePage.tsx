// The first page: where Traceloupe listens, what to paste to send traces there, and the trace that just came in.
import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { httpOrigin } from "../../api/listeners.ts";
import { experimentsQuery, latestTracesQuery, statusQuery } from "../../api/queries.ts";
import { Button } from "../../components/Button.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { PageLoading } from "../../components/Skeleton.tsx";
import { Arrivals } from "./Arrivals.tsx";
import styles from "./HomePage.module.css";
import { Listeners } from "./Listeners.tsx";
import { Snippets } from "./Snippets.tsx";
import { TryIt } from "./TryIt.tsx";

const nLatest = 5;

export function HomePage() {
  const status = useQuery(statusQuery());
  const experiments = useQuery(experimentsQuery());
  const latest = useQuery(latestTracesQuery(nLatest));
  const error = status.error ?? experiments.error ?? latest.error;

  return (
    <div className={styles["page"]}>
      <title>Traceloupe</title>
      <PageHeader title="Home" />
      {status.data && experiments.data && latest.data ? (
        <div className={styles["scroller"]}>
          <div className={styles["columns"]}>
            <div>
              <h2 className={styles["headline"]}>
                {latest.data.n_total === 0 ? "Send your first trace" : "Send traces"}
              </h2>
              <p className={styles["lead"]}>
                Traceloupe listens on this machine. Run one of these, and the trace shows up here.
              </p>
              <Snippets
                url={httpOrigin(status.data, window.location)}
                experiments={experiments.data.experiments}
                defaultExperimentId={status.data.default_experiment_id}
              />
            </div>
            <aside className={styles["side"]}>
              <Listeners status={status.data} />
              <TryIt experimentId={status.data.default_experiment_id} />
              {/* Last, because it grows while one points at what is above. */}
              <Arrivals latest={latest.data} />
            </aside>
          </div>
        </div>
      ) : error ? (
        <EmptyState
          tone="error"
          icon={<TriangleAlert size={28} strokeWidth={1.5} />}
          title="Traceloupe does not answer"
          actions={
            <Button onClick={() => void Promise.all([status.refetch(), experiments.refetch(), latest.refetch()])}>
              Try again
            </Button>
          }
        >
          {error.message}
        </EmptyState>
      ) : (
        <PageLoading label="Loading" />
      )}
    </div>
  );
}

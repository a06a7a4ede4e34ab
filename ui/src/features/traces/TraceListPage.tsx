// The page that lists traces: of all experiments, or of one.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { SearchX, TriangleAlert, Waypoints } from "lucide-react";
import { useMemo } from "react";
import { experimentsQuery } from "../../api/queries.ts";
import { formatCount } from "../../base/format.ts";
import { Button } from "../../components/Button.tsx";
import { CopyButton } from "../../components/CopyButton.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { TraceList } from "./TraceList.tsx";
import styles from "./TraceList.module.css";
import { useTraceFeed } from "./use-trace-feed.ts";

/** `experimentId` null lists the traces of all experiments. */
export function TraceListPage({ experimentId }: { experimentId: string | null }) {
  const { feed, error, retry, loadMore, paging } = useTraceFeed(experimentId);
  const experiments = useQuery(experimentsQuery()).data?.experiments;
  const experiment = experiments?.find((one) => one.experiment_id === experimentId);
  const names = useMemo(
    () => new Map(experiments?.map((one) => [one.experiment_id, one.name] as const) ?? []),
    [experiments],
  );
  const isUnknown = experimentId !== null && experiments !== undefined && experiment === undefined;
  const title = experimentId === null ? "Traces" : (experiment?.name ?? `Experiment ${experimentId}`);

  return (
    <div className={styles["page"]}>
      <title>{`${title} · Traceloupe`}</title>
      <PageHeader title={title} crumb={experimentId === null ? undefined : <Link to="/experiments">Experiments</Link>}>
        {experiment && (
          <span className={styles["id"]}>
            id {experiment.experiment_id}
            <CopyButton text={experiment.experiment_id} label="Copy experiment id" />
          </span>
        )}
        {feed && !isUnknown && (
          <span className={styles["count"]} data-testid="trace-count">
            {formatCount(feed.nTotal, "trace")}
          </span>
        )}
      </PageHeader>
      {isUnknown ? (
        <EmptyState
          icon={<SearchX size={28} strokeWidth={1.5} />}
          title={`There is no experiment ${experimentId}`}
          actions={<Link to="/experiments">See all experiments</Link>}
        />
      ) : feed && feed.rows.length > 0 ? (
        <TraceList
          key={experimentId}
          feed={feed}
          paging={paging}
          loadMore={loadMore}
          experimentNames={experimentId === null ? names : null}
        />
      ) : feed ? (
        <NoTraces isOneExperiment={experimentId !== null} />
      ) : error ? (
        <EmptyState
          tone="error"
          icon={<TriangleAlert size={28} strokeWidth={1.5} />}
          title="The traces could not be loaded"
          actions={<Button onClick={() => void retry()}>Try again</Button>}
        >
          {error.message}
        </EmptyState>
      ) : (
        <LoadingRows />
      )}
    </div>
  );
}

function NoTraces({ isOneExperiment }: { isOneExperiment: boolean }) {
  return (
    <EmptyState
      icon={<Waypoints size={28} strokeWidth={1.5} />}
      title={isOneExperiment ? "No traces in this experiment yet" : "No traces yet"}
      actions={<Link to="/">How to send traces</Link>}
    >
      They appear here as they arrive
    </EmptyState>
  );
}

function LoadingRows() {
  return (
    <div role="status" aria-label="Loading traces">
      {Array.from({ length: 12 }, (_, index) => (
        <div key={index} className={styles["skeletonRow"]}>
          <Skeleton width={56} />
          <Skeleton width={140 + ((index * 67) % 120)} />
          <Skeleton width={80} />
        </div>
      ))}
    </div>
  );
}

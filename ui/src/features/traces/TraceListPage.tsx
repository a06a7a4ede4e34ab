// The page that lists traces, of all experiments or of one, under a query, an order and a time that its address holds.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import {
  Columns3,
  FlaskConical,
  FolderInput,
  GitCompareArrows,
  Pause,
  Play,
  SearchX,
  TriangleAlert,
  Waypoints,
  X,
} from "lucide-react";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ApiError } from "../../api/client.ts";
import type { ExperimentSummary, TraceSummary } from "../../api/messages.ts";
import { moveTraces } from "../../api/mutations.ts";
import { experimentsQuery } from "../../api/queries.ts";
import { useBaseline } from "../../api/use-baseline.ts";
import { formatCount, formatInteger, formatName } from "../../base/format.ts";
import { ActionsMenu } from "../../components/ActionsMenu.tsx";
import { Badge } from "../../components/Badge.tsx";
import { BaselineMenu } from "../../components/BaselineMenu.tsx";
import { Button, IconButton } from "../../components/Button.tsx";
import { CopyButton } from "../../components/CopyButton.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { Kbd } from "../../components/Kbd.tsx";
import { OptionsMenu } from "../../components/OptionsMenu.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { PausedNote } from "../../components/PausedNote.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { useFrozen } from "../../components/use-frozen.ts";
import { usePauseKey } from "../../components/use-pause-key.ts";
import { columns } from "./columns.tsx";
import type { TraceFeed } from "./feed.ts";
import {
  type ColumnId,
  columnIds,
  defaultColumns,
  type ListView,
  runOf,
  usualView,
  withCondition,
} from "./list-view.ts";
import toolbar from "./ListToolbar.module.css";
import { pairOf } from "./marked-pair.ts";
import { QueryBar } from "./QueryBar.tsx";
import { RunLine } from "./RunLine.tsx";
import { TimeMenu } from "./TimeMenu.tsx";
import { TraceList } from "./TraceList.tsx";
import styles from "./TraceList.module.css";
import { useTraceFeed } from "./use-trace-feed.ts";

type TraceListPageProps = {
  /** Null lists the traces of all experiments. */
  experimentId: string | null;
  view: ListView;
  onView: (view: ListView) => void;
};

export function TraceListPage({ experimentId, view, onView }: TraceListPageProps) {
  const { feed, isFormer, error, retry, loadMore, paging } = useTraceFeed(experimentId, view);
  const experiments = useQuery(experimentsQuery()).data?.experiments;
  const experiment = experiments?.find((one) => one.experiment_id === experimentId);
  const names = useMemo(
    () => new Map(experiments?.map((one) => [one.experiment_id, one.name] as const) ?? []),
    [experiments],
  );
  const isUnknown = experimentId !== null && experiments !== undefined && experiment === undefined;
  const title = experimentId === null ? "Traces" : (experiment?.name ?? `Experiment ${experimentId}`);
  const shownColumns = view.columns.filter((id) => id !== "experiment" || experimentId === null);

  const runId = runOf(view.filter);
  const page = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const toList = (): void => page.current?.querySelector<HTMLElement>('[role="grid"]')?.focus();
  const { marked, onMark, clear, compare } = useMarks(feed);
  const { isPaused, toggle: togglePause } = usePausedList(feed !== undefined && feed.rows.length > 0);
  const [news, setNews] = useState<string | undefined>(undefined);
  const nTotal = useFrozen(feed?.nTotal, isPaused && feed !== undefined, feed?.kind.id);
  const onCondition = useCallback(
    (condition: string) => onView({ ...view, filter: withCondition(view.filter, condition) }),
    [view, onView],
  );

  return (
    <div className={styles["page"]} ref={page}>
      <title>{`${title} · Traceloupe`}</title>
      <PageHeader
        title={title}
        crumb={experimentId === null ? undefined : <Link to="/experiments">Experiments</Link>}
        actions={
          <MarkedTools
            marked={marked}
            only={marked.length === 1 ? feed?.rows.find((row) => row.trace_id === marked[0]) : undefined}
            experiments={
              experiments?.filter((one) => one.lifecycle_stage === "active" && one.experiment_id !== experimentId) ?? []
            }
            onCompare={compare}
            onClear={clear}
          />
        }
      >
        {experiment?.lifecycle_stage === "deleted" && (
          <Badge title="Its traces are in no list but this one until it is restored">deleted</Badge>
        )}
        {experiment && (
          <span className={styles["id"]}>
            id {experiment.experiment_id}
            <CopyButton text={experiment.experiment_id} label="Copy experiment id" />
          </span>
        )}
        {feed && !isUnknown && (
          <span className={styles["count"]} data-testid="trace-count">
            {nTotal == null ? `${formatInteger(feed.rows.length)}+ traces` : formatCount(nTotal, "trace")}
          </span>
        )}
        {isPaused && (
          <PausedNote
            news={news}
            onResume={() => {
              togglePause();
              toList();
            }}
          />
        )}
        {!isUnknown && (
          <Link
            to="/sessions"
            search={experimentId === null ? {} : { experiment: experimentId }}
            className={styles["sibling"]}
          >
            Sessions
          </Link>
        )}
      </PageHeader>
      {isUnknown ? (
        <EmptyState
          icon={<SearchX size={28} strokeWidth={1.5} />}
          title={`There is no experiment ${experimentId}`}
          actions={<Link to="/experiments">See all experiments</Link>}
        />
      ) : (
        <>
          <div className={toolbar["toolbar"]}>
            <QueryBar
              inputRef={input}
              experimentId={experimentId}
              filter={view.filter}
              onApply={(filter) => onView({ ...view, filter })}
              onLeave={toList}
            />
            <div className={toolbar["tools"]}>
              <IconButton
                label={isPaused ? "Resume live updates (.)" : "Pause live updates (.)"}
                icon={isPaused ? <Play size={15} /> : <Pause size={15} />}
                disabled={!isPaused && (feed === undefined || feed.rows.length === 0)}
                onClick={togglePause}
              />
              <TimeMenu time={view.time} onTime={(time) => onView({ ...view, time })} />
              <ColumnsMenu view={view} hasExperiment={experimentId === null} onView={onView} />
              <CopyButton text={() => location.href} label="Copy a link to this list" />
            </div>
          </div>
          {runId !== null && <RunLine runId={runId} />}
          {error !== null && (!feed || isFormer) ? (
            <NotLoaded
              error={error}
              hasQuery={view.filter !== ""}
              onRetry={() => void retry()}
              onClear={() => onView({ ...view, filter: "", order: null })}
            />
          ) : feed && feed.rows.length > 0 ? (
            <div className={styles["results"]} data-former={isFormer || undefined} aria-busy={isFormer}>
              <TraceList
                feed={feed}
                paging={paging}
                loadMore={loadMore}
                experimentNames={names}
                shownColumns={shownColumns}
                order={view.order}
                onOrder={(order) => onView({ ...view, order })}
                marked={marked}
                onMark={onMark}
                onUnmarkAll={clear}
                onCompare={compare}
                onSearch={() => input.current?.focus()}
                onCondition={onCondition}
                isPaused={isPaused}
                onNews={setNews}
              />
            </div>
          ) : feed && feed.nextPageToken !== null ? (
            <StillSearching paging={paging} loadMore={loadMore} />
          ) : feed ? (
            <NoTraces
              isOneExperiment={experimentId !== null}
              isBounded={view.filter !== "" || view.time.kind !== "all"}
              onShowAll={() => onView({ ...view, filter: usualView.filter, time: usualView.time })}
            />
          ) : (
            <LoadingRows />
          )}
        </>
      )}
    </div>
  );
}

/** Whether the user has paused the lists; it stays so while they look at a trace. A list without rows has nothing to hold still. */
let isListPaused = false;

function usePausedList(hasRows: boolean) {
  const [isPaused, setIsPaused] = useState(isListPaused);
  const toggle = (): void => {
    if (!isPaused && !hasRows) return;
    isListPaused = !isPaused;
    setIsPaused(isListPaused);
  };
  usePauseKey(toggle);
  return { isPaused, toggle };
}

/** Marked traces, and the way to their comparison. */
function useMarks(feed: TraceFeed | undefined) {
  const [marked, setMarked] = useState<readonly string[]>([]);
  const router = useRouter();
  const onMark = useCallback(
    (traceId: string) =>
      setMarked((before) =>
        before.includes(traceId) ? before.filter((one) => one !== traceId) : [...before, traceId],
      ),
    [],
  );
  const clear = useCallback(() => setMarked([]), []);
  const compare = (): void => {
    const pair = pairOf(marked, feed?.rows ?? []);
    if (pair) router.history.push(`/compare?baseline=${pair.baseline}&candidate=${pair.candidate}`);
  };
  return { marked, onMark, clear, compare };
}

type MarkedToolsProps = {
  marked: readonly string[];
  /** The one that is marked, if it is one. */
  only: TraceSummary | undefined;
  experiments: readonly ExperimentSummary[];
  onCompare: () => void;
  onClear: () => void;
};

function MarkedTools({ marked, only, experiments, onCompare, onClear }: MarkedToolsProps) {
  const move = useMutation({ ...moveTraces(), onSuccess: onClear });
  const n = marked.length;
  if (n === 0) return move.isSuccess ? <Moved {...move.variables} experiments={experiments} /> : null;
  return (
    <>
      <span className={styles["count"]} role={move.error ? "alert" : "status"}>
        {move.error ? `Not moved: ${move.error.message}` : `${formatInteger(n)} marked`}
      </span>
      {only !== undefined && <BaselineOf trace={only} />}
      {experiments.length > 0 && (
        <ActionsMenu
          label="Move to another experiment"
          icon={<FolderInput size={14} aria-hidden />}
          caption="Move to…"
          actions={experiments.map((one) => ({
            label: formatName(one.name),
            icon: <FlaskConical size={13} />,
            onChoose: () => move.mutate({ traceIds: marked, experimentId: one.experiment_id }),
          }))}
        />
      )}
      <Button
        icon={<GitCompareArrows size={14} aria-hidden />}
        disabled={n !== 2}
        title={n === 2 ? "The older one is the baseline" : "Mark two traces to compare them"}
        onClick={onCompare}
      >
        Compare <Kbd>c</Kbd>
      </Button>
      <IconButton label="Unmark all" icon={<X size={14} />} onClick={onClear} />
    </>
  );
}

type MovedProps = { traceIds: readonly string[]; experimentId: string; experiments: readonly ExperimentSummary[] };

/** Says where traces went, which are out of sight now. */
function Moved({ traceIds, experimentId, experiments }: MovedProps) {
  const name = experiments.find((one) => one.experiment_id === experimentId)?.name ?? experimentId;
  return (
    <span className={styles["count"]} role="status">
      {formatCount(traceIds.length, "trace")} moved to{" "}
      <Link to="/experiments/$experimentId" params={{ experimentId }} className={styles["goal"]}>
        <bdi>{formatName(name)}</bdi>
      </Link>
    </span>
  );
}

function BaselineOf({ trace }: { trace: TraceSummary }) {
  const { scopes, choose, error } = useBaseline(trace.trace_id);
  return <BaselineMenu name={formatName(trace.name)} scopes={scopes} onChoose={choose} error={error} hotkey="B" />;
}

type ColumnsMenuProps = { view: ListView; hasExperiment: boolean; onView: (view: ListView) => void };

function ColumnsMenu({ view, hasExperiment, onView }: ColumnsMenuProps) {
  const offered = columnIds.filter((id) => id !== "experiment" || hasExperiment);
  return (
    <OptionsMenu
      label="Columns"
      icon={<Columns3 size={15} />}
      groups={[
        {
          kind: "several",
          title: "Columns",
          items: offered.map((id) => ({ value: id, label: columns[id].title })),
          chosen: view.columns,
          onChange: (chosen) => onView({ ...view, columns: withHidden(chosen, view.columns, hasExperiment) }),
        },
      ]}
    />
  );
}

/** The column of experiments is not offered within one, and stays as it was for the list of all. */
function withHidden(chosen: readonly string[], before: readonly ColumnId[], hasExperiment: boolean): ColumnId[] {
  return columnIds.filter((id) =>
    id === "experiment" && !hasExperiment ? before.includes(id) || defaultColumns === before : chosen.includes(id),
  );
}

type NotLoadedProps = { error: Error; hasQuery: boolean; onRetry: () => void; onClear: () => void };

function NotLoaded({ error, hasQuery, onRetry, onClear }: NotLoadedProps) {
  if (error instanceof ApiError && error.code === "invalid_request") {
    return (
      <EmptyState
        tone="error"
        icon={<TriangleAlert size={28} strokeWidth={1.5} />}
        title={hasQuery ? "The query cannot be read" : "The address cannot be read"}
        actions={<Button onClick={onClear}>{hasQuery ? "Clear the query" : "Show all traces"}</Button>}
      >
        {hasQuery ? "What is wrong is underlined above" : <bdi>{formatName(error.message)}</bdi>}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      tone="error"
      icon={<TriangleAlert size={28} strokeWidth={1.5} />}
      title="The traces could not be loaded"
      actions={<Button onClick={onRetry}>Try again</Button>}
    >
      {error.message}
    </EmptyState>
  );
}

type NoTracesProps = { isOneExperiment: boolean; isBounded: boolean; onShowAll: () => void };

function NoTraces({ isOneExperiment, isBounded, onShowAll }: NoTracesProps) {
  const icon: ReactNode = isBounded ? (
    <SearchX size={28} strokeWidth={1.5} />
  ) : (
    <Waypoints size={28} strokeWidth={1.5} />
  );
  if (isBounded) {
    return (
      <EmptyState icon={icon} title="No trace matches" actions={<Button onClick={onShowAll}>Show all traces</Button>}>
        New ones that match appear here as they arrive
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={icon}
      title={isOneExperiment ? "No traces in this experiment yet" : "No traces yet"}
      actions={<Link to="/">How to send traces</Link>}
    >
      They appear here as they arrive
    </EmptyState>
  );
}

type StillSearchingProps = { paging: "idle" | "loading" | "failed"; loadMore: () => void };

/** Nothing was found so far, and there are older traces to look at: page after page is asked for until there is a row. */
function StillSearching({ paging, loadMore }: StillSearchingProps) {
  useEffect(() => {
    if (paging === "idle") loadMore();
  }, [paging, loadMore]);
  if (paging !== "failed") return <LoadingRows label="Searching further traces" />;
  return (
    <EmptyState
      tone="error"
      icon={<TriangleAlert size={28} strokeWidth={1.5} />}
      title="The search was interrupted"
      actions={<Button onClick={loadMore}>Search on</Button>}
    >
      Nothing was found so far
    </EmptyState>
  );
}

function LoadingRows({ label = "Loading traces" }: { label?: string }) {
  return (
    <div role="status" aria-label={label}>
      <div className={styles["skeletonHead"]} />
      {Array.from({ length: 12 }, (_, index) => (
        <div key={index} className={styles["skeletonRow"]}>
          <Skeleton width={56} />
          <span className={styles["skeletonName"]}>
            <Skeleton width={`${45 + ((index * 67) % 50)}%`} />
          </span>
          <Skeleton width={80} />
          <Skeleton width={60} />
        </div>
      ))}
    </div>
  );
}

// One trace: header, waterfall, inspector; live, and honest about what has not arrived.
import { useQuery } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { SearchX, Unplug } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "../../api/client.ts";
import type { TraceDetail } from "../../api/messages.ts";
import { spanTableQuery, traceQuery } from "../../api/queries.ts";
import { formatCount, formatName } from "../../base/format.ts";
import { Button } from "../../components/Button.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { hrefOf } from "../../span-detail/span-address.ts";
import { FindTracesContext } from "../../span-detail/find-traces.ts";
import { ReadOnlyContext } from "../../span-detail/read-only-context.ts";
import { SpanInspector } from "../../span-detail/SpanInspector.tsx";
import type { OpenSpan } from "../../span-detail/SpanLink.tsx";
import { decodeSpanTable } from "../../trace-model/decode.ts";
import { SpanTableError } from "../../trace-model/span-table-error.ts";
import { hasFlag, spanFlags, type SpanTable } from "../../trace-model/span-table.ts";
import type { Waterfall } from "../../waterfall/host/waterfall.ts";
import { EmbeddedHeader } from "./EmbeddedHeader.tsx";
import { forgetTraceOpen, markTraceOpen, markWaterfallPainted } from "./marks.ts";
import { NoSpans } from "./NoSpans.tsx";
import { Panes } from "./Panes.tsx";
import { TraceHeader } from "./TraceHeader.tsx";
import { TraceOverview } from "./TraceOverview.tsx";
import styles from "./TracePage.module.css";
import type { TraceView } from "./trace-view.ts";
import { usePausedTrace } from "./use-paused-trace.ts";
import { useTraceView } from "./use-trace-view.ts";
import { TraceSkeleton } from "./TraceSkeleton.tsx";
import { usePageKeys } from "../../waterfall-tools/use-page-keys.ts";
import { useSelection } from "../../waterfall-tools/use-selection.ts";
import { WaterfallPane } from "./WaterfallPane.tsx";

type TracePageProps = {
  traceId: string;
  spanId: string | null;
  onSelectSpan: (spanId: string | null) => void;
  /** What the address says beside the span. */
  view: TraceView;
  onView: (view: TraceView) => void;
  /** Whether it stands in a frame of another page: then nothing on it changes anything, and other pages open beside it. */
  isEmbedded?: boolean;
};

export function TracePage(props: TracePageProps) {
  const { traceId, spanId, onSelectSpan, view, onView, isEmbedded = false } = props;
  const [opened, setOpened] = useState<string | null>(null);
  if (opened !== traceId) {
    setOpened(traceId);
    markTraceOpen(traceId);
  }
  useEffect(() => () => forgetTraceOpen(traceId), [traceId]);
  const live = useQuery(traceQuery(traceId));
  const pause = usePausedTrace(traceId, live.data, !isEmbedded);
  const table = useQuery({ ...spanTableQuery(traceId), select: decodeSpanTable });
  const error = live.error ?? table.error;

  const trace = pause.shown;
  if (trace !== undefined && table.data !== undefined) {
    return (
      <div className={styles["page"]}>
        <title>{`${formatName(trace.summary.name)} · Traceloupe`}</title>
        {isEmbedded ? <EmbeddedHeader summary={trace.summary} /> : <TraceHeader trace={trace} pause={pause} />}
        <Notices trace={trace} table={table.data} error={error} />
        {table.data.nSpans === 0 ? (
          <NoSpans trace={trace} isEmbedded={isEmbedded} />
        ) : (
          <Body
            key={traceId}
            trace={trace}
            table={table.data}
            spanId={spanId}
            onSelectSpan={onSelectSpan}
            view={view}
            onView={onView}
            isEmbedded={isEmbedded}
            isGone={error !== null && isNotFound(error)}
          />
        )}
      </div>
    );
  }
  if (error === null) return <TraceSkeleton />;
  return (
    <Failure isEmbedded={isEmbedded} error={error} retry={() => void Promise.all([live.refetch(), table.refetch()])} />
  );
}

type BodyProps = {
  trace: TraceDetail;
  table: SpanTable;
  isEmbedded: boolean;
  /** Whether it was deleted while it was open: nothing can be said of it any more. */
  isGone: boolean;
} & Pick<TracePageProps, "spanId" | "onSelectSpan" | "view" | "onView">;

function Body({ trace, table, spanId, onSelectSpan, view: addressed, onView, isEmbedded, isGone }: BodyProps) {
  const router = useRouter();
  const waterfallRef = useRef<Waterfall | null>(null);
  const inspectorRef = useRef<HTMLElement>(null);
  const isPainted = useRef(false);
  const { selected, settled, select } = useSelection(spanId, onSelectSpan);
  const [view, changeView] = useTraceView(addressed, onView);
  usePageKeys(waterfallRef, inspectorRef);

  const onPainted = (): void => {
    // Later tables are growth, not an opening.
    if (!isPainted.current) markWaterfallPainted(table.traceId);
    isPainted.current = true;
  };

  const open: OpenSpan = (address) => {
    if (address.traceId === table.traceId) select(address.spanId);
    else if (isEmbedded) window.open(hrefOf(address), "_blank", "noopener");
    else router.history.push(hrefOf(address));
  };
  const experimentId = trace.summary.experiment_id;
  const findTraces = useCallback(
    (query: string) => router.history.push(`/experiments/${experimentId}?filter=${encodeURIComponent(query)}`),
    [router, experimentId],
  );
  return (
    <Panes
      main={
        <WaterfallPane
          table={table}
          spanId={selected}
          view={view}
          onView={changeView}
          onSelect={select}
          onInspect={() => focusInspector(inspectorRef.current)}
          onPainted={onPainted}
          waterfallRef={waterfallRef}
        />
      }
      side={
        <aside ref={inspectorRef} className={styles["inspector"]} aria-label="Inspector" data-testid="inspector">
          <ReadOnlyContext value={isEmbedded || isGone}>
            {settled === null ? (
              <TraceOverview trace={trace} table={table} onOpenSpan={select} isGone={isGone} />
            ) : (
              <FindTracesContext value={isEmbedded ? null : findTraces}>
                <SpanInspector table={table} spanId={settled} onOpen={open} />
              </FindTracesContext>
            )}
          </ReadOnlyContext>
        </aside>
      }
    />
  );
}

function focusInspector(inspector: HTMLElement | null): void {
  inspector?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus();
}

function Notices({ trace, table, error }: { trace: TraceDetail; table: SpanTable; error: Error | null }) {
  const { has_root: hasRoot, n_spans: nSpans } = trace.summary;
  return (
    <>
      {error !== null && (
        <p className={styles["notice"]} data-tone="error" role="alert">
          {isNotFound(error)
            ? "This trace was deleted: what you see is the last that was known of it"
            : `Not up to date: ${error.message}`}
        </p>
      )}
      {!hasRoot && nSpans > 0 && (
        <p className={styles["notice"]} role="status">
          {isCycle(table)
            ? "Its spans are above themselves, so that none is the root: the cycle is cut at the earliest"
            : `Root span not received yet, ${formatCount(nSpans, "span")} so far: the waterfall grows as they arrive`}
        </p>
      )}
    </>
  );
}

/** Whether every root that is drawn was made one by cutting a cycle. */
function isCycle(table: SpanTable): boolean {
  for (let root = 0; root < table.nSpans; root = table.subtreeEnd[root] ?? table.nSpans) {
    if (!hasFlag(table, root, spanFlags.cycleCut)) return false;
  }
  return true;
}

function isNotFound(error: Error): boolean {
  return error instanceof ApiError && error.code === "not_found";
}

function Failure({ error, retry, isEmbedded }: { error: Error; retry: () => void; isEmbedded: boolean }) {
  if (isNotFound(error)) {
    return (
      <>
        <title>Trace not found · Traceloupe</title>
        <EmptyState
          icon={<SearchX size={28} strokeWidth={1.5} />}
          title="This trace is not here"
          actions={isEmbedded ? undefined : <Link to="/traces">See all traces</Link>}
        >
          It was deleted, or its spans were sent elsewhere, or they have not arrived yet: then it appears here by itself
        </EmptyState>
      </>
    );
  }
  return (
    <EmptyState
      tone="error"
      icon={<Unplug size={22} strokeWidth={1.5} />}
      title="This trace cannot be shown"
      actions={<Button onClick={retry}>Try again</Button>}
    >
      {error instanceof SpanTableError ? `Cannot read the span table: ${error.message}` : error.message}
    </EmptyState>
  );
}

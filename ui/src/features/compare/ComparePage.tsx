// Two traces compared: what differs, by how much and why; live, and honest about what cannot be said.
import { SearchX, Unplug } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { ApiError } from "../../api/client.ts";
import type { Comparison as ComparisonDocument } from "../../api/messages.ts";
import { formatDelta, formatDuration, formatName } from "../../base/format.ts";
import type { Comparison } from "../../compare-model/comparison.ts";
import type { MergedTrace } from "../../compare-model/merged-trace.ts";
import { mergedTraceOf, rowAt } from "../../compare-model/merged-trace.ts";
import { Button } from "../../components/Button.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { SpanTableError } from "../../trace-model/span-table-error.ts";
import { findSpan, spanIdOf } from "../../trace-model/span-table.ts";
import { spanCategories } from "../../trace-model/span-category.ts";
import type { Waterfall } from "../../waterfall/host/waterfall.ts";
import { useElementHeight } from "../../waterfall-tools/use-element-size.ts";
import { usePageKeys } from "../../waterfall-tools/use-page-keys.ts";
import { useSelection } from "../../waterfall-tools/use-selection.ts";
import { ChangeBar } from "./ChangeBar.tsx";
import { ChooseTraces } from "./ChooseTraces.tsx";
import { ChangeList } from "./ChangeList.tsx";
import { CompareHeader } from "./CompareHeader.tsx";
import { CompareSkeleton } from "./CompareSkeleton.tsx";
import styles from "./ComparePage.module.css";
import type { CompareLayout, CompareView } from "./compare-view.ts";
import { useLayoutKeys } from "./use-layout-keys.ts";
import { DeltaSummary } from "./DeltaSummary.tsx";
import { markCompareOpen, markComparisonPainted } from "./marks.ts";
import { MergedPane } from "./MergedPane.tsx";
import { PairPane } from "./PairPane.tsx";
import type { HeldRow } from "./RowPinTools.tsx";
import { useComparison } from "./use-comparison.ts";
import { usePaneHeight } from "./use-pane-height.ts";

type ComparePageProps = {
  view: CompareView;
  /** Another pair is a step that one goes back from; another look at the same pair is none. */
  onView: (change: Partial<CompareView>, isOtherPair?: boolean) => void;
};

export function ComparePage({ view, onView }: ComparePageProps) {
  const { baseline, candidate } = view;
  if (baseline === null || candidate === null) {
    return (
      <ChooseTraces
        baseline={baseline}
        candidate={candidate}
        onChoose={(pair) => onView({ ...pair, span: null }, true)}
      />
    );
  }
  return (
    <Pair key={`${baseline}:${candidate}`} view={view} baseline={baseline} candidate={candidate} onView={onView} />
  );
}

type PairProps = ComparePageProps & { baseline: string; candidate: string };

function Pair({ view, baseline, candidate, onView }: PairProps) {
  useState(() => markCompareOpen(`${baseline}:${candidate}`));
  const { answers, error, refetch } = useComparison(baseline, candidate);
  if (answers !== null) return <Body {...answers} error={error} view={view} onView={onView} />;
  if (error === null) return <CompareSkeleton />;
  return (
    <Failure
      error={error}
      retry={refetch}
      chooseOthers={() => onView({ baseline: null, candidate: null, span: null }, true)}
    />
  );
}

type BodyProps = ComparePageProps & { document: ComparisonDocument; comparison: Comparison; error: Error | null };

function Body({ document, comparison, error, view, onView }: BodyProps) {
  const waterfallRef = useRef<Waterfall | null>(null);
  const detailRef = useRef<HTMLElement>(null);
  const isPainted = useRef(false);
  const [held, setHeld] = useState<HeldRow | null>(null);
  const [isFinding, setIsFinding] = useState(false);
  const bodyRef = useRef<HTMLDivElement>(null);
  const { height, separator } = usePaneHeight(useElementHeight(bodyRef));
  const { selected, settled, select } = useSelection(view.span, (span) => onView({ span }));
  usePageKeys(waterfallRef, detailRef);

  const divergence = document.first_divergence?.row ?? null;
  const merged = useMemo(
    () => mergedTraceOf(comparison, view.isOnlyChanges, divergence),
    [comparison, view.isOnlyChanges, divergence],
  );
  const { table, shown } = merged;
  const placeOf = (row: number): number => shown.placeOf[row] ?? 0;
  const selectRow = (row: number): void => {
    // The document may be of a moment before or after the table.
    if (row >= comparison.nRows) return;
    select(spanIdOf(table, placeOf(row)));
    waterfallRef.current?.focus();
  };
  const setOnlyChanges = (isOnlyChanges: boolean): void => onView({ isOnlyChanges });
  const setLayout = (layout: CompareLayout): void => onView({ layout });
  const toggle = (layout: CompareLayout): void => setLayout(view.layout === layout ? "merged" : layout);
  useLayoutKeys(view.layout, toggle);
  return (
    <div className={styles["page"]}>
      <title>{`${formatDelta(document.delta.duration_ns, formatDuration)} · ${formatName(document.candidate.name)} · Traceloupe`}</title>
      <CompareHeader
        baseline={document.baseline}
        candidate={document.candidate}
        layout={view.layout}
        onLayout={setLayout}
        onSwap={() => onView({ baseline: view.candidate, candidate: view.baseline, span: null }, true)}
      />
      <Notices notes={document.notes} error={error} />
      <DeltaSummary
        document={document}
        colorOf={(row) => spanCategories[table.category[placeOf(row)] ?? 0] ?? "oth"}
        onSelectRow={selectRow}
      />
      <ChangeBar
        document={document}
        isOnlyChanges={view.isOnlyChanges}
        onOnlyChanges={setOnlyChanges}
        isWaterfall={view.layout !== "list"}
        isFinding={isFinding}
        onFind={() => waterfallRef.current?.run("search")}
        onSelectRow={selectRow}
        onStep={(direction) => {
          waterfallRef.current?.run(direction);
          waterfallRef.current?.focus();
        }}
      />
      <div className={styles["body"]} ref={bodyRef}>
        <div className={styles["main"]}>
          {comparison.nRows === 0 ? (
            <EmptyState icon={<SearchX size={22} strokeWidth={1.5} />} title="Neither trace has any spans yet">
              They appear here by themselves as they arrive
            </EmptyState>
          ) : view.layout === "list" ? (
            <ChangeList
              merged={merged}
              spanId={selected}
              onSelectRow={(row) => select(row === null ? null : spanIdOf(table, placeOf(row)))}
              onShow={(row) => {
                select(spanIdOf(table, placeOf(row)));
                setLayout("merged");
              }}
            />
          ) : (
            <MergedPane
              merged={merged}
              spanId={selected}
              isSplit={view.layout === "side"}
              isFinding={isFinding}
              onFinding={setIsFinding}
              onSelect={select}
              onInspect={() => detailRef.current?.focus()}
              onOnlyChanges={() => setOnlyChanges(!view.isOnlyChanges)}
              onSideBySide={() => toggle("side")}
              onPainted={() => {
                // Later tables are growth, or another look, not an opening.
                if (!isPainted.current) markComparisonPainted(table.traceId);
                isPainted.current = true;
              }}
              waterfallRef={waterfallRef}
            />
          )}
        </div>
        {settled !== null && isPlaceOfRow(merged, settled) && (
          <>
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a separator with a value can be moved by keys */}
            <div
              className={styles["separator"]}
              role="separator"
              aria-orientation="horizontal"
              aria-label="Height of the differences"
              aria-valuenow={height}
              tabIndex={0}
              {...separator}
            />
            <div className={styles["detail"]} style={{ height }}>
              <PairPane
                merged={merged}
                rules={document.row_rules}
                spanId={settled}
                paneRef={detailRef}
                held={held}
                onHold={setHeld}
                onClose={() => {
                  select(null);
                  waterfallRef.current?.focus();
                }}
              />
            </div>
          </>
        )}
      </div>
    </div>
  );
}

/** A gap has nothing to compare. */
function isPlaceOfRow(merged: MergedTrace, spanId: string): boolean {
  const place = findSpan(merged.table, spanId);
  return place !== null && rowAt(merged, place) !== null;
}

function Notices({ notes, error }: { notes: readonly string[]; error: Error | null }) {
  return (
    <>
      {error !== null && (
        <p className={styles["notice"]} data-tone="error" role="alert">
          Not up to date: {error.message}
        </p>
      )}
      {notes.length > 0 && (
        <p className={styles["notice"]} role="status">
          {notes.join(" · ")}
        </p>
      )}
    </>
  );
}

type FailureProps = { error: Error; retry: () => void; chooseOthers: () => void };

function Failure({ error, retry, chooseOthers }: FailureProps) {
  if (error instanceof ApiError && error.code === "not_found") {
    const side = /^(baseline|candidate)/.exec(error.message)?.[1];
    return (
      <EmptyState
        icon={<SearchX size={22} strokeWidth={1.5} />}
        title={side === undefined ? "One of the traces is not here" : `The ${side} is not here`}
        actions={<Button onClick={chooseOthers}>Choose others</Button>}
      >
        It was deleted, or its spans were sent elsewhere, or they have not arrived yet: then it appears here by itself
      </EmptyState>
    );
  }
  return (
    <EmptyState
      tone="error"
      icon={<Unplug size={22} strokeWidth={1.5} />}
      title="These traces cannot be compared"
      actions={
        <>
          <Button onClick={retry}>Try again</Button>
          <Button onClick={chooseOthers}>Choose others</Button>
        </>
      }
    >
      {error instanceof SpanTableError ? `Cannot read the comparison: ${error.message}` : error.message}
    </EmptyState>
  );
}

// The virtual list of traces: draws the rows in view, follows the keyboard, and holds new rows back while pointed at.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type CSSProperties, type FocusEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { TraceSummary } from "../../api/messages.ts";
import { pinBaseline, pinTrace, unpinBaseline } from "../../api/mutations.ts";
import { baselinesQuery } from "../../api/queries.ts";
import { scopeOf } from "../../api/use-baseline.ts";
import { formatInteger, formatName } from "../../base/format.ts";
import { toggledScopes } from "../../components/BaselineMenu.tsx";
import { columns, gridOf } from "./columns.tsx";
import type { TraceFeed } from "./feed.ts";
import { type ColumnId, nextOrder, type Order } from "./list-view.ts";
import styles from "./TraceList.module.css";
import { rowId, TraceRow } from "./TraceRow.tsx";
import { usePageKeys } from "./use-page-keys.ts";
import { useShownRows } from "./use-shown-rows.ts";

const rowHeight = 28;
/** Rows below the window at which the next page is asked for. */
const loadAhead = 40;

type TraceListProps = {
  feed: TraceFeed;
  paging: "idle" | "loading" | "failed";
  loadMore: () => void;
  /** Names by id. */
  experimentNames: ReadonlyMap<string, string>;
  shownColumns: readonly ColumnId[];
  order: Order | null;
  onOrder: (order: Order | null) => void;
  marked: readonly string[];
  onMark: (traceId: string) => void;
  onUnmarkAll: () => void;
  onCompare: () => void;
  onSearch: () => void;
  onCondition: (condition: string) => void;
  isPaused: boolean;
  /** Told how many rows wait, as text; undefined if none does. */
  onNews: (news: string | undefined) => void;
};

export function TraceList(props: TraceListProps) {
  const { feed, paging, loadMore, experimentNames, shownColumns, order, onOrder } = props;
  const { marked, onMark, onUnmarkAll, onCompare, onSearch, onCondition, isPaused, onNews } = props;
  const navigate = useNavigate();
  const scroller = useRef<HTMLDivElement>(null);
  const [isScrolled, setIsScrolled] = useState(false);
  const [isPointed, setIsPointed] = useState(false);
  const [activeId, setActiveId] = useState<string | null>(null);
  const isHeld = isScrolled || isPointed || activeId !== null;
  const { rows, nWaiting, isAtLeast, release } = useShownRows(feed, isPaused ? "all" : isHeld ? "places" : "none");
  const news = nWaiting > 0 ? `${formatInteger(nWaiting)}${isAtLeast ? "+" : ""} new` : undefined;
  useEffect(() => onNews(news), [onNews, news]);

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 16,
    // The sticky header lies before the rows and over the top of the window.
    scrollMargin: rowHeight,
    scrollPaddingStart: rowHeight,
    getItemKey: (index) => rows[index]?.trace_id ?? index,
  });
  const items = virtualizer.getVirtualItems();
  const lastDrawn = items.at(-1)?.index ?? 0;
  const canLoadMore = feed.nextPageToken !== null;
  useEffect(() => {
    if (canLoadMore && paging === "idle" && lastDrawn >= rows.length - loadAhead) loadMore();
  }, [canLoadMore, paging, lastDrawn, rows.length, loadMore]);

  const longestNs = items.reduce((longest, item) => Math.max(longest, Number(rows[item.index]?.duration_ns ?? 0)), 0);
  const activeIndex = activeId === null ? -1 : rows.findIndex((row) => row.trace_id === activeId);

  const isOwnFocus = useRef(false);
  const focusQuietly = useCallback(() => {
    isOwnFocus.current = true;
    scroller.current?.focus({ preventScroll: true });
    isOwnFocus.current = false;
  }, []);
  const activate = (index: number): void => {
    const target = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!target) return;
    setActiveId(target.trace_id);
    virtualizer.scrollToIndex(Math.max(0, Math.min(rows.length - 1, index)));
  };
  const showWaiting = (): void => {
    release();
    setActiveId(null);
    // The button goes away with its click; the focus must not.
    focusQuietly();
    scroller.current?.scrollTo({ top: 0 });
  };
  const pin = useMutation(pinTrace());
  const { mutate: mutatePin } = pin;
  const onPin = useCallback((traceId: string, isPinned: boolean) => mutatePin({ traceId, isPinned }), [mutatePin]);
  const { baselineIds, onBaseline, error: baselineError } = useBaselines();
  const { template, least } = gridOf(shownColumns);
  const gridStyle = { "--columns": template, "--least": `${least}px` } as CSSProperties;
  const togglePin = (): void => {
    const active = rows[activeIndex];
    if (active) onPin(active.trace_id, !active.is_pinned);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const nPerPage = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    const act = {
      j: () => activate(activeIndex + 1),
      ArrowDown: () => activate(activeIndex + 1),
      k: () => activate(activeIndex - 1),
      ArrowUp: () => activate(activeIndex - 1),
      PageDown: () => activate(activeIndex + nPerPage),
      PageUp: () => activate(activeIndex - nPerPage),
      Home: () => activate(0),
      End: () => activate(rows.length - 1),
      Enter: () => activeId !== null && void navigate({ to: "/traces/$traceId", params: { traceId: activeId } }),
      P: togglePin,
      B: () => activeIndex >= 0 && rows[activeIndex] !== undefined && onBaseline(rows[activeIndex]),
      " ": () => activeId !== null && onMark(activeId),
      c: onCompare,
      "/": onSearch,
      Escape: () => (activeId === null ? onUnmarkAll() : setActiveId(null)),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  usePageKeys(scroller, onKeyDown);
  // The keys work as soon as the page is there; only a person who tabs into the list gets an active row by that.
  useEffect(focusQuietly, [focusQuietly]);
  const onFocus = (event: FocusEvent): void => {
    const isByKey = event.target === scroller.current && event.target.matches(":focus-visible");
    if (isByKey && !isOwnFocus.current && activeId === null) activate(virtualizer.range?.startIndex ?? 0);
  };

  return (
    // Pointing includes the button for new rows, or they would come in on the way to it.
    <div
      className={styles["frame"]}
      style={gridStyle}
      onPointerEnter={() => setIsPointed(true)}
      onPointerLeave={() => setIsPointed(false)}
    >
      {news !== undefined && !isPaused && (
        <button type="button" className={styles["pill"]} onClick={showWaiting} data-testid="new-traces">
          <ArrowUp size={12} aria-hidden />
          {news}
        </button>
      )}
      {pin.error && (
        <p role="alert" className={styles["failed"]}>
          Not pinned: {pin.error.message}
        </p>
      )}
      {baselineError !== null && (
        <p role="alert" className={styles["failed"]}>
          No baseline: {baselineError.message}
        </p>
      )}
      <div
        ref={scroller}
        className={styles["scroller"]}
        role="grid"
        tabIndex={0}
        aria-label="Traces"
        aria-rowcount={feed.nTotal === null ? -1 : feed.nTotal + 1}
        aria-activedescendant={activeId === null ? undefined : rowId(activeId)}
        onFocus={onFocus}
        onScroll={(event) => setIsScrolled(event.currentTarget.scrollTop > 0)}
      >
        <HeaderRow shownColumns={shownColumns} order={order} onOrder={onOrder} />
        <div role="rowgroup" className={styles["rows"]} style={{ height: rows.length * rowHeight }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <TraceRow
                key={row.trace_id}
                row={row}
                index={item.index}
                top={item.start - rowHeight}
                isActive={row.trace_id === activeId}
                isMarked={marked.includes(row.trace_id)}
                isBaseline={baselineIds.has(row.trace_id)}
                longestNs={longestNs}
                shownColumns={shownColumns}
                experimentNames={experimentNames}
                onPin={onPin}
                onBaseline={onBaseline}
                onMark={onMark}
                onCondition={onCondition}
              />
            );
          })}
        </div>
        {paging === "failed" && (
          <div className={styles["more"]}>
            More traces could not be loaded
            <button type="button" className={styles["retry"]} onClick={loadMore}>
              Try again
            </button>
          </div>
        )}
      </div>
    </div>
  );
}

/** Which traces are baselines, and the way to make a row one of its name, or none any more. */
function useBaselines() {
  const { data } = useQuery(baselinesQuery());
  const pin = useMutation(pinBaseline());
  const unpin = useMutation(unpinBaseline());
  const { mutate: mutatePin } = pin;
  const { mutate: mutateUnpin } = unpin;
  const baselineIds = useMemo(() => new Set(data?.baselines.map((one) => one.trace_id)), [data]);
  const onBaseline = useCallback(
    ({ trace_id: traceId, name }: TraceSummary) => {
      if (data === undefined) return;
      const own = data.baselines.filter((one) => one.trace_id === traceId);
      for (const scope of toggledScopes(formatName(name), own.map(scopeOf))) mutatePin({ traceId, scope });
      for (const one of own) mutateUnpin(one);
    },
    [data, mutatePin, mutateUnpin],
  );
  return { baselineIds, onBaseline, error: pin.error ?? unpin.error };
}

type HeaderRowProps = {
  shownColumns: readonly ColumnId[];
  order: Order | null;
  onOrder: (order: Order | null) => void;
};

function HeaderRow({ shownColumns, order, onOrder }: HeaderRowProps) {
  return (
    <div role="rowgroup" className={styles["head"]}>
      <div role="row" aria-rowindex={1} className={styles["headRow"]}>
        <span role="columnheader">
          <span className={styles["unseen"]}>Mark</span>
        </span>
        {/* Newest first is the usual order, so the first press turns it round. */}
        <Head
          title="Time"
          orderKey="timestamp"
          order={order ?? { key: "timestamp", isDescending: true }}
          onOrder={(next) => onOrder(next !== null && next.isDescending ? null : next)}
        />
        <Head title="Root" orderKey="name" order={order} onOrder={onOrder} />
        {shownColumns.map((id) => {
          const { title, orderKey, isNumber } = columns[id];
          return (
            <Head key={id} title={title} orderKey={orderKey} isNumber={isNumber} order={order} onOrder={onOrder} />
          );
        })}
      </div>
    </div>
  );
}

type HeadProps = {
  title: string;
  /** What the server orders by; absent where it cannot. */
  orderKey?: string | undefined;
  isNumber?: boolean | undefined;
  order: Order | null;
  onOrder: (order: Order | null) => void;
};

function Head({ title, orderKey, isNumber, order, onOrder }: HeadProps) {
  if (orderKey === undefined) return <span role="columnheader">{title}</span>;
  const isOrdered = order?.key === orderKey;
  const Arrow = order?.isDescending === false ? ArrowUp : ArrowDown;
  return (
    <span
      role="columnheader"
      aria-sort={!isOrdered ? "none" : order.isDescending ? "descending" : "ascending"}
      className={isNumber === true ? styles["numberHead"] : undefined}
    >
      <button
        type="button"
        className={styles["sort"]}
        data-ordered={isOrdered || undefined}
        onClick={() => onOrder(nextOrder(order, orderKey))}
      >
        {title}
        <Arrow size={11} aria-hidden className={styles["arrow"]} />
      </button>
    </span>
  );
}

// The virtual list of traces: draws the rows in view, follows the keyboard, and holds new rows back while pointed at.
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowUp } from "lucide-react";
import { type FocusEvent, useCallback, useEffect, useRef, useState } from "react";
import { pinTrace } from "../../api/mutations.ts";
import { formatInteger } from "../../base/format.ts";
import type { TraceFeed } from "./feed.ts";
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
  /** Names by id, where rows of several experiments are listed. */
  experimentNames: ReadonlyMap<string, string> | null;
};

export function TraceList({ feed, paging, loadMore, experimentNames }: TraceListProps) {
  const navigate = useNavigate();
  const scroller = useRef<HTMLDivElement>(null);
  const [isScrolled, setIsScrolled] = useState(false);
  const [isPointed, setIsPointed] = useState(false);
  const [activeId, setActiveId] = useState<string | null>(null);
  const isHeld = isScrolled || isPointed || activeId !== null;
  const { rows, nWaiting, isAtLeast, release } = useShownRows(feed, isHeld);

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
      Escape: () => setActiveId(null),
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
      data-columns={experimentNames ? "all" : "one"}
      onPointerEnter={() => setIsPointed(true)}
      onPointerLeave={() => setIsPointed(false)}
    >
      {nWaiting > 0 && (
        <button type="button" className={styles["pill"]} onClick={showWaiting} data-testid="new-traces">
          <ArrowUp size={12} aria-hidden />
          {formatInteger(nWaiting)}
          {isAtLeast && "+"} new
        </button>
      )}
      {pin.error && (
        <p role="alert" className={styles["failed"]}>
          Not pinned: {pin.error.message}
        </p>
      )}
      <div
        ref={scroller}
        className={styles["scroller"]}
        role="grid"
        tabIndex={0}
        aria-label="Traces"
        aria-rowcount={feed.nTotal + 1}
        aria-activedescendant={activeId === null ? undefined : rowId(activeId)}
        onFocus={onFocus}
        onScroll={(event) => setIsScrolled(event.currentTarget.scrollTop > 0)}
      >
        <HeaderRow hasExperiment={experimentNames !== null} />
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
                longestNs={longestNs}
                onPin={onPin}
                experimentName={
                  experimentNames ? (experimentNames.get(row.experiment_id) ?? row.experiment_id) : undefined
                }
              />
            );
          })}
        </div>
        {paging === "failed" && (
          <div className={styles["more"]}>
            Older traces could not be loaded
            <button type="button" className={styles["retry"]} onClick={loadMore}>
              Try again
            </button>
          </div>
        )}
      </div>
    </div>
  );
}

function HeaderRow({ hasExperiment }: { hasExperiment: boolean }) {
  return (
    <div role="rowgroup" className={styles["head"]}>
      <div role="row" aria-rowindex={1} className={styles["headRow"]}>
        <span role="columnheader">Time</span>
        <span role="columnheader">Root</span>
        {hasExperiment && <span role="columnheader">Experiment</span>}
        <span role="columnheader">Services</span>
        <span role="columnheader" className={styles["numberHead"]}>
          Duration
        </span>
        <span role="presentation" />
        <span role="columnheader" className={styles["numberHead"]}>
          Spans
        </span>
        <span role="columnheader" className={styles["numberHead"]}>
          Errors
        </span>
        <span role="columnheader" className={styles["numberHead"]}>
          Tokens
        </span>
        <span role="columnheader" className={styles["stateHead"]}>
          State
        </span>
        <span role="columnheader">Source</span>
      </div>
    </div>
  );
}

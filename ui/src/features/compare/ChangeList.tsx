// What differs, row by row, ordered by how much: the answer to "where did it all go" of a waterfall too long to read.
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { type CSSProperties, type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { formatCost, formatDelta, formatDuration, formatName, formatTokens } from "../../base/format.ts";
import type { Comparison, MergedRow } from "../../compare-model/comparison.ts";
import type { MergedTrace } from "../../compare-model/merged-trace.ts";
import { rowAt } from "../../compare-model/merged-trace.ts";
import { deltasOf, rankedChanges, type Ranking } from "../../compare-model/ranked-changes.ts";
import { signOf, wordsOf } from "../../compare-model/signs.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { findSpan } from "../../trace-model/span-table.ts";
import styles from "./ChangeList.module.css";
import { compareColumnsOf } from "./compare-columns.ts";
import { signIcons } from "./SignSprite.tsx";

type ChangeListProps = {
  merged: MergedTrace;
  /** Id of the selected merged row. */
  spanId: string | null;
  onSelectRow: (row: MergedRow | null) => void;
  /** Shows the selected row where it stands. */
  onShow: (row: MergedRow) => void;
};

const rowHeight = 26;

const titles: Readonly<Record<Ranking, string>> = {
  duration: "Δ duration",
  self: "Δ self",
  tokens: "Δ tokens",
  cost: "Δ cost",
};

const formats: Readonly<Record<Ranking, (delta: number) => string>> = {
  duration: formatDuration,
  self: formatDuration,
  tokens: formatTokens,
  cost: formatCost,
};

export function ChangeList({ merged, spanId, onSelectRow, onShow }: ChangeListProps) {
  const { comparison } = merged;
  const [chosen, setChosen] = useState<Ranking>("self");
  const offered = useMemo(() => offeredIn(comparison), [comparison]);
  const ranking = offered.includes(chosen) ? chosen : "self";
  const rows = useMemo(() => rankedChanges(comparison, ranking), [comparison, ranking]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const place = spanId === null ? null : findSpan(merged.table, spanId);
  const selected = place === null ? null : rowAt(merged, place);
  const deltas = deltasOf(comparison, ranking);
  const largest = Math.abs(deltas[rows[0] ?? -1] ?? 0);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = selected === null ? -1 : rows.indexOf(selected);
    const go = (index: number): void => {
      const next = Math.max(0, Math.min(rows.length - 1, index));
      const row = rows[next];
      if (row === undefined) return;
      virtualizer.scrollToIndex(next);
      onSelectRow(row);
    };
    const act = {
      j: () => go(at + 1),
      ArrowDown: () => go(at + 1),
      "]": () => go(at + 1),
      k: () => go(at - 1),
      ArrowUp: () => go(at - 1),
      "[": () => go(at - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      Enter: () => selected !== null && onShow(selected),
      Escape: () => onSelectRow(null),
    }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  // The keys work as soon as it is there.
  useEffect(() => scroller.current?.focus({ preventScroll: true }), []);
  if (rows.length === 0) return <EmptyState title="Nothing differs" />;
  const columns = { "--deltas": offered.length } as CSSProperties;
  return (
    <div className={styles["list"]} style={columns} data-testid="change-list">
      <div className={styles["head"]}>
        <span className={styles["name"]}>Changes, the largest first</span>
        {offered.map((one) => (
          <button
            key={one}
            type="button"
            className={styles["order"]}
            aria-pressed={one === ranking}
            onClick={() => setChosen(one)}
          >
            <ArrowDown size={11} aria-hidden />
            {titles[one]}
          </button>
        ))}
      </div>
      {/* The keys are those of the waterfall. */}
      <div
        ref={scroller}
        className={styles["scroller"]}
        role="listbox"
        tabIndex={0}
        aria-label={`Changes by ${titles[ranking]}`}
        aria-activedescendant={selected === null ? undefined : optionId(selected)}
        onKeyDown={onKeyDown}
      >
        <div className={styles["rows"]} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            const delta = deltas[row] ?? Number.NaN;
            return (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the list has the focus and hears the keys
              <div
                key={row}
                id={optionId(row)}
                role="option"
                tabIndex={-1}
                aria-selected={row === selected}
                aria-setsize={rows.length}
                aria-posinset={item.index + 1}
                className={styles["row"]}
                style={{ transform: `translateY(${item.start}px)` }}
                data-testid="change"
                title={wordsOf(comparison, row)}
                onClick={() => onSelectRow(row)}
                onDoubleClick={() => onShow(row)}
              >
                <Sign comparison={comparison} row={row} />
                <span className={styles["label"]} dir="auto">
                  {nameOf(comparison, row)}
                  <span className={styles["where"]}>{whereOf(comparison, row)}</span>
                </span>
                <Bar delta={delta} largest={largest} />
                {offered.map((one) => (
                  <Delta key={one} delta={deltasOf(comparison, one)[row] ?? Number.NaN} format={formats[one]} />
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function optionId(row: MergedRow): string {
  return `change-${row}`;
}

/** Tokens and cost only if they differ somewhere, as in the waterfall. */
function offeredIn(comparison: Comparison): readonly Ranking[] {
  const columns = compareColumnsOf(comparison);
  return (["duration", "self", "tokens", "cost"] as const).filter((one) => columns.includes(`delta-${one}`));
}

function nameOf({ strings, label }: Comparison, row: MergedRow): string {
  return formatName(strings.label(label[row] ?? 0)) || "(no name)";
}

/** The row that it stands below, groups passed over. */
function whereOf(comparison: Comparison, row: MergedRow): string {
  let above = comparison.parent[row] ?? -1;
  while (above >= 0 && comparison.groupKind[above] !== 0) above = comparison.parent[above] ?? -1;
  return above < 0 ? "" : `in ${nameOf(comparison, above)}`;
}

function Sign({ comparison, row }: { comparison: Comparison; row: MergedRow }) {
  const sign = signOf(comparison, row);
  const Icon = signIcons[sign];
  return <Icon size={13} strokeWidth={2.2} className={styles["sign"]} data-sign={sign} aria-hidden />;
}

/** How much it is of the largest, to the right for more and to the left for less. */
function Bar({ delta, largest }: { delta: number; largest: number }) {
  const share = largest === 0 || Number.isNaN(delta) ? 0 : delta / largest;
  const tone = share > 0 ? "worse" : "better";
  const width = `${Math.abs(share) * 50}%`;
  return (
    <span className={styles["bar"]} aria-hidden>
      {share !== 0 && (
        <span className={styles["fill"]} data-tone={tone} style={{ width, [share > 0 ? "left" : "right"]: "50%" }} />
      )}
    </span>
  );
}

function Delta({ delta, format }: { delta: number; format: (delta: number) => string }) {
  if (Number.isNaN(delta)) return <span className={styles["delta"]} />;
  const tone = delta > 0 ? "worse" : delta < 0 ? "better" : "none";
  return (
    <span className={styles["delta"]} data-tone={tone}>
      {formatDelta(delta, format)}
    </span>
  );
}

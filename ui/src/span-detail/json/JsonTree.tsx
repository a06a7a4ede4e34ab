// Shows a value as a tree that opens on demand; only rows in view are in the page. Everything in it is text, whatever it looks like.
import { useVirtualizer } from "@tanstack/react-virtual";
import type { KeyboardEvent } from "react";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { formatInteger } from "../../base/format.ts";
import { useCopyText } from "../../components/clipboard-context.ts";
import { Text } from "../Text.tsx";
import type { JsonNode } from "./json-node.ts";
import { textOfNode } from "./json-node.ts";
import styles from "./JsonTree.module.css";
import type { JsonPath } from "./open-paths.ts";
import { firstChildren, firstOpenPaths, hasChildren } from "./open-paths.ts";
import { TreeRowView } from "./TreeRowView.tsx";
import type { TreeRow } from "./tree-rows.ts";
import { addressOf, branchOf, pathsAbove, visibleRows } from "./tree-rows.ts";
import type { JsonSearch } from "./use-json-search.ts";
import type { Scroller } from "./use-scroller.ts";
import { useScroller } from "./use-scroller.ts";

type JsonTreeProps = {
  node: JsonNode;
  label?: string;
  search?: JsonSearch | undefined;
  /** Rows that are open at first. */
  firstRows?: number;
  /** A text longer than this is folded. */
  longText?: number;
};

export function JsonTree({ node, ...rest }: JsonTreeProps) {
  if (hasChildren(node)) return <Tree node={node} {...rest} />;
  return node.kind === "string" && node.value !== "" ? (
    <Text text={node.value} />
  ) : (
    <span className={styles["quiet"]}>{node.kind === "string" ? "empty text" : textOfNode(node)}</span>
  );
}

/** Fewer rows are all in the page, which is simpler for the reader's tools too. */
const fewRows = 100;
/** Of each key or text. */
const usualLongText = 2000;

function Tree({ node, label = "Value", search, firstRows, longText = usualLongText }: JsonTreeProps) {
  const [open, setOpen] = useState(() => firstOpenPaths(node, firstRows));
  const [unfolded, setUnfolded] = useState<ReadonlySet<JsonPath>>(() => new Set());
  const [activePath, setActivePath] = useState<JsonPath | null>(null);
  const [said, setSaid] = useState("");
  const [nAsked, setNAsked] = useState(fewRows);
  const copyText = useCopyText();
  const treeRef = useRef<HTMLDivElement>(null);
  const scroller = useScroller(treeRef);
  const id = useId();

  const foundPath = search?.found[search.at] ?? null;
  const [shownPath, setShownPath] = useState<JsonPath | null>(null);
  if (foundPath !== shownPath) {
    setShownPath(foundPath);
    if (foundPath !== null) setOpen(new Set([...open, ...pathsAbove(foundPath)]));
  }
  const rows = useMemo(() => visibleRows(node, open), [node, open]);
  const isFlat = useMemo(() => !rows.slice(0, firstChildren).some((row) => hasChildren(branchOf(row.node))), [rows]);

  const toggle = (path: JsonPath): void => {
    const after = new Set(open);
    if (!after.delete(path)) after.add(path);
    setOpen(after);
  };
  const copy = (text: string): void => {
    copyText(text).then(
      () => setSaid("Copied"),
      () => setSaid("Copying failed"),
    );
  };
  const activeAt = activePath === null ? -1 : rows.findIndex(({ path }) => path === activePath);
  const rowId = (path: JsonPath): string => `${id}-${path}`;
  const view = (row: TreeRow) => (
    <TreeRowView
      id={rowId(row.path)}
      row={row}
      isOpen={open.has(row.path)}
      isActive={row.path === activePath}
      isFlat={isFlat}
      query={search?.query ?? ""}
      isFound={row.path === foundPath}
      longText={longText}
      isUnfolded={unfolded.has(row.path)}
      onUnfold={() => setUnfolded(new Set([...unfolded, row.path]))}
      onCopy={copy}
      address={() => addressOf(node, row.path)}
    />
  );

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || !isRowOrTree(event.target)) return;
    const active = rows[activeAt];
    const go = (to: number): void => setActivePath(rows[Math.max(0, Math.min(rows.length - 1, to))]?.path ?? null);
    const act = {
      ArrowDown: () => go(activeAt + 1),
      ArrowUp: () => go(activeAt - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowRight: () => (active && !open.has(active.path) ? toggle(active.path) : go(activeAt + 1)),
      ArrowLeft: () => {
        if (active && open.has(active.path)) toggle(active.path);
        else if (active && active.path.includes("/")) setActivePath(pathsAbove(active.path).at(-1) ?? null);
      },
      Enter: () => active && toggle(active.path),
      " ": () => active && toggle(active.path),
      c: () => active && copy(textOfNode(active.node)),
      p: () => active && copy(addressOf(node, active.path)),
    }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };

  const isVirtual = scroller !== null && rows.length > fewRows;
  const shownAt = foundPath === null ? activeAt : rows.findIndex(({ path }) => path === foundPath);
  // What stands in the tree are rows only; the rest is beside it.
  const nShown = isVirtual ? rows.length : Math.min(rows.length, Math.max(nAsked, shownAt + 1));
  const nMore = Math.min(firstChildren, rows.length - nShown);
  return (
    <div className={styles["frame"]}>
      <div
        ref={treeRef}
        role="tree"
        aria-label={label}
        aria-activedescendant={activeAt < 0 ? undefined : rowId(activePath ?? "")}
        tabIndex={0}
        className={styles["tree"]}
        data-testid="json-tree"
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const path = pathAt(event.target, id);
          const row = rows.find((one) => one.path === path);
          // A drag that marked text is no click.
          if (row && hasChildren(branchOf(row.node)) && getSelection()?.isCollapsed !== false) toggle(row.path);
        }}
        onPointerMove={(event) => {
          const path = pathAt(event.target, id);
          if (path !== null && path !== activePath) setActivePath(path);
        }}
        onPointerLeave={() => setActivePath(null)}
      >
        {isVirtual ? (
          <VirtualRows rows={rows} scroller={scroller} shownAt={shownAt} isByKey={foundPath === null} view={view} />
        ) : (
          <FewRows rows={rows.slice(0, nShown)} shownAt={shownAt} treeRef={treeRef} view={view} />
        )}
      </div>
      {nMore > 0 && (
        <button type="button" className={styles["more"]} onClick={() => setNAsked(nShown + firstChildren)}>
          Show {formatInteger(nMore)} more of {formatInteger(rows.length)}
        </button>
      )}
      <span role="status" className={styles["said"]}>
        {said}
      </span>
    </div>
  );
}

/** Buttons within rows have keys of their own. */
function isRowOrTree(target: EventTarget): boolean {
  return target instanceof Element && target.matches('[role="tree"], [role="treeitem"]');
}

/** Returns the path of the row that an event is about. */
function pathAt(target: EventTarget, treeId: string): JsonPath | null {
  const row = target instanceof Element ? target.closest('[role="treeitem"]') : null;
  return row === null ? null : row.id.slice(treeId.length + 1);
}

type RowsProps = {
  rows: readonly TreeRow[];
  /** The row that must be in sight: the active one, or the one that was found. */
  shownAt: number;
  view: (row: TreeRow) => React.ReactNode;
};

function FewRows({ rows, shownAt, treeRef, view }: RowsProps & { treeRef: React.RefObject<HTMLDivElement | null> }) {
  useEffect(() => {
    if (shownAt >= 0) treeRef.current?.querySelector("[data-found]")?.scrollIntoView({ block: "nearest" });
  }, [shownAt, treeRef]);
  return rows.map((row) => (
    <div key={row.path} role="presentation">
      {view(row)}
    </div>
  ));
}

const rowHeight = 20;

type VirtualRowsProps = RowsProps & { scroller: Scroller; isByKey: boolean };

function VirtualRows({ rows, scroller, shownAt, isByKey, view }: VirtualRowsProps) {
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.element,
    estimateSize: () => rowHeight,
    overscan: 20,
    scrollMargin: scroller.margin,
    getItemKey: (index) => rows[index]?.path ?? index,
  });
  const isHovered = useRef(false);
  useEffect(() => {
    // A row that is active because the pointer is on it is in sight.
    if (shownAt >= 0 && !(isByKey && isHovered.current)) {
      virtualizer.scrollToIndex(shownAt, { align: isByKey ? "auto" : "center" });
    }
  }, [shownAt, isByKey, virtualizer]);
  return (
    <div
      role="presentation"
      style={{ position: "relative", height: virtualizer.getTotalSize() }}
      onPointerEnter={() => (isHovered.current = true)}
      onPointerLeave={() => (isHovered.current = false)}
    >
      {virtualizer.getVirtualItems().map((item) => {
        const row = rows[item.index];
        return row === undefined ? null : (
          <div
            key={item.key}
            ref={virtualizer.measureElement}
            data-index={item.index}
            role="presentation"
            className={styles["placed"]}
            style={{ transform: `translateY(${item.start - scroller.margin}px)` }}
          >
            {view(row)}
          </div>
        );
      })}
    </div>
  );
}

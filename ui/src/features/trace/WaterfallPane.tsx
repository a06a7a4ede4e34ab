// The waterfall in React's tree: hands tables and selections over and passes on what the user does.
import { ChevronsDownUp, Maximize2, Route } from "lucide-react";
import type { RefObject } from "react";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { IconButton } from "../../components/Button.tsx";
import { emptyQuery, type SpanQuery, servicesOf } from "../../trace-model/find.ts";
import { categoriesIn } from "../../trace-model/span-category.ts";
import { type SpanTable, spanIdOf } from "../../trace-model/span-table.ts";
import type { FocusStep, FoundCount } from "../../waterfall/host/listener.ts";
import { Waterfall } from "../../waterfall/host/waterfall.ts";
import { FindBar } from "./FindBar.tsx";
import { FocusPath } from "./FocusPath.tsx";
import { IconSprite } from "./IconSprite.tsx";
import { paneSizes } from "./pane-sizes.ts";
import { CriticalPathBar } from "./CriticalPathBar.tsx";
import { useCriticalPath } from "./use-critical-path.ts";
import { ViewMenu } from "./ViewMenu.tsx";
import { viewOptions } from "./view-options.ts";
import styles from "./WaterfallPane.module.css";

type WaterfallPaneProps = {
  table: SpanTable;
  spanId: string | null;
  onSelect: (spanId: string | null) => void;
  onInspect: () => void;
  onPainted: () => void;
  /** Gets the waterfall, for keys that are pressed elsewhere on the page. */
  waterfallRef: RefObject<Waterfall | null>;
};

export function WaterfallPane({ table, spanId, onSelect, onInspect, onPainted, waterfallRef }: WaterfallPaneProps) {
  const rootRef = useRef<HTMLDivElement>(null);
  const findRef = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState(emptyQuery);
  const [isFilter, setIsFilter] = useState(false);
  const [count, setCount] = useState<FoundCount | null>(null);
  const [look, setLook] = useState(viewOptions.look);
  const services = useMemo(() => servicesOf(table), [table]);
  const categories = useMemo(() => categoriesIn(table), [table]);
  const minimapRef = useRef<HTMLDivElement>(null);
  const [isFit, setIsFit] = useState(true);
  const [path, setPath] = useState<readonly FocusStep[]>([]);
  // The waterfall lives longer than a render; it calls what the last render passed.
  const critical = useCriticalPath(table);
  const onCriticalPath = critical.toggle;
  const listener = useRef({ onSelect, onInspect, onPainted, onCriticalPath });
  useLayoutEffect(() => {
    listener.current = { onSelect, onInspect, onPainted, onCriticalPath };
  });

  useLayoutEffect(() => {
    if (rootRef.current === null) return undefined;
    const waterfall = new Waterfall(
      rootRef.current,
      {
        onSelect: (span) => listener.current.onSelect(span),
        onInspect: () => listener.current.onInspect(),
        onPainted: () => listener.current.onPainted(),
        onSearch: () => {
          findRef.current?.focus();
          findRef.current?.select();
        },
        onCriticalPath: () => listener.current.onCriticalPath(),
        onFound: setCount,
        onFitChange: setIsFit,
        onFocusChange: setPath,
        onGutterWidth: (width) => (paneSizes.gutter = width),
      },
      { label: "Spans", gutterWidth: paneSizes.gutter, minimap: minimapRef.current },
    );
    waterfallRef.current = waterfall;
    return () => {
      waterfallRef.current = null;
      waterfall.destroy();
    };
  }, [waterfallRef]);

  useLayoutEffect(() => {
    viewOptions.look = look;
    waterfallRef.current?.setLook(look);
  }, [look, waterfallRef]);

  useLayoutEffect(() => {
    waterfallRef.current?.setTable(table);
    // Also after a new table: the span of a link may arrive after its page was opened.
    waterfallRef.current?.select(spanId);
  }, [table, spanId, waterfallRef]);

  useLayoutEffect(() => {
    waterfallRef.current?.showCriticalPath(critical.path);
  }, [critical.path, waterfallRef]);

  const ask = (next: SpanQuery, nextIsFilter: boolean): void => {
    setQuery(next);
    setIsFilter(nextIsFilter);
    waterfallRef.current?.find(next, nextIsFilter);
  };
  const run = (command: "toggle-all" | "fit" | "critical-path"): void => {
    waterfallRef.current?.run(command);
    waterfallRef.current?.focus();
  };
  return (
    <div className={styles["pane"]}>
      <IconSprite />
      <div ref={minimapRef} className={styles["minimap"]} data-testid="minimap" />
      <FindBar
        inputRef={findRef}
        query={query}
        isFilter={isFilter}
        onChange={ask}
        count={count}
        categories={categories}
        services={services}
        onStep={(direction) => waterfallRef.current?.run(direction)}
        onLeave={() => waterfallRef.current?.focus()}
        tools={<ViewMenu look={look} onChange={setLook} />}
      />
      {critical.isShown && (
        <CriticalPathBar
          path={critical.path}
          error={critical.error}
          onSelect={(span) => {
            onSelect(spanIdOf(table, span));
            waterfallRef.current?.focus();
          }}
          onClose={() => {
            critical.toggle();
            waterfallRef.current?.focus();
          }}
        />
      )}
      {path.length > 0 && (
        <FocusPath
          path={path}
          onFocus={(to) => {
            waterfallRef.current?.focusOn(to);
            waterfallRef.current?.focus();
          }}
        />
      )}
      <div className={styles["chart"]}>
        <div
          ref={rootRef}
          className={styles["waterfall"]}
          data-testid="waterfall"
          data-trace-id={table.traceId}
          data-n-spans={table.nSpans}
        />
        <div className={styles["tools"]}>
          <IconButton
            label={critical.isShown ? "Hide the critical path (x)" : "Show the critical path (x)"}
            icon={<Route size={13} />}
            onClick={() => run("critical-path")}
          />
          <IconButton
            label="Collapse or expand all (Z)"
            icon={<ChevronsDownUp size={14} />}
            onClick={() => run("toggle-all")}
          />
          {!isFit && (
            <IconButton label="Fit the whole trace (0)" icon={<Maximize2 size={13} />} onClick={() => run("fit")} />
          )}
        </div>
      </div>
    </div>
  );
}

// The waterfall in React's tree: hands tables and selections over and passes on what the user does.
import { Route } from "lucide-react";
import type { RefObject } from "react";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { IconButton } from "../../components/Button.tsx";
import { servicesOf } from "../../trace-model/find.ts";
import { categoriesIn } from "../../trace-model/span-category.ts";
import { type SpanTable, spanIdOf } from "../../trace-model/span-table.ts";
import type { WaterfallLook } from "../../waterfall/host/listener.ts";
import { Waterfall } from "../../waterfall/host/waterfall.ts";
import { FindBar } from "../../waterfall-tools/FindBar.tsx";
import { useWaterfallFacts, WaterfallFrame } from "../../waterfall-tools/WaterfallFrame.tsx";
import { paneSizes } from "./pane-sizes.ts";
import { CriticalPathBar } from "./CriticalPathBar.tsx";
import { useCriticalPath } from "./use-critical-path.ts";
import type { TraceView } from "./trace-view.ts";
import { ViewMenu } from "./ViewMenu.tsx";
import { viewOptions } from "./view-options.ts";

type WaterfallPaneProps = {
  table: SpanTable;
  spanId: string | null;
  view: TraceView;
  onView: (change: Partial<TraceView>) => void;
  onSelect: (spanId: string | null) => void;
  onInspect: () => void;
  onPainted: () => void;
  /** Gets the waterfall, for keys that are pressed elsewhere on the page. */
  waterfallRef: RefObject<Waterfall | null>;
};

export function WaterfallPane({
  table,
  spanId,
  view,
  onView,
  onSelect,
  onInspect,
  onPainted,
  waterfallRef,
}: WaterfallPaneProps) {
  const rootRef = useRef<HTMLDivElement>(null);
  const findRef = useRef<HTMLInputElement>(null);
  const { query, isFilter, focus } = view;
  const [facts, onFacts] = useWaterfallFacts();
  const [chosen, setChosen] = useState(viewOptions.look);
  const look = useMemo(() => ({ ...chosen, coloring: view.coloring ?? chosen.coloring }), [chosen, view.coloring]);
  const setLook = (next: WaterfallLook): void => {
    setChosen(next);
    if (next.coloring !== look.coloring) onView({ coloring: next.coloring === "kind" ? null : next.coloring });
  };
  const services = useMemo(() => servicesOf(table), [table]);
  const categories = useMemo(() => categoriesIn(table), [table]);
  const minimapRef = useRef<HTMLDivElement>(null);
  // The waterfall lives longer than a render; it calls what the last render passed.
  const critical = useCriticalPath(table, view.isCritical);
  const toggleCritical = (): void => onView({ isCritical: !view.isCritical });
  const listener = useRef({ onSelect, onInspect, onPainted, onView, toggleCritical });
  useLayoutEffect(() => {
    listener.current = { onSelect, onInspect, onPainted, onView, toggleCritical };
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
        onCriticalPath: () => listener.current.toggleCritical(),
        ...onFacts,
        onFocusChange: (steps) => {
          onFacts.onFocusChange(steps);
          listener.current.onView({ focus: steps.at(-1)?.spanId ?? null });
        },
        onGutterWidth: (width) => (paneSizes.gutter = width),
      },
      { label: "Spans", gutterWidth: paneSizes.gutter, minimap: minimapRef.current },
    );
    waterfallRef.current = waterfall;
    return () => {
      waterfallRef.current = null;
      waterfall.destroy();
    };
  }, [onFacts, waterfallRef]);

  useLayoutEffect(() => {
    viewOptions.look = chosen;
    waterfallRef.current?.setLook(look);
  }, [chosen, look, waterfallRef]);

  useLayoutEffect(() => {
    waterfallRef.current?.setTable(table);
    // Also after a new table: the span of a link may arrive after its page was opened.
    waterfallRef.current?.select(spanId);
  }, [table, spanId, waterfallRef]);

  useLayoutEffect(() => {
    waterfallRef.current?.showCriticalPath(critical.path);
  }, [critical.path, waterfallRef]);

  useLayoutEffect(() => {
    waterfallRef.current?.find(query, isFilter);
  }, [query, isFilter, waterfallRef]);

  useLayoutEffect(() => {
    waterfallRef.current?.focusOn(focus);
  }, [focus, waterfallRef]);

  return (
    <WaterfallFrame
      waterfallRef={waterfallRef}
      rootRef={rootRef}
      minimapRef={minimapRef}
      minimapHeight={48}
      facts={facts}
      bars={
        <>
          <FindBar
            inputRef={findRef}
            query={query}
            isFilter={isFilter}
            onChange={(nextQuery, nextIsFilter) => onView({ query: nextQuery, isFilter: nextIsFilter })}
            count={facts.count}
            categories={categories}
            services={services}
            onStep={(direction) => waterfallRef.current?.run(direction)}
            onLeave={() => waterfallRef.current?.focus()}
            tools={<ViewMenu look={look} onChange={setLook} />}
          />
          {view.isCritical && (
            <CriticalPathBar
              path={critical.path}
              error={critical.error}
              onSelect={(span) => {
                onSelect(spanIdOf(table, span));
                waterfallRef.current?.focus();
              }}
              onClose={() => {
                toggleCritical();
                waterfallRef.current?.focus();
              }}
            />
          )}
        </>
      }
      tools={
        <IconButton
          label={view.isCritical ? "Hide the critical path (x)" : "Show the critical path (x)"}
          icon={<Route size={13} />}
          onClick={() => {
            waterfallRef.current?.run("critical-path");
            waterfallRef.current?.focus();
          }}
        />
      }
      fitLabel="Fit the whole trace (0)"
      root={{ "data-testid": "waterfall", "data-trace-id": table.traceId, "data-n-spans": table.nSpans }}
    />
  );
}

// The merged waterfall in React's tree: hands tables and selections over and passes on what the user does.
import type { RefObject } from "react";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import type { CssPixels } from "../../base/units.ts";
import type { MergedTrace } from "../../compare-model/merged-trace.ts";
import { emptyQuery, servicesOf } from "../../trace-model/find.ts";
import { categoriesIn } from "../../trace-model/span-category.ts";
import { Waterfall } from "../../waterfall/host/waterfall.ts";
import { FindBar } from "../../waterfall-tools/FindBar.tsx";
import { useWaterfallFacts, WaterfallFrame } from "../../waterfall-tools/WaterfallFrame.tsx";
import { compareColumnsOf } from "./compare-columns.ts";
import { SignSprite } from "./SignSprite.tsx";

/** For as long as the page of the app lives; null is our own choice. */
let gutterWidth: CssPixels | null = null;

type MergedPaneProps = {
  merged: MergedTrace;
  spanId: string | null;
  isSplit: boolean;
  isFinding: boolean;
  onFinding: (isFinding: boolean) => void;
  onSelect: (spanId: string | null) => void;
  onInspect: () => void;
  onOnlyChanges: () => void;
  onSideBySide: () => void;
  onPainted: () => void;
  /** Gets the waterfall, for keys that are pressed elsewhere on the page. */
  waterfallRef: RefObject<Waterfall | null>;
};

export function MergedPane(props: MergedPaneProps) {
  const { merged, spanId, isSplit, isFinding, onFinding, waterfallRef } = props;
  const { table, comparison } = merged;
  const rootRef = useRef<HTMLDivElement>(null);
  const minimapRef = useRef<HTMLDivElement>(null);
  const findRef = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState({ query: emptyQuery, isFilter: false });
  const [facts, onFacts] = useWaterfallFacts();
  const columns = useMemo(() => compareColumnsOf(comparison), [comparison]);
  const services = useMemo(() => servicesOf(table), [table]);
  const categories = useMemo(() => categoriesIn(table), [table]);
  // The waterfall lives longer than a render; it calls what the last render passed.
  const listener = useRef(props);
  useLayoutEffect(() => {
    listener.current = props;
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
          listener.current.onFinding(true);
          // The bar may not be there before the next frame.
          setTimeout(() => findRef.current?.select(), 0);
        },
        // Either side has its own: there is no one path of both.
        onCriticalPath: () => {},
        onOnlyChanges: () => listener.current.onOnlyChanges(),
        onSideBySide: () => listener.current.onSideBySide(),
        ...onFacts,
        onGutterWidth: (width) => (gutterWidth = width),
      },
      { label: "Merged spans", gutterWidth, minimap: minimapRef.current },
    );
    waterfallRef.current = waterfall;
    return () => {
      waterfallRef.current = null;
      waterfall.destroy();
    };
  }, [onFacts, waterfallRef]);

  useLayoutEffect(() => {
    waterfallRef.current?.setLook({ columns, coloring: "kind", isSplit });
  }, [columns, isSplit, waterfallRef]);

  useLayoutEffect(() => {
    waterfallRef.current?.setTable(table, merged);
    waterfallRef.current?.select(spanId);
  }, [table, merged, spanId, waterfallRef]);

  useLayoutEffect(() => {
    waterfallRef.current?.find(asked.query, asked.isFilter);
  }, [asked, waterfallRef]);

  return (
    <WaterfallFrame
      waterfallRef={waterfallRef}
      rootRef={rootRef}
      minimapRef={minimapRef}
      minimapHeight={34}
      facts={facts}
      above={
        <>
          <SignSprite />
          {isFinding && (
            <FindBar
              inputRef={findRef}
              query={asked.query}
              isFilter={asked.isFilter}
              onChange={(query, isFilter) => setAsked({ query, isFilter })}
              count={facts.count}
              categories={categories}
              services={services}
              onStep={(direction) => waterfallRef.current?.run(direction)}
              onLeave={() => {
                onFinding(false);
                setAsked({ query: emptyQuery, isFilter: false });
                waterfallRef.current?.focus();
              }}
              tools={null}
            />
          )}
        </>
      }
      fitLabel="Fit both traces (0)"
      root={{
        "data-testid": "merged-waterfall",
        "data-n-rows": comparison.nRows,
        "data-only-changes": merged.isOnlyChanges,
        "data-split": isSplit,
      }}
    />
  );
}

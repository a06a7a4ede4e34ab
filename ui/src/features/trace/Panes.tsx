// Waterfall and inspector side by side, with a separator that can be dragged.
import type { CSSProperties, ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import { makeDraggable } from "../../waterfall/host/drag-separator.ts";
import { inspectorWidth, paneSizes } from "./pane-sizes.ts";
import styles from "./Panes.module.css";
import { useElementWidth } from "../../waterfall-tools/use-element-size.ts";

export function Panes({ main, side }: { main: ReactNode; side: ReactNode }) {
  const rootRef = useRef<HTMLDivElement>(null);
  const separatorRef = useRef<HTMLDivElement>(null);
  // The panes fill the page: with its width they stand right at once, and the waterfall is not laid out twice.
  const [widthBefore] = useState(() => document.querySelector("main")?.clientWidth ?? 0);
  const pageWidth = useElementWidth(rootRef) || widthBefore;
  const [chosen, setChosen] = useState(paneSizes.inspector);
  const width = inspectorWidth(pageWidth, chosen);
  // The separator asks while it is dragged, long after the render that made it.
  const place = useRef({ pageWidth, width });
  useEffect(() => {
    place.current = { pageWidth, width };
  });

  useEffect(() => {
    if (separatorRef.current === null) return undefined;
    const listening = new AbortController();
    const choose = (chosenWidth: number | null): void => {
      paneSizes.inspector = chosenWidth;
      setChosen(chosenWidth);
    };
    makeDraggable(
      separatorRef.current,
      {
        position: () => place.current.pageWidth - place.current.width,
        move: (to) => choose(inspectorWidth(place.current.pageWidth, place.current.pageWidth - to)),
        reset: () => choose(null),
      },
      listening.signal,
    );
    return () => listening.abort();
  }, []);

  return (
    <div ref={rootRef} className={styles["panes"]} style={{ "--inspector": `${width}px` } as CSSProperties}>
      {main}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a separator with a value can be moved by keys */}
      <div
        ref={separatorRef}
        className={styles["separator"]}
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the inspector"
        aria-valuenow={width}
        tabIndex={0}
      />
      {side}
    </div>
  );
}

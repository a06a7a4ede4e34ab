// What every pane of a waterfall has around it: the picture of the whole, the way to the focus, and the tools in its corner.
import { ChevronsDownUp, Maximize2 } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { useState } from "react";
import { IconButton } from "../components/Button.tsx";
import type { CssPixels } from "../base/units.ts";
import type { FocusStep, FoundCount, WaterfallListener } from "../waterfall/host/listener.ts";
import type { Waterfall } from "../waterfall/host/waterfall.ts";
import { FocusPath } from "./FocusPath.tsx";
import { IconSprite } from "./IconSprite.tsx";
import styles from "./WaterfallFrame.module.css";

/** What a waterfall tells that its frame shows. */
export interface WaterfallFacts {
  /** Null while nothing is asked. */
  readonly count: FoundCount | null;
  readonly isFit: boolean;
  readonly path: readonly FocusStep[];
}

type FactsListener = Pick<WaterfallListener, "onFound" | "onFitChange" | "onFocusChange">;

/** Returns what a waterfall told last, and what is to listen to it: the same functions in every render. */
export function useWaterfallFacts(): [WaterfallFacts, FactsListener] {
  const [count, onFound] = useState<FoundCount | null>(null);
  const [isFit, onFitChange] = useState(true);
  const [path, onFocusChange] = useState<readonly FocusStep[]>([]);
  const [listener] = useState<FactsListener>({ onFound, onFitChange, onFocusChange });
  return [{ count, isFit, path }, listener];
}

type WaterfallFrameProps = {
  waterfallRef: RefObject<Waterfall | null>;
  /** Where the waterfall is to be. */
  rootRef: RefObject<HTMLDivElement | null>;
  minimapRef: RefObject<HTMLDivElement | null>;
  minimapHeight: CssPixels;
  facts: WaterfallFacts;
  /** Above the picture of the whole. */
  above?: ReactNode;
  /** Between it and the waterfall. */
  bars?: ReactNode;
  /** Before the tools that every waterfall has. */
  tools?: ReactNode;
  fitLabel: string;
  /** What tests and measurements read of the waterfall's element. */
  root: Readonly<Record<`data-${string}`, string | number | boolean>>;
};

export function WaterfallFrame(props: WaterfallFrameProps) {
  const { waterfallRef, rootRef, minimapRef, minimapHeight, facts, above, bars, tools, fitLabel, root } = props;
  const run = (command: "toggle-all" | "fit"): void => {
    waterfallRef.current?.run(command);
    waterfallRef.current?.focus();
  };
  return (
    <div className={styles["pane"]}>
      <IconSprite />
      {above}
      <div ref={minimapRef} className={styles["minimap"]} style={{ height: minimapHeight }} data-testid="minimap" />
      {bars}
      {facts.path.length > 0 && (
        <FocusPath
          path={facts.path}
          onFocus={(to) => {
            waterfallRef.current?.focusOn(to);
            waterfallRef.current?.focus();
          }}
        />
      )}
      <div className={styles["chart"]}>
        <div ref={rootRef} className={styles["waterfall"]} {...root} />
        <div className={styles["tools"]}>
          {tools}
          <IconButton
            label="Collapse or expand all (Z)"
            icon={<ChevronsDownUp size={14} />}
            onClick={() => run("toggle-all")}
          />
          {!facts.isFit && <IconButton label={fitLabel} icon={<Maximize2 size={13} />} onClick={() => run("fit")} />}
        </div>
      </div>
    </div>
  );
}

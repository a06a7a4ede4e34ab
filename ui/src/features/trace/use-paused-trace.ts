// Holds an open trace still for as long as the user wants, and knows what waits meanwhile.
import { useState } from "react";
import { useHold } from "../../api/live-react.tsx";
import type { TraceDetail } from "../../api/messages.ts";
import { formatCount } from "../../base/format.ts";
import { useFrozen } from "../../components/use-frozen.ts";
import { usePauseKey } from "../../components/use-pause-key.ts";

export type TracePause = {
  isPaused: boolean;
  /** The trace as it was when it was paused; what the user does to it shows all the same. */
  shown: TraceDetail | undefined;
  /** What has come since. */
  news: string | undefined;
  toggle: () => void;
};

export function usePausedTrace(traceId: string, live: TraceDetail | undefined, canPause: boolean): TracePause {
  const [isWanted, setIsWanted] = useState(false);
  const isPaused = isWanted && live !== undefined;
  useHold(`trace:${traceId}`, isPaused);
  const toggle = (): void => {
    if (canPause) setIsWanted(!isPaused);
  };
  usePauseKey(toggle);
  const held = useFrozen(live, isPaused, traceId);
  if (!isPaused || held === undefined) return { isPaused, shown: live, news: undefined, toggle };
  const shown = { ...live, summary: { ...held.summary, ...ownDoing(live) } };
  return { isPaused, shown, news: newsOf(held, live), toggle };
}

/** What changes by the hand of the user, not by what arrives. */
function ownDoing({ summary }: TraceDetail) {
  const { is_pinned, baseline, experiment_id, assessments } = summary;
  return { is_pinned, experiment_id, assessments, ...(baseline === undefined ? {} : { baseline }) };
}

function newsOf({ summary: held }: TraceDetail, { summary: live }: TraceDetail): string | undefined {
  const nNew = live.n_spans - held.n_spans;
  if (nNew > 0) return formatCount(nNew, "new span");
  const isChanged =
    live.state !== held.state || live.duration_ns !== held.duration_ns || live.has_root !== held.has_root;
  return isChanged ? "changes" : undefined;
}

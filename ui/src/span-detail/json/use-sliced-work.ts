// Does long work in slices short enough that the page stays alive between them.
import { useEffect, useEffectEvent } from "react";

/** Work that tells after each step whether there is more to do. */
export type Steps = () => boolean;

/** Half a frame. */
const sliceMs = 8;

/** Runs the steps of `start()` in slices; starts anew when `start` changes. `onSlice` is called after each slice. */
export function useSlicedWork(start: (() => Steps) | null, onSlice: (isDone: boolean) => void): void {
  const tell = useEffectEvent(onSlice);
  useEffect(() => {
    if (start === null) return undefined;
    const step = start();
    let timer = 0;
    const slice = (): void => {
      const until = performance.now() + sliceMs;
      let isDone = false;
      while (!isDone && performance.now() < until) isDone = !step();
      tell(isDone);
      if (!isDone) timer = window.setTimeout(slice);
    };
    slice();
    return () => clearTimeout(timer);
  }, [start]);
}

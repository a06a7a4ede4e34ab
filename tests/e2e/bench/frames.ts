// Measures frames from within a page: the work of each on the main thread, and how many came late.
import type { PageDriver } from "./page-driver.ts";

export type FrameFigures = { nFrames: number; p95Ms: number; longestMs: number; missedShare: number };

type Recorder = { work: number[]; times: number[] };

declare global {
  interface Window {
    traceloupeFrames?: Recorder;
  }
}

/** Times every frame callback of the open page from then on. */
async function watchFrames(page: PageDriver): Promise<void> {
  await page.evaluate(() => {
    if (window.traceloupeFrames !== undefined) return;
    const recorder: Recorder = { work: [], times: [] };
    window.traceloupeFrames = recorder;
    const request = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (callback) =>
      request((time) => {
        const before = performance.now();
        callback(time);
        recorder.work.push(performance.now() - before);
        recorder.times.push(time);
      });
  }, null);
}

/** Runs something that moves what is seen, and returns the figures of its frames. */
export async function framesOf(page: PageDriver, act: () => Promise<void>): Promise<FrameFigures> {
  await watchFrames(page);
  await page.evaluate(() => {
    if (window.traceloupeFrames) window.traceloupeFrames.work.length = window.traceloupeFrames.times.length = 0;
  }, null);
  await act();
  const { work, times } = await page.evaluate(() => window.traceloupeFrames ?? { work: [], times: [] }, null);
  const sorted = work.toSorted((one, other) => one - other);
  // Callbacks of one frame have one time.
  const gaps = times
    .slice(1)
    .map((time, place) => time - (times[place] ?? 0))
    .filter((gap) => gap > 0);
  const missed = gaps.filter((gap) => gap > 25).length;
  return {
    nFrames: work.length,
    p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
    longestMs: sorted.at(-1) ?? 0,
    missedShare: missed / Math.max(1, gaps.length),
  };
}

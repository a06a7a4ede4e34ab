import { expect, test } from "vitest";
import type { FrameClock, FramePhase } from "./scheduler.ts";
import { FrameScheduler, framePhases } from "./scheduler.ts";

/** A clock whose frames the test runs; each look at it takes a millisecond. */
function manualClock(): FrameClock & { runFrame(): void; nPending(): number } {
  const callbacks = new Map<number, () => void>();
  let time = 0;
  let nextId = 0;
  return {
    requestFrame: (callback) => {
      callbacks.set(++nextId, callback);
      return nextId;
    },
    cancelFrame: (id) => callbacks.delete(id),
    now: () => time++,
    runFrame: () => {
      const due = [...callbacks.values()];
      callbacks.clear();
      for (const callback of due) callback();
    },
    nPending: () => callbacks.size,
  };
}

function recordingPhases(
  log: string[],
  also: Partial<Record<FramePhase, () => void>> = {},
): Record<FramePhase, () => void> {
  const entries = framePhases.map((phase) => [
    phase,
    () => {
      log.push(phase);
      also[phase]?.();
    },
  ]);
  return Object.fromEntries(entries) as Record<FramePhase, () => void>;
}

test("many requests are one frame, with its phases in order", () => {
  const clock = manualClock();
  const log: string[] = [];
  const scheduler = new FrameScheduler(recordingPhases(log), clock);
  scheduler.request();
  scheduler.request();
  expect(clock.nPending()).toBe(1);
  clock.runFrame();
  expect(log).toEqual(["input", "state", "canvas", "dom"]);
  expect(scheduler.times).toMatchObject({ nFrames: 1, last: { input: 1, canvas: 1 }, longest: { dom: 1 } });
  clock.runFrame();
  expect(log).toHaveLength(4);
});

test("a request from within a frame is for the next one", () => {
  const clock = manualClock();
  const log: string[] = [];
  const again: (() => void)[] = [];
  const scheduler = new FrameScheduler(recordingPhases(log, { canvas: () => again.pop()?.() }), clock);
  again.push(() => scheduler.request());
  scheduler.request();
  clock.runFrame();
  expect(log).toHaveLength(4);
  clock.runFrame();
  expect(log).toHaveLength(8);
});

test("flush runs the pending frame at once, and only then; cancel forgets it", () => {
  const clock = manualClock();
  const log: string[] = [];
  const scheduler = new FrameScheduler(recordingPhases(log), clock);
  scheduler.flush();
  expect(log).toEqual([]);
  scheduler.request();
  scheduler.flush();
  expect(log).toHaveLength(4);
  expect(clock.nPending()).toBe(0);
  scheduler.request();
  scheduler.cancel();
  clock.runFrame();
  expect(log).toHaveLength(4);
});

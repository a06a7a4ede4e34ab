// Owns the frame: whatever asked for one, a frame runs input, state, canvas and DOM once each, in this order.

/** The phases of a frame in their order. */
export const framePhases = ["input", "state", "canvas", "dom"] as const;

export type FramePhase = (typeof framePhases)[number];

/** How long the phases of the frames took, in milliseconds. */
export interface FrameTimes {
  readonly nFrames: number;
  readonly last: Readonly<Record<FramePhase, number>>;
  readonly longest: Readonly<Record<FramePhase, number>>;
}

/** What a scheduler needs of a browser. */
export interface FrameClock {
  requestFrame(callback: () => void): number;
  cancelFrame(id: number): void;
  now(): number;
}

export const browserFrameClock: FrameClock = {
  requestFrame: (callback) => requestAnimationFrame(callback),
  cancelFrame: (id) => cancelAnimationFrame(id),
  now: () => performance.now(),
};

export class FrameScheduler {
  readonly #clock: FrameClock;
  readonly #phases: Readonly<Record<FramePhase, () => void>>;
  #pending: number | null = null;
  #nFrames = 0;
  readonly #last = noTimes();
  readonly #longest = noTimes();

  constructor(phases: Readonly<Record<FramePhase, () => void>>, clock: FrameClock = browserFrameClock) {
    this.#phases = phases;
    this.#clock = clock;
  }

  /** Asks for a frame; many requests before it are one. A request from within a phase is for the next frame. */
  request(): void {
    this.#pending ??= this.#clock.requestFrame(() => this.#run());
  }

  /** Runs the pending frame now, if there is one: after a resize the canvas is empty and must not be seen so. */
  flush(): void {
    if (this.#pending === null) return;
    this.#clock.cancelFrame(this.#pending);
    this.#run();
  }

  /** Forgets the pending frame. */
  cancel(): void {
    if (this.#pending !== null) this.#clock.cancelFrame(this.#pending);
    this.#pending = null;
  }

  get times(): FrameTimes {
    return { nFrames: this.#nFrames, last: { ...this.#last }, longest: { ...this.#longest } };
  }

  #run(): void {
    this.#pending = null;
    this.#nFrames++;
    let before = this.#clock.now();
    for (const phase of framePhases) {
      this.#phases[phase]();
      const after = this.#clock.now();
      this.#last[phase] = after - before;
      this.#longest[phase] = Math.max(this.#longest[phase], after - before);
      before = after;
    }
  }
}

function noTimes(): Record<FramePhase, number> {
  return { input: 0, state: 0, canvas: 0, dom: 0 };
}

// Keeps ONE event stream for all tabs and windows of the origin and tells each of them what changed.
//
// A browser engine opens only six connections per origin, and every open stream costs one. So the tabs elect a leader by a
// web lock; the leader reads the stream and passes events on by broadcast. When it goes, the engine frees the lock and the next
// tab in line opens its own stream. What may have been missed in between is covered by the tag `*`: ask for everything again.
import { EventStream, type OpenSource, type StreamState } from "./event-stream.ts";

/** What the status dot shows: `ok`, trying again since a moment, or for so long that the server is likely gone. */
export type LiveState = StreamState;

export type LiveListener = (tags: readonly string[]) => void;

/** The parts of the platform that sharing needs; absent ones make each tab open its own stream. */
export type LivePlatform = {
  openSource: OpenSource;
  locks?: Pick<LockManager, "request"> | undefined;
  openChannel?: (() => Channel) | undefined;
  /** Whether the page is in the background, where its timers and messages may come late and in the wrong order. */
  isHidden: () => boolean;
};

export type Channel = Pick<BroadcastChannel, "postMessage" | "close" | "onmessage">;

type Message =
  | { kind: "change"; tags: readonly string[] }
  | { kind: "state"; state: LiveState }
  /** A tab asks whether a leader is there, and in which state; the leader answers with `state`. */
  | { kind: "ask" };

const lockName = "traceloupe-live";
/** How often a follower asks, and how long the leader may be silent before the follower takes over. */
const askEveryMs = 5_000;
const answerWithinMs = 2_000;

export class Live {
  #platform: LivePlatform;
  #listeners = new Set<LiveListener>();
  #stateListeners = new Set<() => void>();
  #state: LiveState = "connecting";
  #stream: EventStream | null = null;
  #channel: Channel | null = null;
  #abort: AbortController | null = null;
  #endLeadership: (() => void) | null = null;
  #askTimer: ReturnType<typeof setInterval> | undefined;
  #answerTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(platform: LivePlatform) {
    this.#platform = platform;
  }

  /** Joins the other tabs; call `stop` when the page is hidden for good, `start` again when it comes back. */
  start(): void {
    if (this.#abort) return;
    this.#abort = new AbortController();
    const { locks, openChannel } = this.#platform;
    if (!locks || !openChannel) {
      this.#openStream();
      return;
    }
    this.#channel = openChannel();
    this.#channel.onmessage = (event: MessageEvent<Message>) => this.#onMessage(event.data);
    this.#queueForLeadership(false);
    this.#ask();
    this.#askTimer = setInterval(() => this.#ask(), askEveryMs);
  }

  stop(): void {
    if (!this.#abort) return;
    clearInterval(this.#askTimer);
    clearTimeout(this.#answerTimer);
    this.#abort.abort();
    this.#abort = null;
    this.#stepDown();
    this.#channel?.close();
    this.#channel = null;
  }

  get state(): LiveState {
    return this.#state;
  }

  get isLeader(): boolean {
    return this.#endLeadership !== null;
  }

  /** Calls `listener` with the tags of each change; returns how to end that. */
  onChange(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onStateChange = (listener: () => void): (() => void) => {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  };

  #queueForLeadership(steal: boolean): void {
    const { locks } = this.#platform;
    const abort = this.#abort;
    if (!locks || !abort) return;
    // A request that steals must not carry a signal.
    const options: LockOptions = steal ? { steal: true } : { signal: abort.signal };
    locks
      .request(lockName, options, () => this.#lead(abort))
      .catch(() => {
        // Either stopped, or another tab took the lock from us because we did not answer: follow it.
        if (this.#abort !== abort) return;
        this.#stepDown();
        this.#queueForLeadership(false);
      });
  }

  /** Holds the lock for as long as the returned promise is pending. */
  #lead(abort: AbortController): Promise<void> {
    if (this.#abort !== abort || this.isLeader) return Promise.resolve();
    clearTimeout(this.#answerTimer);
    this.#openStream();
    return new Promise((resolve) => {
      this.#endLeadership = resolve;
    });
  }

  #stepDown(): void {
    this.#stream?.close();
    this.#stream = null;
    this.#endLeadership?.();
    this.#endLeadership = null;
  }

  #openStream(): void {
    this.#stream = new EventStream(this.#platform.openSource, {
      onChange: (tags) => {
        this.#emit(tags);
        this.#send({ kind: "change", tags });
      },
      onState: (state) => {
        this.#setState(state);
        this.#send({ kind: "state", state });
      },
    });
  }

  #onMessage(message: Message): void {
    switch (message.kind) {
      case "ask":
        if (this.isLeader) this.#send({ kind: "state", state: this.#state });
        break;
      case "state":
        clearTimeout(this.#answerTimer);
        if (!this.isLeader) this.#setState(message.state);
        break;
      case "change":
        clearTimeout(this.#answerTimer);
        if (!this.isLeader) this.#emit(message.tags);
        break;
    }
  }

  /** Asks the leader for a sign of life; one that is frozen in the background can't give it and loses the lock. */
  #ask(): void {
    if (this.isLeader || this.#platform.isHidden()) return;
    this.#send({ kind: "ask" });
    clearTimeout(this.#answerTimer);
    this.#answerTimer = setTimeout(() => {
      if (!this.isLeader) this.#queueForLeadership(true);
    }, answerWithinMs);
  }

  #send(message: Message): void {
    this.#channel?.postMessage(message);
  }

  #emit(tags: readonly string[]): void {
    for (const listener of this.#listeners) listener(tags);
  }

  #setState(state: LiveState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#stateListeners) listener();
  }
}

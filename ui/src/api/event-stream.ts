// Reads the server's live events, opening the stream again whenever it breaks.
import type { Change } from "./messages.ts";

export type StreamState = "connecting" | "ok" | "reconnecting" | "offline";

/** The parts of an EventSource that we use. */
export type Source = {
  addEventListener(type: "open" | "change" | "error", listener: (event: MessageEvent<string>) => void): void;
  close(): void;
};

export type OpenSource = () => Source;

type Handlers = { onChange: (tags: readonly string[]) => void; onState: (state: StreamState) => void };

/** Waits between attempts; the last one repeats. Loopback answers at once or not at all, so they start short. */
const retryAfterMs = [250, 500, 1_000, 2_000, 3_000] as const;
/** After this many failures in a row (about seven seconds) the server is called offline. */
const nFailuresToOffline = 5;

export class EventStream {
  #openSource: OpenSource;
  #handlers: Handlers;
  #source: Source | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #nFailures = 0;

  constructor(openSource: OpenSource, handlers: Handlers) {
    this.#openSource = openSource;
    this.#handlers = handlers;
    this.#connect();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #connect(): void {
    const source = this.#openSource();
    this.#source = source;
    let isFirst = true;
    source.addEventListener("open", () => {
      this.#nFailures = 0;
      this.#handlers.onState("ok");
      // Anything may have happened before the stream was open, at the first time as after a break.
      this.#handlers.onChange(["*"]);
    });
    source.addEventListener("change", (event) => {
      const tags = tagsOf(event.data);
      // The server greets with `*`, which was said when the stream opened.
      const isGreeting = isFirst && tags.length === 1 && tags[0] === "*";
      isFirst = false;
      if (!isGreeting) this.#handlers.onChange(tags);
    });
    source.addEventListener("error", () => {
      // The engine's own retry waits seconds and gives up for good on any status but 200.
      source.close();
      if (this.#source !== source) return;
      const wait = retryAfterMs[Math.min(this.#nFailures, retryAfterMs.length - 1)];
      this.#nFailures += 1;
      this.#handlers.onState(this.#nFailures >= nFailuresToOffline ? "offline" : "reconnecting");
      this.#timer = setTimeout(() => this.#connect(), wait);
    });
  }
}

/** Reads the tags of an event; one that can't be read counts as "everything changed". */
function tagsOf(data: string): readonly string[] {
  try {
    return (JSON.parse(data) as Change).tags;
  } catch {
    return ["*"];
  }
}

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Channel, Live } from "./live.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** The server's end of the event streams of all tabs. */
class FakeServer {
  open: FakeSource[] = [];
  nOpened = 0;
  isUp = true;

  openSource = (): FakeSource => {
    const source = new FakeSource(this);
    this.nOpened += 1;
    this.open.push(source);
    setTimeout(() => (this.isUp ? source.fire("open") : source.fire("error")), 1);
    return source;
  };

  send(tags: string[]): void {
    for (const source of this.open) source.fire("change", JSON.stringify({ tags }));
  }

  fail(): void {
    this.isUp = false;
    for (const source of this.open) source.fire("error");
  }
}

class FakeSource {
  #server: FakeServer;
  #listeners: [string, (event: MessageEvent<string>) => void][] = [];
  constructor(server: FakeServer) {
    this.#server = server;
  }
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners.push([type, listener]);
  }
  fire(type: string, data = ""): void {
    if (!this.#server.open.includes(this)) return;
    for (const [wanted, listener] of this.#listeners) if (wanted === type) listener({ data } as MessageEvent<string>);
  }
  close(): void {
    this.#server.open = this.#server.open.filter((source) => source !== this);
  }
}

/** Web locks as the specification says, for one name: a queue, `signal` and `steal`. */
class FakeLocks {
  #held: { reject: (error: Error) => void } | null = null;
  #queue: (() => void)[] = [];

  request = ((_name: string, options: LockOptions, callback: () => Promise<void>): Promise<void> =>
    new Promise((resolve, reject) => {
      const grant = (): void => {
        if (options.signal?.aborted === true) {
          this.#next();
          return;
        }
        const holder = { reject };
        this.#held = holder;
        void callback().then(() => {
          resolve();
          if (this.#held === holder) this.#next();
        });
      };
      options.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      if (options.steal === true) {
        this.#held?.reject(new DOMException("stolen", "AbortError"));
        grant();
      } else if (this.#held) this.#queue.push(grant);
      else grant();
    })) as unknown as LockManager["request"];

  #next(): void {
    this.#held = null;
    this.#queue.shift()?.();
  }
}

/** Broadcast between tabs, never to oneself, always later. */
class FakeBroadcast {
  channels = new Set<Channel & { isFrozen: boolean }>();
  open = (): Channel & { isFrozen: boolean } => {
    const channel: Channel & { isFrozen: boolean } = {
      isFrozen: false,
      onmessage: null,
      close: () => this.channels.delete(channel),
      postMessage: (data: unknown) => {
        for (const other of this.channels) {
          if (other === channel) continue;
          setTimeout(() => {
            if (this.channels.has(other) && !other.isFrozen)
              (other.onmessage as ((event: MessageEvent) => void) | null)?.({ data } as MessageEvent);
          }, 0);
        }
      },
    };
    this.channels.add(channel);
    return channel;
  };
}

function browser() {
  const server = new FakeServer();
  const locks = new FakeLocks();
  const broadcast = new FakeBroadcast();
  const openTab = () => {
    const seen: string[] = [];
    let channel: ReturnType<FakeBroadcast["open"]> | undefined;
    const live = new Live({
      openSource: server.openSource,
      locks,
      openChannel: () => (channel = broadcast.open()),
      isHidden: () => false,
    });
    live.onChange((tags) => seen.push(...tags));
    live.start();
    const freeze = (): void => {
      if (channel) channel.isFrozen = true;
    };
    return { live, seen, freeze };
  };
  return { server, openTab };
}

const settle = (ms = 50) => vi.advanceTimersByTimeAsync(ms);

test("three tabs share one stream, and each sees each change once", async () => {
  const { server, openTab } = browser();
  const tabs = [openTab(), openTab(), openTab()];
  await settle();
  expect(server.open).toHaveLength(1);
  expect(tabs.map((tab) => tab.live.state)).toEqual(["ok", "ok", "ok"]);

  for (const tab of tabs) tab.seen.length = 0;
  server.send(["traces", "status"]);
  await settle();
  expect(tabs.map((tab) => tab.seen)).toEqual([
    ["traces", "status"],
    ["traces", "status"],
    ["traces", "status"],
  ]);
});

test("a tab that joins later learns the state from the leader", async () => {
  const { server, openTab } = browser();
  openTab();
  await settle();
  const late = openTab();
  expect(late.live.state).toBe("connecting");
  await settle();
  expect(late.live.state).toBe("ok");
  expect(server.nOpened).toBe(1);
});

test("when the leader closes, the next tab opens its own stream and everything is asked for again", async () => {
  const { server, openTab } = browser();
  const [first, second, third] = [openTab(), openTab(), openTab()];
  await settle();
  second.seen.length = 0;
  third.seen.length = 0;
  first.live.stop();
  await settle();
  expect(server.open).toHaveLength(1);
  expect(server.nOpened).toBe(2);
  expect([second.seen, third.seen]).toEqual([["*"], ["*"]]);

  server.send(["traces"]);
  await settle();
  expect([second.seen, third.seen]).toEqual([
    ["*", "traces"],
    ["*", "traces"],
  ]);
});

test("a leader that is frozen in the background loses the lead, and follows when it wakes", async () => {
  const { server, openTab } = browser();
  const frozen = openTab();
  await settle();
  frozen.freeze();
  const awake = openTab();
  await settle(2_100);
  expect(awake.live.isLeader).toBe(true);
  expect(frozen.live.isLeader).toBe(false);
  expect(server.open).toHaveLength(1);
  expect(awake.seen).toContain("*");
});

test("a tab that stops while it waits for the lead never opens a stream", async () => {
  const { server, openTab } = browser();
  const leader = openTab();
  const waiting = openTab();
  await settle();
  waiting.live.stop();
  leader.live.stop();
  await settle(10_000);
  expect(server.open).toHaveLength(0);
  expect(server.nOpened).toBe(1);
});

test("a page that comes back from the back-forward cache joins again", async () => {
  const { server, openTab } = browser();
  const tab = openTab();
  await settle();
  tab.live.stop();
  tab.live.start();
  await settle();
  expect(server.open).toHaveLength(1);
  expect(tab.live.state).toBe("ok");
  expect(tab.seen).toEqual(["*", "*"]);
});

test("a broken stream is opened again with longer and longer waits, and asks for everything once it is back", async () => {
  const { server, openTab } = browser();
  const [leader, follower] = [openTab(), openTab()];
  await settle();
  leader.seen.length = 0;
  server.fail();
  await settle();
  expect([leader.live.state, follower.live.state]).toEqual(["reconnecting", "reconnecting"]);
  await settle(10_000);
  expect([leader.live.state, follower.live.state]).toEqual(["offline", "offline"]);
  expect(server.nOpened).toBeLessThan(10);
  expect(leader.seen).toEqual([]);

  server.isUp = true;
  await settle(3_100);
  expect([leader.live.state, follower.live.state]).toEqual(["ok", "ok"]);
  expect(leader.seen).toEqual(["*"]);
  expect(server.open).toHaveLength(1);
});

test("the server's greeting does not ask for everything twice, a later `*` does", async () => {
  const { server, openTab } = browser();
  const tab = openTab();
  await settle();
  server.send(["*"]);
  expect(tab.seen).toEqual(["*"]);
  server.send(["*"]);
  expect(tab.seen).toEqual(["*", "*"]);
});

test("an event that can't be read counts as: everything changed", async () => {
  const { server, openTab } = browser();
  const tab = openTab();
  await settle();
  server.send(["traces"]);
  tab.seen.length = 0;
  for (const source of server.open) source.fire("change", "{");
  expect(tab.seen).toEqual(["*"]);
});

test("without web locks each tab has its own stream", async () => {
  const server = new FakeServer();
  const tabs = [1, 2].map(() => new Live({ openSource: server.openSource, isHidden: () => false }));
  for (const tab of tabs) tab.start();
  await settle();
  expect(server.open).toHaveLength(2);
  expect(tabs.map((tab) => tab.state)).toEqual(["ok", "ok"]);
  for (const tab of tabs) tab.stop();
  expect(server.open).toHaveLength(0);
});

import { QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { makeInvalidator } from "./invalidation.ts";
import { makeQueryClient } from "./query-client.ts";

/** A query whose answers are given by hand. */
function observedQuery(
  queryClient: ReturnType<typeof makeQueryClient>,
  name: string,
  tags: string[],
  canBeHeld = false,
) {
  const pending: ((answer: string) => void)[] = [];
  const signals: AbortSignal[] = [];
  const observer = new QueryObserver(queryClient, {
    queryKey: [name],
    queryFn: ({ signal }) => {
      signals.push(signal);
      return new Promise<string>((resolve) => pending.push(resolve));
    },
    meta: { tags, canBeHeld },
  });
  observer.subscribe(() => {});
  const answer = async (text: string): Promise<void> => {
    pending.shift()?.(text);
    await vi.waitFor(() => expect(observer.getCurrentResult().data).toBe(text));
  };
  return { answer, pending, signals, observer };
}

test("only the queries with one of the tags are asked again, `*` concerns all", async () => {
  const queryClient = makeQueryClient();
  const invalidate = makeInvalidator(queryClient, () => 0);
  const traces = observedQuery(queryClient, "traces", ["traces"]);
  const status = observedQuery(queryClient, "status", ["status"]);
  await traces.answer("t1");
  await status.answer("s1");

  invalidate(["traces", "trace:00"]);
  expect([traces.pending.length, status.pending.length]).toEqual([1, 0]);
  await traces.answer("t2");
  invalidate(["*"]);
  expect([traces.pending.length, status.pending.length]).toEqual([1, 1]);
});

test("changes during a request neither cancel it nor get lost: it runs exactly once more", async () => {
  const queryClient = makeQueryClient();
  const invalidate = makeInvalidator(queryClient, () => 0);
  const traces = observedQuery(queryClient, "traces", ["traces"]);
  for (let i = 0; i < 20; i++) invalidate(["traces"]);
  expect(traces.pending).toHaveLength(1);

  await traces.answer("old");
  await vi.waitFor(() => expect(traces.pending).toHaveLength(1));
  await traces.answer("new");
  await Promise.resolve();
  expect(traces.pending).toHaveLength(0);
  expect(traces.signals.some((signal) => signal.aborted)).toBe(false);
});

test("a query without an observer is only marked, and asked again when it is shown", async () => {
  const queryClient = makeQueryClient();
  const invalidate = makeInvalidator(queryClient, () => 0);
  const fetched: number[] = [];
  const options = { queryKey: ["x"], queryFn: () => fetched.push(1), meta: { tags: ["traces"] } };
  await queryClient.fetchQuery(options);
  invalidate(["traces"]);
  expect(fetched).toHaveLength(1);
  new QueryObserver(queryClient, options).subscribe(() => {});
  await vi.waitFor(() => expect(fetched).toHaveLength(2));
});

test("what took long rests four times as long before it is asked again, and is asked once for all changes until then", async () => {
  let time = 0;
  const queryClient = makeQueryClient();
  const invalidate = makeInvalidator(queryClient, () => time);
  const table = observedQuery(queryClient, "table", ["trace:00"]);
  time = 300;
  await table.answer("first");
  vi.useFakeTimers();
  try {
    for (let i = 0; i < 20; i++) invalidate(["trace:00"]);
    expect(table.pending).toHaveLength(0);
    time = 1500;
    vi.advanceTimersByTime(1199);
    expect(table.pending).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(table.pending).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});

test("what is held stays until it is let go, then it is asked for once; what cannot be held goes on", async () => {
  const queryClient = makeQueryClient();
  const invalidate = makeInvalidator(queryClient, () => 0);
  const table = observedQuery(queryClient, "table", ["trace:00"], true);
  const other = observedQuery(queryClient, "other table", ["trace:01"], true);
  const header = observedQuery(queryClient, "header", ["trace:00"]);
  await Promise.all([table, other, header].map((query) => query.answer("first")));

  const letGo = invalidate.hold("trace:00");
  for (let i = 0; i < 3; i++) invalidate(["trace:00"]);
  invalidate(["*"]);
  expect([table, other, header].map(({ pending }) => pending.length)).toEqual([0, 1, 1]);

  letGo();
  expect(table.pending).toHaveLength(1);
  await table.answer("second");
  expect(table.pending).toHaveLength(0);
});

test("an answer that is on its way when its query is held is dropped, and asked for again afterwards", async () => {
  const queryClient = makeQueryClient();
  const invalidate = makeInvalidator(queryClient, () => 0);
  const table = observedQuery(queryClient, "table", ["trace:00"], true);
  await table.answer("first");
  invalidate(["trace:00"]);
  const letGo = invalidate.hold("trace:00");
  table.pending.shift()?.("late");
  await vi.waitFor(() => expect(table.observer.getCurrentResult().fetchStatus).toBe("idle"));
  expect(table.observer.getCurrentResult().data).toBe("first");

  letGo();
  await table.answer("second");
});

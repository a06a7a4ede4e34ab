import { describe, expect, test } from "vitest";
import type { TraceSummary } from "../../api/messages.ts";
import { feedFrom, type TraceFeed } from "./feed.ts";
import { maxSingleRows, pageSize, refreshFeed } from "./refresh-feed.ts";
import { summary } from "./testing/summary.ts";

/** A store of traces behind the two requests that a refresh may make, with what was asked. */
function serverWith(nTraces: number) {
  const traces: TraceSummary[] = [];
  const asked: string[] = [];
  const add = (more: Partial<TraceSummary> = {}): TraceSummary => {
    const number = String(traces.length).padStart(6, "0");
    const row = summary("x", {
      trace_id: number.padStart(32, "0"),
      start_time_unix_nano: `1700000000${number}000`,
      ...more,
    });
    traces.unshift(row);
    return row;
  };
  for (let i = 0; i < nTraces; i++) add();
  return {
    traces,
    asked,
    add,
    source: {
      isPlain: true,
      kind: { id: "", isByTime: true },
      fetchPage: (pageToken: string | null) => {
        const from = Number(pageToken ?? 0);
        asked.push(`page ${from}`);
        const to = from + pageSize;
        const next = to < traces.length ? String(to) : null;
        return Promise.resolve({ traces: traces.slice(from, to), next_page_token: next, n_total: traces.length });
      },
      fetchRow: (traceId: string) => {
        asked.push(`row ${Number(traceId)}`);
        return Promise.resolve(traces.find((row) => row.trace_id === traceId) ?? null);
      },
    },
  };
}

async function loaded(server: ReturnType<typeof serverWith>): Promise<TraceFeed> {
  const feed = await refreshFeed(server.source, () => undefined, new Set());
  server.asked.length = 0;
  return feed;
}

const refresh = (server: ReturnType<typeof serverWith>, feed: TraceFeed, changed: readonly string[] = []) =>
  refreshFeed(server.source, () => feed, new Set(changed));

describe("a refresh asks for", () => {
  test("one page when that reaches the rows that are there", async () => {
    const server = serverWith(250);
    const feed = await loaded(server);
    const added = server.add();
    const next = await refresh(server, feed, [added.trace_id]);
    expect(server.asked).toEqual(["page 0"]);
    expect([next.rows.length, next.nTotal]).toEqual([101, 251]);
  });

  test("as many pages as it takes after a burst, without a gap", async () => {
    const server = serverWith(250);
    const feed = await loaded(server);
    for (let i = 0; i < 230; i++) server.add();
    const next = await refresh(server, feed);
    expect(server.asked).toEqual(["page 0", "page 100", "page 200"]);
    expect(next.rows.map((row) => row.trace_id)).toEqual(server.traces.slice(0, 330).map((row) => row.trace_id));
  });

  test("a bounded number of pages after a flood, and starts the list anew", async () => {
    const server = serverWith(250);
    const feed = await loaded(server);
    for (let i = 0; i < 2_000; i++) server.add();
    const next = await refresh(server, feed);
    expect(server.asked).toHaveLength(5);
    expect([next.rows.length, next.nextPageToken, next.nTotal]).toEqual([500, "500", 2_250]);
  });

  test("a changed row below the head alone", async () => {
    const server = serverWith(250);
    let feed = await loaded(server);
    for (let i = 0; i < 150; i++) server.add();
    feed = await refresh(server, feed);
    server.asked.length = 0;
    const old = server.traces[180];
    if (old) server.traces[180] = { ...old, n_spans: 42 };
    const next = await refresh(server, feed, [old?.trace_id ?? ""]);
    expect(server.asked).toEqual(["page 0", "row 219"]);
    expect(next.rows[180]?.n_spans).toBe(42);
    expect(next.rows.filter((row, index) => row !== feed.rows[index])).toHaveLength(1);
  });

  test("all loaded pages when too many rows changed", async () => {
    const server = serverWith(450);
    const feed = feedFrom([{ traces: server.traces.slice(0, 300), next_page_token: "300", n_total: 450 }]);
    const changed = server.traces.slice(150, 151 + maxSingleRows).map((row) => row.trace_id);
    const next = await refresh(server, feed, changed);
    expect(server.asked).toEqual(["page 0", "page 0", "page 100", "page 200"]);
    expect(next.rows).toHaveLength(300);
  });

  test("all loaded pages after a gap in the live events", async () => {
    const server = serverWith(450);
    const feed = { ...feedFrom([{ traces: server.traces.slice(0, 200), next_page_token: "200", n_total: 450 }]) };
    const next = await refresh(server, { ...feed, isSuspect: true });
    expect(server.asked).toEqual(["page 0", "page 100"]);
    expect([next.rows.length, next.isSuspect]).toEqual([200, false]);
  });
});

test("a row that is gone is not an error", async () => {
  const server = serverWith(3);
  const feed = await loaded(server);
  const next = await refresh(server, feed, ["f".repeat(32)]);
  expect(next.rows).toHaveLength(3);
});

test("a page that was appended during the refresh is not lost", async () => {
  const server = serverWith(250);
  const feed = await loaded(server);
  const { rows } = feedFrom([{ traces: server.traces.slice(0, 200), n_total: 250 }]);
  const later = { ...feed, rows, nextPageToken: "200" };
  let current = feed;
  const fetchPage = (token: string | null) => {
    current = later;
    return server.source.fetchPage(token);
  };
  const next = await refreshFeed({ ...server.source, fetchPage }, () => current, new Set());
  expect([next.rows.length, next.nextPageToken]).toEqual([200, "200"]);
});

// The loaded part of a trace list, newest first or in the order of the server, and how pages and changes from the server are merged into it. Pure.
import type { TraceList, TraceSummary } from "../../api/messages.ts";

export type FeedKind = {
  /** What was asked. */
  readonly id: string;
  /** Whether rows are ordered by their start; else they stay as the server gave them. */
  readonly isByTime: boolean;
};

const plainKind: FeedKind = { id: "", isByTime: true };

export type TraceFeed = {
  readonly rows: readonly TraceSummary[];
  /** Where the rows that are not loaded begin; null when all are. */
  readonly nextPageToken: string | null;
  /** Traces that match on the server, loaded or not; null if it did not count them. */
  readonly nTotal: number | null;
  readonly kind: FeedKind;
  /** Whether rows below the head may have changed without our knowing: the next refresh loads all of them again. */
  readonly isSuspect: boolean;
};

export function feedFrom(pages: readonly TraceList[], kind = plainKind): TraceFeed {
  const last = pages.at(-1);
  const rows = uniqueById(pages.flatMap((page) => page.traces));
  return {
    rows: kind.isByTime ? inOrder(rows) : rows,
    nextPageToken: last?.next_page_token ?? null,
    nTotal: last?.n_total ?? null,
    kind,
    isSuspect: false,
  };
}

/** Keeps the objects of rows in which nothing changed, so that only changed ones are drawn again. */
export function withIdentityOf(old: TraceFeed, fresh: TraceFeed): TraceFeed {
  const before = new Map(old.rows.map((row) => [row.trace_id, row]));
  const kept = (row: TraceSummary): TraceSummary => {
    const known = before.get(row.trace_id);
    return known !== undefined && isSame(known, row) ? known : row;
  };
  return { ...fresh, rows: fresh.rows.map(kept) };
}

/** Whether a page reaches rows that are loaded already, so that the next one would bring nothing new. */
export function reaches(feed: TraceFeed, page: TraceList): boolean {
  const known = new Set(feed.rows.map((row) => row.trace_id));
  return !page.next_page_token || page.traces.some((row) => known.has(row.trace_id));
}

/** Merges the newest pages, which reach into the loaded rows: changed rows are replaced, new ones inserted. */
export function withHead(feed: TraceFeed, pages: readonly TraceList[]): TraceFeed {
  const nTotal = pages.at(-1)?.n_total ?? feed.nTotal;
  return {
    ...feed,
    rows: mergedRows(
      feed.rows,
      pages.flatMap((page) => page.traces),
    ),
    nTotal,
  };
}

/** Appends the page that was asked for with the feed's `nextPageToken`. */
export function withNextPage(feed: TraceFeed, page: TraceList): TraceFeed {
  return {
    ...feed,
    rows: feed.kind.isByTime ? mergedRows(feed.rows, page.traces) : uniqueById([...feed.rows, ...page.traces]),
    nextPageToken: page.next_page_token ?? null,
    nTotal: page.n_total ?? feed.nTotal,
  };
}

/** Merges single rows that changed; a new one that belongs below the loaded part is left to paging. */
export function withRows(feed: TraceFeed, rows: readonly TraceSummary[]): TraceFeed {
  const known = new Set(feed.rows.map((row) => row.trace_id));
  const last = feed.rows.at(-1);
  const isLoadedPart = (row: TraceSummary): boolean =>
    feed.nextPageToken === null || last === undefined || known.has(row.trace_id) || newestFirst(row, last) < 0;
  return { ...feed, rows: mergedRows(feed.rows, rows.filter(isLoadedPart)) };
}

/** Rows keep their identity when nothing in them changed, so that only changed ones are drawn again. */
function mergedRows(old: readonly TraceSummary[], fresh: readonly TraceSummary[]): readonly TraceSummary[] {
  const merged = new Map(old.map((row) => [row.trace_id, row]));
  for (const row of fresh) {
    const before = merged.get(row.trace_id);
    if (before === undefined || !isSame(before, row)) merged.set(row.trace_id, row);
  }
  return inOrder([...merged.values()]);
}

function uniqueById(rows: readonly TraceSummary[]): TraceSummary[] {
  return [...new Map(rows.map((row) => [row.trace_id, row])).values()];
}

function inOrder(rows: TraceSummary[]): TraceSummary[] {
  return rows.sort(newestFirst);
}

function isSame(a: TraceSummary, b: TraceSummary): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Decimal strings without leading zeros: the longer one is the greater one. */
function newestFirst(a: TraceSummary, b: TraceSummary): number {
  const [x, y] = [a.start_time_unix_nano, b.start_time_unix_nano];
  if (x.length !== y.length) return y.length - x.length;
  if (x !== y) return x < y ? 1 : -1;
  return a.trace_id < b.trace_id ? -1 : a.trace_id > b.trace_id ? 1 : 0;
}

export type Arrangement = {
  shown: readonly TraceSummary[];
  nWaiting: number;
  /** Whether `nWaiting` is a lower bound. */
  isAtLeast: boolean;
};

/** What may change in the rows on screen: everything, only their contents (the user points at one), or nothing (paused). */
export type Hold = "none" | "places" | "all";

/**
 * Returns the rows to show, and how many more are waiting.
 *
 * While held, nothing that is shown may move: rows keep their places; rows that belong below the last shown one are appended, for
 * there they move nothing; all others wait. While paused the contents stay as well, but for what the user does to a row.
 */
export function arrange(shown: readonly TraceSummary[] | null, feed: TraceFeed, hold: Hold): Arrangement {
  if (shown === null || hold === "none" || (shown.length === 0 && hold === "places")) {
    return { shown: feed.rows, nWaiting: 0, isAtLeast: false };
  }
  const fresh = new Map(feed.rows.map((row) => [row.trace_id, row]));
  const known = shown.map((row) => fresh.get(row.trace_id) ?? row);
  const kept = hold === "all" ? shown.map((row, index) => withPin(row, known[index] ?? row)) : known;
  const shownIds = new Set(shown.map((row) => row.trace_id));
  const last = known.at(-1);
  const place = feed.kind.isByTime ? -1 : feed.rows.findIndex((row) => row.trace_id === last?.trace_id);
  const isBelow = (row: TraceSummary, index: number): boolean =>
    feed.kind.isByTime ? last !== undefined && newestFirst(last, row) < 0 : place !== -1 && index > place;
  const below = feed.rows.filter((row, index) => !shownIds.has(row.trace_id) && isBelow(row, index));
  const nWaiting = feed.rows.reduce((n, row) => n + (shownIds.has(row.trace_id) ? 0 : 1), 0) - below.length;
  // The list was begun anew above the shown rows: between both there may be more that nobody counted.
  const isAtLeast = feed.nextPageToken !== null && !shown.some((row) => fresh.has(row.trace_id));
  if (below.length === 0 && kept.every((row, index) => row === shown[index])) return { shown, nWaiting, isAtLeast };
  return { shown: [...kept, ...below], nWaiting, isAtLeast };
}

function withPin(row: TraceSummary, fresh: TraceSummary): TraceSummary {
  return row.is_pinned === fresh.is_pinned ? row : { ...row, is_pinned: fresh.is_pinned };
}

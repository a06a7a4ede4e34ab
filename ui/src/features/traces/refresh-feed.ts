// Brings a trace list up to date with as few requests as its state allows.
import type { TraceList, TraceSummary } from "../../api/messages.ts";
import { type FeedKind, feedFrom, reaches, type TraceFeed, withHead, withIdentityOf, withRows } from "./feed.ts";

export const pageSize = 100;
/** How many pages a refresh reads to find the rows that it knows, before it starts the list anew. */
const maxHeadPages = 5;
/** How many pages a suspect list is loaded again with; what was loaded below is paged in again by scrolling. */
const maxReloadPages = 20;
/** More changed rows than this are cheaper by loading the list again. */
export const maxSingleRows = 30;

export type FeedSource = {
  /** Whether it lists all traces by time; else a changed one may come or go anywhere, and the list is loaded again. */
  isPlain: boolean;
  kind: FeedKind;
  fetchPage: (pageToken: string | null) => Promise<TraceList>;
  /** Null if the trace is gone or not of this list. */
  fetchRow: (traceId: string) => Promise<TraceSummary | null>;
};

/**
 * Returns the refreshed list. `currentFeed` is read again after each wait, for paging may have gone on in between;
 * `changedIds` are traces that the server named as changed.
 */
export async function refreshFeed(
  source: FeedSource,
  currentFeed: () => TraceFeed | undefined,
  changedIds: ReadonlySet<string>,
): Promise<TraceFeed> {
  const old = currentFeed();
  if (old === undefined) return feedFrom([await source.fetchPage(null)], source.kind);
  if (!source.isPlain) return withIdentityOf(old, await reload(source, old.rows.length));
  if (old.isSuspect || changedIds.size > maxHeadPages * pageSize) return reload(source, old.rows.length);

  const head = await fetchPages(source, maxHeadPages, (page) => reaches(old, page));
  if (!head.isComplete) return feedFrom(head.pages);

  const inHead = new Set(head.pages.flatMap((page) => page.traces.map((row) => row.trace_id)));
  const elsewhere = [...changedIds].filter((id) => !inHead.has(id));
  if (elsewhere.length > maxSingleRows) return reload(source, old.rows.length);
  const rows = await Promise.all(elsewhere.map((id) => source.fetchRow(id)));
  return withRows(
    withHead(currentFeed() ?? old, head.pages),
    rows.filter((row) => row !== null),
  );
}

async function reload(source: FeedSource, nRows: number): Promise<TraceFeed> {
  let nLoaded = 0;
  const { pages } = await fetchPages(source, maxReloadPages, (page) => {
    nLoaded += page.traces.length;
    return nLoaded >= nRows;
  });
  return feedFrom(pages, source.kind);
}

async function fetchPages(source: FeedSource, maxPages: number, isEnough: (page: TraceList) => boolean) {
  const pages: TraceList[] = [];
  let pageToken: string | null = null;
  while (pages.length < maxPages) {
    // Each page is asked for with the token of the one before.
    // oxlint-disable-next-line no-await-in-loop
    const page = await source.fetchPage(pageToken);
    pages.push(page);
    pageToken = page.next_page_token ?? null;
    if (isEnough(page) || pageToken === null) return { pages, isComplete: true };
  }
  return { pages, isComplete: false };
}

// Finds spans in a trace by text, kind, service, status and duration. O(spans + strings), whatever is asked.

import { lowerBound } from "../base/binary-search.ts";
import type { TextQuery } from "./find-query.ts";
import { parseQuery } from "./find-query.ts";
import type { SpanCategory } from "./span-category.ts";
import { spanCategories } from "./span-category.ts";
import type { SpanIndex, SpanTable } from "./span-table.ts";
import { findSpan, statusError } from "./span-table.ts";

/** What is wanted; each part that is set narrows it further. */
export interface SpanQuery {
  /** See find-query.ts. Words are looked for in name, service, type and scope, as far as rows show them; an id is found too. */
  readonly text: string;
  readonly category: SpanCategory | null;
  readonly service: string | null;
  readonly onlyErrors: boolean;
}

export const emptyQuery: SpanQuery = { text: "", category: null, service: null, onlyErrors: false };

export interface Found {
  /** Ascending. */
  readonly spans: Uint32Array;
  /** 1 for each span that was found. */
  readonly has: Uint8Array;
}

/** Returns what was found; null if nothing is asked. */
export function findSpans(table: SpanTable, query: SpanQuery): Found | null {
  const text = parseQuery(query.text);
  if (isEmpty(query, text)) return null;
  const { nSpans, duration, category, service, status, name, spanType, scope } = table;
  const wordsIn = text.words.map((word) => stringsWith(table, word));
  const withoutIn = text.without.map((word) => stringsWith(table, word));
  const byId = text.words.map((word) => (/^[0-9a-f]{16}$/.test(word) ? findSpan(table, word) : null));
  const wantedCategory = query.category === null ? null : spanCategories.indexOf(query.category);
  const longerThan = Math.max(
    text.longerThan ?? -1,
    text.moreThan === null ? -1 : text.moreThan * (table.extentEnd - table.extentStart),
  );
  const isIn = (strings: Uint8Array, span: SpanIndex): boolean =>
    strings[name[span] as number] === 1 ||
    strings[service[span] as number] === 1 ||
    strings[spanType[span] as number] === 1 ||
    strings[scope[span] as number] === 1;
  const hasWords = (span: SpanIndex): boolean => {
    for (let word = 0; word < wordsIn.length; word++) {
      if (!isIn(wordsIn[word] as Uint8Array, span) && byId[word] !== span) return false;
    }
    for (const strings of withoutIn) if (isIn(strings, span)) return false;
    return true;
  };
  const wantedService = query.service === null ? null : stringsEqualTo(table, query.service);

  const has = new Uint8Array(nSpans);
  let nFound = 0;
  for (let span = 0; span < nSpans; span++) {
    const isFound =
      (!query.onlyErrors || status[span] === statusError) &&
      (wantedCategory === null || category[span] === wantedCategory) &&
      (wantedService === null || wantedService[service[span] as number] === 1) &&
      (longerThan < 0 || (duration[span] as number) > longerThan) &&
      hasWords(span);
    if (!isFound) continue;
    has[span] = 1;
    nFound++;
  }
  const spans = new Uint32Array(nFound);
  for (let span = 0, next = 0; next < nFound; span++) if (has[span] === 1) spans[next++] = span;
  return { spans, has };
}

/** Whether a span or any of its descendants was found. */
export function hasFoundWithin({ spans }: Found, table: SpanTable, span: SpanIndex): boolean {
  const first = lowerBound(spans, span);
  return first < spans.length && (spans[first] as number) < (table.subtreeEnd[span] as number);
}

/** Returns 1 for each span that was found and for their ancestors. */
export function withAncestors({ spans, has }: Found, { parent }: SpanTable): Uint8Array {
  const kept = Uint8Array.from(has);
  for (const span of spans) {
    // Above one that is kept all are.
    for (let up = parent[span] as number; up >= 0 && kept[up] === 0; up = parent[up] as number) kept[up] = 1;
  }
  return kept;
}

/** Returns the names of the services of a trace, sorted. */
export function servicesOf({ nSpans, service, strings }: SpanTable): string[] {
  const seen = new Set<number>();
  for (let span = 0; span < nSpans; span++) seen.add(service[span] as number);
  return Array.from(seen, (index) => strings.label(index))
    .filter((name) => name !== "")
    .toSorted();
}

function isEmpty({ category, service, onlyErrors }: SpanQuery, { words, without, longerThan, moreThan }: TextQuery) {
  const isText = words.length > 0 || without.length > 0 || longerThan !== null || moreThan !== null;
  return !isText && category === null && service === null && !onlyErrors;
}

function stringsWith(table: SpanTable, word: string): Uint8Array {
  return stringsThat(table, (text) => text.toLowerCase().includes(word));
}

function stringsEqualTo(table: SpanTable, wanted: string): Uint8Array {
  return stringsThat(table, (text) => text === wanted);
}

/** Returns 1 for each string that passes: strings repeat, so there are fewer of them than spans. */
function stringsThat({ strings }: SpanTable, passes: (text: string) => boolean): Uint8Array {
  const found = new Uint8Array(strings.nStrings);
  for (let index = 0; index < strings.nStrings; index++) if (passes(strings.label(index))) found[index] = 1;
  return found;
}

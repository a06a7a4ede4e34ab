import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TraceList, TraceSummary } from "../../api/messages.ts";
import { arrange, feedFrom, type Hold, reaches, type TraceFeed, withHead, withNextPage, withRows } from "./feed.ts";
import { summary } from "./testing/summary.ts";

/** Draws rows as letters: the letter is the trace, its place in the alphabet its start time. */
const rowsOf = (letters: string): TraceSummary[] => Array.from(letters).map((letter) => summary(letter));
const page = (letters: string, next: string | null = null, nTotal = letters.length): TraceList => ({
  traces: rowsOf(letters),
  next_page_token: next,
  n_total: nTotal,
});
const drawn = (rows: readonly TraceSummary[]): string => rows.map((row) => row.name).join("");
const feed = (letters: string, next: string | null = null): TraceFeed => feedFrom([page(letters, next)]);

describe("merging", () => {
  test("rows are newest first whatever order they come in, and once", () => {
    expect(drawn(feedFrom([page("dcb"), page("cba")]).rows)).toBe("dcba");
  });

  test("a start time with more digits is later", () => {
    const early = { ...summary("a"), start_time_unix_nano: "999" };
    const late = { ...summary("b"), start_time_unix_nano: "1000" };
    expect(drawn(feedFrom([{ traces: [early, late], n_total: 2 }]).rows)).toBe("ba");
  });

  test("a head inserts what is new and keeps the token and the identity of what is the same", () => {
    const old = feed("dcb", "token");
    const next = withHead(old, [page("edc", "other", 9)]);
    expect(drawn(next.rows)).toBe("edcb");
    expect(next.nextPageToken).toBe("token");
    expect(next.nTotal).toBe(9);
    expect(next.rows[1]).toBe(old.rows[0]);
  });

  test("a changed row is replaced, the others are not", () => {
    const old = feed("cba");
    const changed = { ...summary("b"), n_spans: 7 };
    const next = withRows(old, [changed]);
    expect(next.rows.map((row, index) => row === old.rows[index])).toEqual([true, false, true]);
    expect(next.rows[1]).toBe(changed);
  });

  test("a single row from below the loaded part is left to paging", () => {
    expect(drawn(withRows(feed("dc", "token"), rowsOf("a")).rows)).toBe("dc");
    expect(drawn(withRows(feed("dc", null), rowsOf("a")).rows)).toBe("dca");
    expect(drawn(withRows(feed("db", "token"), rowsOf("c")).rows)).toBe("dcb");
  });

  test("the next page goes below, the last one has no token", () => {
    const next = withNextPage(feed("dc", "token"), page("ba", null, 4));
    expect(drawn(next.rows)).toBe("dcba");
    expect(next.nextPageToken).toBeNull();
  });

  test("a page reaches the list when it has a known row or is the last one", () => {
    expect(reaches(feed("cb", "t"), page("ed", "u"))).toBe(false);
    expect(reaches(feed("cb", "t"), page("dc", "u"))).toBe(true);
    expect(reaches(feed("cb", "t"), page("ed", null))).toBe(true);
  });
});

describe("arranging", () => {
  const check = (shown: string, loaded: TraceFeed, hold: Hold) => {
    const arrangement = arrange(rowsOf(shown), loaded, hold);
    return `${drawn(arrangement.shown)} +${arrangement.nWaiting}${arrangement.isAtLeast ? " at least" : ""}`;
  };

  test.each([
    { title: "free: everything is shown", shown: "cb", loaded: feed("edcb"), hold: "none", want: "edcb +0" },
    { title: "held: new rows above wait", shown: "cb", loaded: feed("edcb"), hold: "places", want: "cb +2" },
    { title: "held: a late row between waits", shown: "db", loaded: feed("dcb"), hold: "places", want: "db +1" },
    { title: "held: rows below are appended", shown: "dc", loaded: feed("dcba"), hold: "places", want: "dcba +0" },
    {
      title: "held: above waits, below is appended",
      shown: "dc",
      loaded: feed("edcb"),
      hold: "places",
      want: "dcb +1",
    },
    { title: "held: a row that is gone stays", shown: "dcb", loaded: feed("db"), hold: "places", want: "dcb +0" },
    {
      title: "held: a list begun anew above counts at least its rows",
      shown: "ba",
      loaded: feed("fe", "t"),
      hold: "places",
      want: "ba +2 at least",
    },
    { title: "paused: new rows wait, gone ones stay", shown: "cb", loaded: feed("edc"), hold: "all", want: "cb +2" },
    { title: "paused: the next page is appended", shown: "dc", loaded: feed("edcba"), hold: "all", want: "dcba +1" },
    { title: "paused before anything was shown", shown: "", loaded: feed("ba"), hold: "all", want: " +2" },
    { title: "held before anything was shown", shown: "", loaded: feed("ba"), hold: "places", want: "ba +0" },
  ])("$title", ({ shown, loaded, hold, want }) => expect(check(shown, loaded, hold as Hold)).toBe(want));

  test("held rows show their new contents in their old places", () => {
    const shown = rowsOf("cb");
    const fresh = feedFrom([{ traces: [{ ...summary("b"), n_spans: 9 }, ...rowsOf("dc")], n_total: 3 }]);
    expect(arrange(shown, fresh, "places").shown.map((row) => row.n_spans)).toEqual([1, 9]);
  });

  test("paused rows keep their contents, but for the pin, which is the user's own doing", () => {
    const shown = rowsOf("cb");
    const fresh = feedFrom([{ traces: [summary("c", { n_spans: 9 }), summary("b", { is_pinned: true })], n_total: 2 }]);
    const rows = arrange(shown, fresh, "all").shown;
    expect(rows.map(({ n_spans: nSpans, is_pinned: isPinned }) => [nSpans, isPinned])).toEqual([
      [1, false],
      [1, true],
    ]);
    expect(rows[0]).toBe(shown[0]);
  });

  test("nothing changed: the very same rows, so nothing is drawn", () => {
    const { rows } = feed("cba");
    expect(arrange(rows, { ...feed("cba"), rows }, "places").shown).toBe(rows);
  });

  test("while held, no shown row ever moves, and shown and waiting add up to what is loaded", () => {
    const letters = fc.uniqueArray(fc.constantFrom(...Array.from("abcdefghijklmnop")), { maxLength: 16 });
    fc.assert(
      fc.property(letters, fc.array(letters, { maxLength: 6 }), (first, arrivals) => {
        let loaded = feedFrom([page(first.join(""))]);
        let shown = arrange(null, loaded, "none").shown;
        for (const arrival of arrivals) {
          loaded = withHead(loaded, [page(arrival.join(""))]);
          const next = arrange(shown, loaded, "places");
          expect(drawn(next.shown).startsWith(drawn(shown))).toBe(true);
          expect(next.shown.length + next.nWaiting).toBe(loaded.rows.length);
          shown = next.shown;
        }
        expect(drawn(arrange(shown, loaded, "none").shown)).toBe(drawn(loaded.rows));
      }),
    );
  });
});

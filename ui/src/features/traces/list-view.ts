// What a trace list shows, as its address holds it: the query, the order, the time, the columns. Pure.

/** Columns beyond the time and the root, in the order they stand in. */
export const columnIds = [
  "request",
  "response",
  "experiment",
  "services",
  "duration",
  "spans",
  "errors",
  "tokens",
  "cost",
  "session",
  "user",
  "assessments",
  "state",
  "source",
] as const;
export type ColumnId = (typeof columnIds)[number];

/** Those that are shown unless other ones are chosen. */
export const defaultColumns: readonly ColumnId[] = [
  "experiment",
  "services",
  "duration",
  "spans",
  "errors",
  "tokens",
  "cost",
  "assessments",
  "source",
];

export type Order = { key: string; isDescending: boolean };

/** A time before now, as its address has it, in milliseconds. */
export const ranges = {
  "15m": 15 * 60_000,
  "1h": 3_600_000,
  "1d": 86_400_000,
  "7d": 7 * 86_400_000,
} as const;
export type RangeId = keyof typeof ranges;

/** All times; the last while; or between two times, Unix milliseconds, either of which may be open. */
export type TimeRange =
  | { kind: "all" }
  | { kind: "last"; id: RangeId }
  | { kind: "between"; from: number | null; before: number | null };

export type ListView = {
  filter: string;
  /** Null is newest first. */
  order: Order | null;
  columns: readonly ColumnId[];
  time: TimeRange;
};

/** Returns the run that a query asks for, if it asks for one alone. */
export function runOf(filter: string): string | null {
  const [, single, double] = /^\s*(?:attributes?\.)?run_id\s*=\s*(?:'([^']+)'|"([^"]+)")\s*$/.exec(filter) ?? [];
  return single ?? double ?? null;
}

/** The same in the address; what is as usual is left out. */
export type ListSearch = {
  filter?: string;
  order?: string;
  columns?: string;
  range?: string;
  from?: string;
  before?: string;
};

export const usualView: ListView = { filter: "", order: null, columns: defaultColumns, time: { kind: "all" } };

export function viewOf(search: Record<string, unknown>): ListView {
  const text = (key: keyof ListSearch): string => {
    const value = search[key];
    return typeof value === "string" ? value : "";
  };
  return {
    filter: text("filter"),
    order: orderOf(text("order")),
    columns: columnsOf(search["columns"]),
    time: timeOf(text("range"), text("from"), text("before")),
  };
}

export function searchOf({ filter, order, columns, time }: ListView): ListSearch {
  const isUsual = columns.length === defaultColumns.length && columns.every((id) => defaultColumns.includes(id));
  return {
    ...(filter === "" ? {} : { filter }),
    ...(order === null ? {} : { order: orderText(order) }),
    ...(isUsual ? {} : { columns: columns.join(",") }),
    ...(time.kind === "last" ? { range: time.id } : {}),
    ...(time.kind === "between" && time.from !== null ? { from: String(time.from) } : {}),
    ...(time.kind === "between" && time.before !== null ? { before: String(time.before) } : {}),
  };
}

/** An order as the server reads it. */
export function orderText({ key, isDescending }: Order): string {
  return `${key} ${isDescending ? "DESC" : "ASC"}`;
}

function orderOf(text: string): Order | null {
  const match = /^([\w.]+)(?: (ASC|DESC))?$/.exec(text);
  return match?.[1] === undefined ? null : { key: match[1], isDescending: match[2] === "DESC" };
}

function columnsOf(value: unknown): readonly ColumnId[] {
  if (typeof value !== "string") return defaultColumns;
  const chosen = new Set(value.split(","));
  const known = columnIds.filter((id) => chosen.has(id));
  // None can be chosen; names that are none of ours choose nothing.
  return known.length === 0 && value !== "" ? defaultColumns : known;
}

function timeOf(range: string, from: string, before: string): TimeRange {
  if (isRangeId(range)) return { kind: "last", id: range };
  const [start, end] = [millisOf(from), millisOf(before)];
  return start === null && end === null ? { kind: "all" } : { kind: "between", from: start, before: end };
}

function isRangeId(text: string): text is RangeId {
  return Object.hasOwn(ranges, text);
}

function millisOf(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** The bounds of a range as Unix nanoseconds in decimal. */
export function boundsOf(time: TimeRange, now: number): { from: string | null; before: string | null } {
  const nanos = (millis: number | null): string | null => (millis === null ? null : `${millis}000000`);
  if (time.kind === "all") return { from: null, before: null };
  if (time.kind === "last") return { from: nanos(Math.floor(now - ranges[time.id])), before: null };
  return { from: nanos(time.from), before: nanos(time.before) };
}

/** Returns the next order of a column whose head is pressed: largest first, smallest first, as usual. */
export function nextOrder(order: Order | null, key: string): Order | null {
  if (order?.key !== key) return { key, isDescending: true };
  return order.isDescending ? { key, isDescending: false } : null;
}

/** Adds a condition to a query. */
export function withCondition(filter: string, condition: string): string {
  return filter.trim() === "" ? condition : `${filter.trim()} AND ${condition}`;
}

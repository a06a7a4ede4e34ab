// Puts the events and the log records of a span into one order by time. Pure.
import type { LogRecord, SpanDetail, SpanEvent } from "../api/messages.ts";

export type TimelineEntry =
  | { readonly kind: "event"; readonly time: bigint; readonly event: SpanEvent }
  /** `time` is null if the sender gave neither of its times. */
  | { readonly kind: "log"; readonly time: bigint | null; readonly log: LogRecord };

/** Returns when a record happened, else when it was observed, else null. */
export function timeOfLog({ time_unix_nano: time, observed_time_unix_nano: observed }: LogRecord): bigint | null {
  const known = [time, observed].find((text) => text !== "0");
  return known === undefined ? null : BigInt(known);
}

/** Returns events and logs by time; at the same time as they were sent, events first. Records without a time come last. */
export function timelineOf({ events, logs }: Pick<SpanDetail, "events" | "logs">): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    ...events.map((event) => ({ kind: "event", time: BigInt(event.time_unix_nano), event }) as const),
    ...logs.map((log) => ({ kind: "log", time: timeOfLog(log), log }) as const),
  ];
  return entries.sort((one, other) => {
    if (one.time === other.time) return 0;
    if (one.time === null) return 1;
    if (other.time === null) return -1;
    return one.time < other.time ? -1 : 1;
  });
}

export type Severity = { readonly name: string; readonly tone: "neutral" | "accent" | "warn" | "error" };

const severities = [
  { from: 21, name: "FATAL", tone: "error" },
  { from: 17, name: "ERROR", tone: "error" },
  { from: 13, name: "WARN", tone: "warn" },
  { from: 9, name: "INFO", tone: "accent" },
  { from: 5, name: "DEBUG", tone: "neutral" },
  { from: 1, name: "TRACE", tone: "neutral" },
] as const;

/** Returns the severity as its source names it, else the short name of its number; null if neither was said. */
export function severityOf({ severity_number: number, severity_text: text }: LogRecord): Severity | null {
  const range = severities.find(({ from }) => number >= from);
  if (range === undefined) return text === "" ? null : { name: text, tone: "neutral" };
  return { name: text === "" ? range.name : text, tone: range.tone };
}

/** Returns the name of the event that a record is, also in the form of older SDKs; empty if it is none. */
export function eventNameOf({ event_name: name, attributes }: LogRecord): string {
  if (name !== "") return name;
  return attributes.find(({ key }) => key === "event.name")?.value.stringValue ?? "";
}

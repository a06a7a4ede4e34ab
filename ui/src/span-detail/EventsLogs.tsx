// The events and log records of a span by time; an exception shows its stack trace as one reads it.
import { useMemo, useState } from "react";
import type { Attribute, SpanDetail, SpanEvent } from "../api/messages.ts";
import { formatCount, formatDuration, formatExactTime, formatInteger } from "../base/format.ts";
import { Button } from "../components/Button.tsx";
import { CopyButton } from "../components/CopyButton.tsx";
import { AttributeTable } from "./AttributeTable.tsx";
import { LogEntry } from "./LogEntry.tsx";
import styles from "./panes.module.css";
import { stackLinesOf } from "./stack-trace.ts";
import { startOf } from "./text-chunks.ts";
import { timelineOf } from "./timeline.ts";

/** More entries than this come when asked for. */
const firstEntries = 100;

export function EventsLogs({ span }: { span: SpanDetail }) {
  const [nShown, setNShown] = useState(firstEntries);
  const entries = useMemo(() => timelineOf(span), [span]);
  if (entries.length === 0) return <p className={styles["empty"]}>This span has no events and no log records</p>;
  const nMore = Math.min(firstEntries, entries.length - nShown);
  return (
    <div className={styles["pane"]}>
      <ol className={styles["list"]}>
        {entries.slice(0, nShown).map((entry, place) => (
          <li key={place} className={styles["section"]} data-testid={`${entry.kind}-entry`}>
            {entry.kind === "event" ? (
              <>
                <EventHead event={entry.event} startTime={span.start_time_unix_nano} />
                <EventBody event={entry.event} />
              </>
            ) : (
              <LogEntry log={entry.log} startTime={span.start_time_unix_nano} />
            )}
          </li>
        ))}
      </ol>
      {nMore > 0 && (
        <Button onClick={() => setNShown(nShown + firstEntries)}>
          Show {formatInteger(nMore)} more of {formatInteger(entries.length)}
        </Button>
      )}
      {span.dropped_events_count > 0 && (
        <p className={styles["quiet"]}>
          {formatCount(span.dropped_events_count, "more was", "more were")} dropped by the sender
        </p>
      )}
    </div>
  );
}

function EventHead({ event, startTime }: { event: SpanEvent; startTime: string }) {
  const offset = BigInt(event.time_unix_nano) - BigInt(startTime);
  return (
    <header className={styles["sectionHead"]}>
      <h3 className={styles["sectionTitle"]} data-error={isException(event) || undefined} dir="auto">
        {event.name === "" ? "(no name)" : event.name}
      </h3>
      <time className={styles["offset"]} title={formatExactTime(event.time_unix_nano)}>
        {offset < 0n ? "" : "+"}
        {formatDuration(offset)}
      </time>
    </header>
  );
}

const exceptionKeys = ["exception.type", "exception.message", "exception.stacktrace"];

function isException({ name, attributes }: SpanEvent): boolean {
  return name === "exception" || attributes.some(({ key }) => key === "exception.stacktrace");
}

function EventBody({ event }: { event: SpanEvent }) {
  const { attributes, dropped_attributes_count: nDropped } = event;
  if (!isException(event)) {
    return attributes.length === 0 && nDropped === 0 ? null : (
      <AttributeTable attributes={attributes} nDropped={nDropped} />
    );
  }
  const [type, message, stackTrace] = exceptionKeys.map((key) => textOf(attributes, key));
  const others = attributes.filter(({ key }) => !exceptionKeys.includes(key));
  return (
    <>
      <p className={styles["exception"]} dir="auto">
        {type !== undefined && <strong>{type}</strong>}
        {type !== undefined && message !== undefined && ": "}
        {message !== undefined && startOf(message)}
      </p>
      {stackTrace !== undefined && <StackTrace text={stackTrace} />}
      {others.length > 0 && <AttributeTable attributes={others} nDropped={nDropped} />}
    </>
  );
}

function StackTrace({ text }: { text: string }) {
  return (
    <div className={styles["stack"]}>
      <span className={styles["stackCopy"]}>
        <CopyButton text={text} label="Copy stack trace" />
      </span>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <pre className={styles["stackText"]} tabIndex={0} role="region" aria-label="Stack trace">
        {stackLinesOf(startOf(text)).map((line, place) => (
          <span key={place} data-library={line.isLibrary || undefined}>
            {line.text}
            {"\n"}
          </span>
        ))}
      </pre>
    </div>
  );
}

function textOf(attributes: readonly Attribute[], key: string): string | undefined {
  return attributes.find((attribute) => attribute.key === key)?.value.stringValue ?? undefined;
}

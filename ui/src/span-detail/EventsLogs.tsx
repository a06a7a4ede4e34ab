// The events and log records of a span by time; an exception shows its stack trace as one reads it.
import { useMemo, useState } from "react";
import type { SpanDetail, SpanEvent } from "../api/messages.ts";
import { formatCount, formatDuration, formatExactTime, formatInteger } from "../base/format.ts";
import { Button } from "../components/Button.tsx";
import { AttributeTable } from "./AttributeTable.tsx";
import { Exception, hasException, withoutException } from "./Exception.tsx";
import { LogEntry } from "./LogEntry.tsx";
import styles from "./panes.module.css";
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
        {event.name === "" ? "(no name)" : startOf(event.name, 400)}
      </h3>
      <time className={styles["offset"]} title={formatExactTime(event.time_unix_nano)}>
        {offset < 0n ? "" : "+"}
        {formatDuration(offset)}
      </time>
    </header>
  );
}

function isException({ name, attributes }: SpanEvent): boolean {
  return name === "exception" || hasException(attributes);
}

function EventBody({ event }: { event: SpanEvent }) {
  const { attributes, dropped_attributes_count: nDropped } = event;
  const others = isException(event) ? withoutException(attributes) : attributes;
  return (
    <>
      {isException(event) && <Exception attributes={attributes} />}
      {(others.length > 0 || nDropped > 0) && <AttributeTable attributes={others} nDropped={nDropped} />}
    </>
  );
}

// One log record: severity, name, time, and its body as what it is: a message of a model, a tree, a text.
import type { ReactNode } from "react";
import type { LogRecord } from "../api/messages.ts";
import { formatDuration, formatExactTime } from "../base/format.ts";
import { Badge } from "../components/Badge.tsx";
import { CopyButton } from "../components/CopyButton.tsx";
import { AttributeTable } from "./AttributeTable.tsx";
import { Exception, hasException, withoutException } from "./Exception.tsx";
import { genAiMessageOf } from "./gen-ai-message.ts";
import type { JsonEntry } from "./json/json-node.ts";
import { nodeOfValue, textOfNode } from "./json/json-node.ts";
import { JsonTree } from "./json/JsonTree.tsx";
import { hasChildren } from "./json/open-paths.ts";
import styles from "./panes.module.css";
import { Text } from "./Text.tsx";
import { startOf } from "./text-chunks.ts";
import { eventNameOf, severityOf, timeOfLog } from "./timeline.ts";

type LogEntryProps = {
  log: LogRecord;
  /** What its time is told from, Unix nanoseconds. */
  startTime: string;
  /** Shown in its head, for lists of several spans. */
  children?: ReactNode;
};

export function LogEntry({ log, startTime, children }: LogEntryProps) {
  const eventName = eventNameOf(log);
  const severity = severityOf(log);
  const body = nodeOfValue(log.body);
  const message = genAiMessageOf(eventName, body);
  const isException = hasException(log.attributes);
  const named = log.attributes.filter(({ key }) => key !== "event.name");
  const attributes = isException ? withoutException(named) : named;
  return (
    <>
      <header className={styles["sectionHead"]}>
        {severity && <Badge tone={severity.tone}>{severity.name.slice(0, 40)}</Badge>}
        <h3 className={styles["sectionTitle"]} data-quiet={eventName === "" || undefined} dir="auto">
          {startOf(eventName || log.scope_name || "Log", 400)}
        </h3>
        {children}
        <LogTime log={log} startTime={startTime} />
        {body.kind !== "null" && <CopyButton text={() => textOfNode(body)} label="Copy body" />}
      </header>
      {message ? (
        <div className={styles["card"]} data-testid="genai-message">
          <div className={styles["role"]}>{message.role}</div>
          {message.content &&
            (message.content.kind === "string" ? (
              <Text text={message.content.value} />
            ) : (
              <JsonTree node={message.content} />
            ))}
          {message.rest.length > 0 && <JsonTree node={objectOf(message.rest)} />}
        </div>
      ) : (
        body.kind !== "null" && (
          <div className={styles["card"]}>
            {body.kind === "string" ? (
              <Text text={body.value} isMono />
            ) : hasChildren(body) ? (
              <JsonTree node={body} />
            ) : (
              <Text text={textOfNode(body)} isMono />
            )}
          </div>
        )
      )}
      {isException && <Exception attributes={log.attributes} />}
      {(attributes.length > 0 || log.dropped_attributes_count > 0) && (
        <AttributeTable attributes={attributes} nDropped={log.dropped_attributes_count} />
      )}
    </>
  );
}

function objectOf(entries: readonly JsonEntry[]) {
  return { kind: "object", size: entries.length, children: () => entries } as const;
}

function LogTime({ log, startTime }: { log: LogRecord; startTime: string }) {
  const time = timeOfLog(log);
  if (time === null) return <span className={styles["offset"]}>no time</span>;
  const offset = time - BigInt(startTime);
  const isObserved = log.time_unix_nano === "0";
  return (
    <time className={styles["offset"]} title={`${formatExactTime(time)}${isObserved ? ", when it was observed" : ""}`}>
      {offset < 0n ? "" : "+"}
      {formatDuration(offset)}
    </time>
  );
}

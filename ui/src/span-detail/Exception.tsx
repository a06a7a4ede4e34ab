// An exception as one reads it: its type and message, then the frames of one's own code, those of libraries dimmed and folded.
import { useState } from "react";
import type { Attribute } from "../api/messages.ts";
import { formatCount } from "../base/format.ts";
import { CopyButton } from "../components/CopyButton.tsx";
import styles from "./Exception.module.css";
import type { StackGroup } from "./stack-trace.ts";
import { stackGroupsOf, stackLinesOf } from "./stack-trace.ts";
import { startOf } from "./text-chunks.ts";

const keys = ["exception.type", "exception.message", "exception.stacktrace"];

/** Returns attributes that say more than the exception itself shows. */
export function withoutException(attributes: readonly Attribute[]): Attribute[] {
  return attributes.filter(({ key }) => !keys.includes(key));
}

/** Whether there is an exception among attributes. */
export function hasException(attributes: readonly Attribute[]): boolean {
  return attributes.some(({ key }) => key === "exception.stacktrace" || key === "exception.type");
}

/** Returns the type and message of the last exception among a span's events: what a failed span says whose status says nothing. */
export function lastException(events: readonly { attributes: readonly Attribute[] }[]): string | undefined {
  const attributes = events.findLast((event) => hasException(event.attributes))?.attributes ?? [];
  const [type, message] = keys.map((key) => attributes.find((one) => one.key === key)?.value.stringValue ?? "");
  return [type, message].filter((text) => text !== "").join(": ") || undefined;
}

export function Exception({ attributes }: { attributes: readonly Attribute[] }) {
  const [type, message, stackTrace] = keys.map(
    (key) => attributes.find((attribute) => attribute.key === key)?.value.stringValue ?? undefined,
  );
  return (
    <>
      <p className={styles["exception"]} dir="auto">
        {type !== undefined && <strong>{startOf(type, 1000)}</strong>}
        {type !== undefined && message !== undefined && ": "}
        {message !== undefined && startOf(message)}
      </p>
      {stackTrace !== undefined && stackTrace !== "" && <StackTrace text={stackTrace} />}
    </>
  );
}

function StackTrace({ text }: { text: string }) {
  const shown = startOf(text);
  return (
    <div className={styles["stack"]}>
      <span className={styles["stackCopy"]}>
        <CopyButton text={text} label="Copy stack trace" />
      </span>
      <div className={styles["stackText"]} role="region" aria-label="Stack trace">
        {stackGroupsOf(stackLinesOf(shown)).map((group, place) => (
          <Group key={place} group={group} />
        ))}
        {shown.length < text.length && <p className={styles["quiet"]}>Its first 64 kB; all of it can be copied</p>}
      </div>
    </div>
  );
}

/** Fewer say less than the button that would unfold them. */
const fewestFolded = 3;

function Group({ group }: { group: StackGroup }) {
  const [isOpen, setIsOpen] = useState(!group.isLibrary || group.nFrames < fewestFolded);
  if (!isOpen) {
    return (
      <button type="button" className={styles["unfold"]} onClick={() => setIsOpen(true)}>
        {formatCount(group.nFrames, "frame")} of libraries
      </button>
    );
  }
  return group.lines.map((line, place) => {
    const indent = /^[ \t]*/.exec(line.text)?.[0].replaceAll("\t", "    ").length ?? 0;
    return (
      <div
        key={place}
        className={styles["line"]}
        data-library={line.isLibrary || undefined}
        data-frame={line.isFrame || undefined}
        style={{ paddingLeft: `calc(${Math.min(indent, 16)} * 0.6em + 2em)` }}
      >
        {line.text.trimStart() || "\u00a0"}
      </div>
    );
  });
}

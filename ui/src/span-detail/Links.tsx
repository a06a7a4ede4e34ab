// Links of a span to others, and of others to it.
import type { Link, SpanDetail, SpanRef } from "../api/messages.ts";
import { formatCount } from "../base/format.ts";
import { Badge } from "../components/Badge.tsx";
import { AttributeTable } from "./AttributeTable.tsx";
import styles from "./panes.module.css";
import type { OpenSpan } from "./SpanLink.tsx";
import { SpanLink } from "./SpanLink.tsx";
import { startOf } from "./text-chunks.ts";

/** The server lists so many spans that link here. */
const mostLinkedFrom = 100;

type LinksProps = { span: SpanDetail; onOpen: OpenSpan };

export function Links({ span, onOpen }: LinksProps) {
  const { links, linked_from: linkedFrom } = span;
  if (links.length === 0 && linkedFrom.length === 0) {
    return <p className={styles["empty"]}>This span has no links, and no span that is here links to it</p>;
  }
  return (
    <div className={styles["pane"]}>
      {links.length > 0 && (
        <section className={styles["section"]}>
          <h3 className={styles["sectionTitle"]}>Links to</h3>
          <ul className={styles["list"]}>
            {links.map((link, place) => (
              <li key={place} className={styles["card"]}>
                <Target traceId={span.trace_id} target={link} isKnown={link.is_known} onOpen={onOpen} />
                <LinkFacts link={link} />
              </li>
            ))}
          </ul>
          {span.dropped_links_count > 0 && (
            <p className={styles["quiet"]}>
              {formatCount(span.dropped_links_count, "more was", "more were")} dropped by the sender
            </p>
          )}
        </section>
      )}
      {linkedFrom.length > 0 && (
        <section className={styles["section"]}>
          <h3 className={styles["sectionTitle"]}>Linked from</h3>
          <ul className={styles["list"]}>
            {linkedFrom.map((source) => (
              <li key={source.trace_id + source.span_id} className={styles["card"]}>
                <Target traceId={span.trace_id} target={source} isKnown onOpen={onOpen} />
              </li>
            ))}
          </ul>
          {linkedFrom.length >= mostLinkedFrom && <p className={styles["quiet"]}>The first {mostLinkedFrom} of them</p>}
        </section>
      )}
    </div>
  );
}

type TargetProps = { traceId: string; target: SpanRef; isKnown: boolean; onOpen: OpenSpan };

function Target({ traceId, target, isKnown, onOpen }: TargetProps) {
  const isHere = target.trace_id === traceId;
  const text = isHere ? target.span_id : `${target.trace_id} / ${target.span_id}`;
  return (
    <p className={styles["target"]}>
      {isKnown ? (
        <SpanLink address={{ traceId: target.trace_id, spanId: target.span_id }} onOpen={onOpen}>
          {text}
        </SpanLink>
      ) : (
        <span className={styles["mono"]}>{text}</span>
      )}{" "}
      <Badge>{isHere ? "this trace" : isKnown ? "another trace" : "not received"}</Badge>
    </p>
  );
}

function LinkFacts({ link }: { link: Link }) {
  return (
    <>
      {link.trace_state !== "" && <p className={styles["quiet"]}>Trace state {startOf(link.trace_state, 1000)}</p>}
      {link.attributes.length > 0 && (
        <AttributeTable attributes={link.attributes} nDropped={link.dropped_attributes_count} />
      )}
    </>
  );
}

// A text of both sides, word by word: what is gone struck through, what is new underlined, so that no colour speaks alone.
import type { TextSegment } from "../../api/messages.ts";
import { formatCount } from "../../base/format.ts";
import styles from "./PairPane.module.css";

export function Segments({ segments }: { segments: readonly TextSegment[] }) {
  return segments.map((segment, place) => <Segment key={place} segment={segment} />);
}

function Segment({ segment: { kind, text, n_omitted: nOmitted } }: { segment: TextSegment }) {
  const title = nOmitted > 0 ? `${formatCount(nOmitted, "character")} left out where … stands` : undefined;
  if (kind === "same") return <span title={title}>{text}</span>;
  const Tag = kind === "added" ? "ins" : "del";
  return (
    <Tag className={styles["segment"]} title={title}>
      {text}
    </Tag>
  );
}

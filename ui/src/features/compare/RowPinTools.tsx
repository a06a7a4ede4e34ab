// "This row is that row": the user's word on two spans that the alignment did not pair, or paired wrongly.
import { useMutation } from "@tanstack/react-query";
import { Link2, Link2Off } from "lucide-react";
import { pinRows, unpinRows } from "../../api/mutations.ts";
import type { SpanPair } from "../../api/queries.ts";
import { formatName } from "../../base/format.ts";
import { Button } from "../../components/Button.tsx";
import styles from "./PairPane.module.css";

/** A span of the baseline that waits for its like in the candidate. */
export type HeldRow = { spanId: string; name: string };

type RowPinToolsProps = {
  baselineId: string;
  candidateId: string;
  spans: SpanPair;
  name: string;
  isPinned: boolean;
  held: HeldRow | null;
  onHold: (held: HeldRow | null) => void;
};

export function RowPinTools(props: RowPinToolsProps) {
  const { baselineId, candidateId, spans, name, isPinned, held, onHold } = props;
  const pin = useMutation(pinRows());
  const unpin = useMutation(unpinRows());
  const error = pin.error ?? unpin.error;
  const { baseline, candidate } = spans;
  const isOther = held !== null && held.spanId !== baseline && candidate !== null;
  return (
    <>
      {error !== null && (
        <span role="alert" className={styles["failed"]}>
          Not kept: {error.message}
        </span>
      )}
      {held !== null && !isOther && <span className={styles["quiet"]}>select its row in the candidate</span>}
      {isOther && (
        <Button
          icon={<Link2 size={13} aria-hidden />}
          title={`Pair ${held.name} of the baseline with this span, whenever these two traces are compared`}
          onClick={() => {
            pin.mutate({
              baseline: baselineId,
              candidate: candidateId,
              baseline_span_id: held.spanId,
              candidate_span_id: candidate,
            });
            onHold(null);
          }}
        >
          It is the baseline’s {formatName(held.name)}
        </Button>
      )}
      {held !== null && (
        <Button variant="ghost" onClick={() => onHold(null)}>
          Cancel
        </Button>
      )}
      {held === null && isPinned && baseline !== null && (
        <Button
          variant="ghost"
          icon={<Link2Off size={13} aria-hidden />}
          title="Leave it to the alignment again"
          onClick={() => unpin.mutate({ baseline: baselineId, candidate: candidateId, baseline_span_id: baseline })}
        >
          Unpin
        </Button>
      )}
      {held === null && !isPinned && baseline !== null && (
        <Button
          variant="ghost"
          icon={<Link2 size={13} aria-hidden />}
          title="Say which span of the candidate this span of the baseline is"
          onClick={() => onHold({ spanId: baseline, name })}
        >
          Is another row…
        </Button>
      )}
    </>
  );
}

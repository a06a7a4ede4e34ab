// "This row is that row": the user's word on two spans that the alignment did not pair, or paired wrongly; for these two traces, and
// for others as far as their places tell the spans apart.
import { useMutation } from "@tanstack/react-query";
import { Link2, Link2Off, Repeat2 } from "lucide-react";
import { ApiError } from "../../api/client.ts";
import type { AppliedRule, RowPin } from "../../api/messages.ts";
import { forgetRule, pinRows, rememberRows, unpinRows } from "../../api/mutations.ts";
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
  /** Who says that the two spans are one, if the alignment does not by itself. */
  pinnedBy: "pair" | "rule" | null;
  /** What says so of other traces. */
  rule: AppliedRule | null;
  held: HeldRow | null;
  onHold: (held: HeldRow | null) => void;
};

export function RowPinTools(props: RowPinToolsProps) {
  const { baselineId, candidateId, spans, name, pinnedBy, rule, held, onHold } = props;
  const { baseline, candidate } = spans;
  const remember = useMutation(rememberRows());
  const pin = useMutation({ ...pinRows(), onSuccess: (_, said) => remember.mutate(said) });
  const unpin = useMutation(unpinRows());
  const forget = useMutation(forgetRule());
  const refusal = refusalOf(remember.error);
  const error = pin.error ?? unpin.error ?? forget.error ?? (refusal === null ? remember.error : null);
  const isOther = held !== null && held.spanId !== baseline && candidate !== null;
  const pinOf = (baselineSpan: string, candidateSpan: string): RowPin => ({
    baseline: baselineId,
    candidate: candidateId,
    baseline_span_id: baselineSpan,
    candidate_span_id: candidateSpan,
  });
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
          title={`Pair ${held.name} of the baseline with this span, here and in other comparisons`}
          onClick={() => {
            pin.mutate(pinOf(held.spanId, candidate));
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
      {held === null && pinnedBy === "pair" && rule === null && refusal !== null && (
        <span className={styles["quiet"]} role="status" title={`In others it cannot be told: ${refusal}`}>
          in this comparison alone
        </span>
      )}
      {held === null &&
        pinnedBy === "pair" &&
        rule === null &&
        refusal === null &&
        baseline !== null &&
        candidate !== null && (
          <Button
            variant="ghost"
            icon={<Repeat2 size={13} aria-hidden />}
            title="Pair the spans at these places in other comparisons too"
            onClick={() => remember.mutate(pinOf(baseline, candidate))}
          >
            Elsewhere too
          </Button>
        )}
      {held === null && pinnedBy === "pair" && rule !== null && (
        <Button
          variant="ghost"
          icon={<Repeat2 size={13} aria-hidden />}
          title={`${placesOf(rule)} in other comparisons too: leave those to the alignment again`}
          onClick={() => forget.mutate(rule.rule_id)}
        >
          Only here
        </Button>
      )}
      {held === null && pinnedBy === "pair" && baseline !== null && (
        <Button
          variant="ghost"
          icon={<Link2Off size={13} aria-hidden />}
          title="Leave it to the alignment again"
          onClick={() => {
            // Else the rule would pair them again.
            if (rule !== null) forget.mutate(rule.rule_id);
            unpin.mutate({ baseline: baselineId, candidate: candidateId, baseline_span_id: baseline });
          }}
        >
          Unpin
        </Button>
      )}
      {held === null && pinnedBy === "rule" && rule !== null && (
        <Button
          variant="ghost"
          icon={<Link2Off size={13} aria-hidden />}
          title={`${placesOf(rule)}, you said in another comparison: leave it to the alignment again, in all of them`}
          onClick={() => forget.mutate(rule.rule_id)}
        >
          Forget the rule
        </Button>
      )}
      {held === null && pinnedBy !== "pair" && baseline !== null && (
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

/** Why a pin holds for its two traces alone; null if that is not the matter. */
function refusalOf(error: Error | null): string | null {
  return error instanceof ApiError && error.code === "invalid_request" ? error.message : null;
}

function placesOf({ baseline_place: baseline, candidate_place: candidate }: AppliedRule): string {
  return [baseline, candidate].map((place) => place.map(formatName).join(" › ")).join(" is ");
}

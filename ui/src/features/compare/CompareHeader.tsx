// The bar over a comparison: which two traces, when each ran, and how they are looked at.
import { ArrowLeftRight, Columns2, Rows2 } from "lucide-react";
import { Link } from "@tanstack/react-router";
import type { ComparedTrace } from "../../api/messages.ts";
import { formatExactTime, formatListTime, formatName } from "../../base/format.ts";
import { IconButton } from "../../components/Button.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { SegmentedControl } from "../../components/SegmentedControl.tsx";
import { BaselinePin } from "./BaselinePin.tsx";
import styles from "./CompareHeader.module.css";

type CompareHeaderProps = {
  baseline: ComparedTrace;
  candidate: ComparedTrace;
  isSplit: boolean;
  onSplit: (isSplit: boolean) => void;
  onSwap: () => void;
};

export function CompareHeader({ baseline, candidate, isSplit, onSplit, onSwap }: CompareHeaderProps) {
  return (
    <PageHeader
      title="Compare"
      actions={
        <SegmentedControl
          label="Layout"
          value={isSplit ? "side" : "merged"}
          onChange={(next) => onSplit(next === "side")}
          segments={[
            { value: "merged", label: "Merged", icon: <Rows2 size={13} aria-hidden /> },
            { value: "side", label: "Side by side", icon: <Columns2 size={13} aria-hidden /> },
          ]}
        />
      }
    >
      <div className={styles["sides"]}>
        <Side side="baseline" trace={baseline} />
        <BaselinePin traceId={baseline.id} name={baseline.name} />
        <IconButton label="Swap baseline and candidate" icon={<ArrowLeftRight size={14} />} onClick={onSwap} />
        <Side side="candidate" trace={candidate} />
      </div>
    </PageHeader>
  );
}

function Side({ side, trace }: { side: "baseline" | "candidate"; trace: ComparedTrace }) {
  const name = formatName(trace.name);
  return (
    <Link
      to="/traces/$traceId"
      params={{ traceId: trace.id }}
      className={styles["side"]}
      title={`${side}: ${name}\n${formatExactTime(trace.start_time_unix_nano)}\n${trace.id}`}
      data-testid={`${side}-chip`}
    >
      <span className={styles["swatch"]} data-role={side} aria-hidden />
      <span className={styles["role"]}>{side}</span>
      <b className={styles["name"]} dir="auto">
        {name === "" ? "(no name)" : name}
      </b>
      <span className={styles["time"]}>{formatListTime(trace.start_time_unix_nano)}</span>
    </Link>
  );
}

// The bar over a comparison: which two traces, when each ran, and how they are looked at.
import { ArrowDownWideNarrow, ArrowLeftRight, Columns2, Rows2 } from "lucide-react";
import { Link } from "@tanstack/react-router";
import type { ComparedTrace } from "../../api/messages.ts";
import { formatExactTime, formatListTime, formatName } from "../../base/format.ts";
import { useBaseline } from "../../api/use-baseline.ts";
import { BaselineMenu } from "../../components/BaselineMenu.tsx";
import { IconButton } from "../../components/Button.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { SegmentedControl } from "../../components/SegmentedControl.tsx";
import type { CompareLayout } from "./compare-view.ts";
import styles from "./CompareHeader.module.css";

type CompareHeaderProps = {
  baseline: ComparedTrace;
  candidate: ComparedTrace;
  layout: CompareLayout;
  onLayout: (layout: CompareLayout) => void;
  onSwap: () => void;
};

export function CompareHeader({ baseline, candidate, layout, onLayout, onSwap }: CompareHeaderProps) {
  const { scopes, choose, error } = useBaseline(baseline.id);
  return (
    <PageHeader
      title="Compare"
      actions={
        <SegmentedControl
          label="Layout"
          value={layout}
          onChange={onLayout}
          segments={[
            { value: "merged", label: "Merged", icon: <Rows2 size={13} aria-hidden /> },
            { value: "side", label: "Side by side", icon: <Columns2 size={13} aria-hidden /> },
            { value: "list", label: "List", icon: <ArrowDownWideNarrow size={13} aria-hidden /> },
          ]}
        />
      }
    >
      <div className={styles["sides"]}>
        <Side side="baseline" trace={baseline} />
        <BaselineMenu name={formatName(baseline.name)} scopes={scopes} onChoose={choose} error={error} />
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

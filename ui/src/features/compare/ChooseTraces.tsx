// What the page shows before it knows two traces: a choice among the newest ones.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeftRight, GitCompareArrows } from "lucide-react";
import { useState } from "react";
import type { TraceSummary } from "../../api/messages.ts";
import { latestTracesQuery } from "../../api/queries.ts";
import { formatDuration, formatListTime, formatName } from "../../base/format.ts";
import { Button, IconButton } from "../../components/Button.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { PageLoading } from "../../components/Skeleton.tsx";
import { Select } from "../../components/Select.tsx";
import styles from "./ChooseTraces.module.css";

type Pair = { baseline: string; candidate: string };
type ChooseTracesProps = {
  baseline: string | null;
  candidate: string | null;
  onChoose: (pair: Pair) => void;
};

const nOffered = 100;

export function ChooseTraces({ baseline, candidate, onChoose }: ChooseTracesProps) {
  const { data, error, refetch } = useQuery(latestTracesQuery(nOffered));
  return (
    <div className={styles["page"]}>
      <title>Compare · Traceloupe</title>
      <PageHeader title="Compare" />
      {data === undefined ? (
        error === null ? (
          <PageLoading label="Loading the newest traces" />
        ) : (
          <EmptyState
            tone="error"
            title="The newest traces cannot be listed"
            actions={<Button onClick={() => void refetch()}>Try again</Button>}
          >
            {error.message}
          </EmptyState>
        )
      ) : data.traces.length < 2 ? (
        <EmptyState
          icon={<GitCompareArrows size={28} strokeWidth={1.5} />}
          title="There are no two traces yet"
          actions={<Link to="/">How to send traces</Link>}
        >
          Run a program twice: what changed between both runs is shown here
        </EmptyState>
      ) : (
        <Choice traces={data.traces} baseline={baseline} candidate={candidate} onChoose={onChoose} />
      )}
    </div>
  );
}

function Choice({ traces, baseline, candidate, onChoose }: ChooseTracesProps & { traces: readonly TraceSummary[] }) {
  const [chosen, setChosen] = useState<Pair>(() => firstPairOf(traces, baseline, candidate));
  const options = traces.map((trace) => ({
    value: trace.trace_id,
    label: `${formatName(trace.name) || "(no name)"} · ${formatListTime(trace.start_time_unix_nano)}`,
    detail: formatDuration(trace.duration_ns),
  }));
  // One that the address names may be older than those that are offered.
  const withNamed = (id: string) =>
    options.some(({ value }) => value === id) ? options : [{ value: id, label: id }, ...options];
  return (
    <EmptyState icon={<GitCompareArrows size={22} strokeWidth={1.5} />} title="What changed between two traces?">
      <div className={styles["sides"]}>
        <span className={styles["role"]}>Baseline</span>
        <Select
          label="Baseline"
          value={chosen.baseline}
          onChange={(id) => setChosen({ ...chosen, baseline: id })}
          options={withNamed(chosen.baseline)}
        />
        <span className={styles["role"]}>Candidate</span>
        <Select
          label="Candidate"
          value={chosen.candidate}
          onChange={(id) => setChosen({ ...chosen, candidate: id })}
          options={withNamed(chosen.candidate)}
        />
      </div>
      <div className={styles["actions"]}>
        <IconButton
          label="Swap baseline and candidate"
          icon={<ArrowLeftRight size={14} />}
          onClick={() => setChosen({ baseline: chosen.candidate, candidate: chosen.baseline })}
        />
        <Button variant="primary" onClick={() => onChoose(chosen)}>
          Compare
        </Button>
      </div>
    </EmptyState>
  );
}

/** The newest trace against the one before it of the same name, unless the address says otherwise. */
function firstPairOf(traces: readonly TraceSummary[], baseline: string | null, candidate: string | null): Pair {
  const other = traces.find(({ trace_id: id }) => id !== baseline);
  const newest = candidate ?? other?.trace_id ?? "";
  const place = traces.findIndex(({ trace_id: id }) => id === newest);
  const name = traces[place]?.name;
  const older = traces.slice(place + 1);
  const former = older.find((trace) => trace.name === name) ?? older[0] ?? traces[0];
  return { baseline: baseline ?? former?.trace_id ?? "", candidate: newest };
}

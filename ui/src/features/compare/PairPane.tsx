// What differs in the content of the selected pair: model and parameters, messages by words, values by path.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import type { RefObject } from "react";
import { useState } from "react";
import type { AppliedRule, SpanComparison } from "../../api/messages.ts";
import { type SpanPair, spanComparisonQuery } from "../../api/queries.ts";
import { formatName } from "../../base/format.ts";
import { hintBits } from "../../compare-model/comparison.ts";
import type { MergedTrace } from "../../compare-model/merged-trace.ts";
import { rowAt } from "../../compare-model/merged-trace.ts";
import { durationsOf, signOf, wordsOf } from "../../compare-model/signs.ts";
import { Button, IconButton } from "../../components/Button.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageLoading } from "../../components/Skeleton.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { findSpan, spanIdOf } from "../../trace-model/span-table.ts";
import { ChangedParameters } from "./ChangedParameters.tsx";
import { JsonDiffTable } from "./JsonDiffTable.tsx";
import { MessageDiff } from "./MessageDiff.tsx";
import styles from "./PairPane.module.css";
import { type HeldRow, RowPinTools } from "./RowPinTools.tsx";
import { signIcons } from "./SignSprite.tsx";

type PairPaneProps = {
  merged: MergedTrace;
  /** Rules that hold between the two traces. */
  rules: readonly AppliedRule[];
  /** Id of the merged row, at which the user rests. */
  spanId: string;
  paneRef: RefObject<HTMLElement | null>;
  held: HeldRow | null;
  onHold: (held: HeldRow | null) => void;
  onClose: () => void;
};

type TabName = "messages" | "values" | "attributes";

export function PairPane({ merged, rules, spanId, paneRef, held, onHold, onClose }: PairPaneProps) {
  const place = findSpan(merged.table, spanId);
  const row = place === null ? null : rowAt(merged, place);
  if (place === null || row === null) return null;
  const { comparison, table } = merged;
  const name = table.strings.label(table.name[place] ?? 0);
  const sign = signOf(comparison, row);
  const Icon = signIcons[sign];
  const spans = spansOf(merged, place);
  return (
    <section
      ref={paneRef}
      className={styles["pane"]}
      aria-label={`Differences of ${name}`}
      tabIndex={-1}
      data-testid="pair-pane"
    >
      <header className={styles["head"]}>
        <Icon size={14} strokeWidth={2.2} className={styles["sign"]} data-sign={sign} aria-hidden />
        <h2 className={styles["name"]} dir="auto">
          {name === "" ? "(no name)" : formatName(name)}
        </h2>
        <span className={styles["words"]}>{wordsOf(comparison, row)}</span>
        <span className={styles["durations"]}>{durationsOf(merged, place)}</span>
        <span className={styles["space"]} />
        <RowPinTools
          key={spans.candidate ?? spans.baseline}
          baselineId={comparison.baselineId}
          candidateId={comparison.candidateId}
          spans={spans}
          name={name}
          pinnedBy={pinnedBy(comparison.hints[row] ?? 0)}
          rule={ruleOf(rules, spans)}
          held={held}
          onHold={onHold}
        />
        <SpanLink traceId={comparison.baselineId} spanId={spans.baseline} word="baseline" />
        <SpanLink traceId={comparison.candidateId} spanId={spans.candidate} word="candidate" />
        <IconButton label="Close (Esc)" icon={<X size={14} />} onClick={onClose} />
      </header>
      {spans.baseline === null && spans.candidate === null ? (
        <p className={styles["hint"]}>A group of spans that repeat: each of its iterations has its own differences</p>
      ) : (
        <Content merged={merged} spans={spans} />
      )}
    </section>
  );
}

function pinnedBy(hints: number): "pair" | "rule" | null {
  if ((hints & hintBits.byRule) !== 0) return "rule";
  return (hints & hintBits.pinned) === 0 ? null : "pair";
}

/** The rule that says that the two spans are the same. */
function ruleOf(rules: readonly AppliedRule[], { baseline, candidate }: SpanPair): AppliedRule | null {
  return rules.find((one) => one.baseline_span_id === baseline && one.candidate_span_id === candidate) ?? null;
}

function SpanLink({ traceId, spanId, word }: { traceId: string; spanId: string | null; word: string }) {
  if (spanId === null) return null;
  return (
    <Link to="/traces/$traceId" params={{ traceId }} search={{ span: spanId }} className={styles["link"]}>
      In the {word}
    </Link>
  );
}

function Content({ merged, spans }: { merged: MergedTrace; spans: SpanPair }) {
  const { baselineId, candidateId } = merged.comparison;
  const query = useQuery({
    ...spanComparisonQuery(baselineId, candidateId, spans),
    placeholderData: keepPreviousData,
  });
  const [chosen, setChosen] = useState<TabName | null>(null);
  if (query.data === undefined) {
    if (query.error === null) return <PageLoading label="Comparing the two spans" />;
    return (
      <EmptyState
        tone="error"
        title="These spans cannot be compared"
        actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
      >
        {query.error.message}
      </EmptyState>
    );
  }
  const { data } = query;
  const only = onlySideOf(data);
  const first = firstTabOf(data);
  const tab = chosen === "messages" && !hasMessages(data) ? first : (chosen ?? first);
  return (
    <>
      {only !== null && <p className={styles["hint"]}>Only the {only} has this span: this is all that it says</p>}
      <ChangedParameters chips={data.chips} prefix={data.prompt_prefix ?? null} />
      <Tabs<TabName>
        label="What differs"
        className={styles["tabs"]}
        value={tab}
        onChange={setChosen}
        items={[
          ...(hasMessages(data)
            ? [
                {
                  value: "messages" as const,
                  label: "Messages",
                  count: nChangedMessages(data),
                  panel: <MessageDiff input={data.input_messages} output={data.output_messages} />,
                },
              ]
            : []),
          {
            value: "values",
            label: "Inputs and outputs",
            count: data.inputs.changes.length + data.outputs.changes.length + data.inputs.n_more + data.outputs.n_more,
            panel: (
              <>
                <JsonDiffTable title="Inputs" diff={data.inputs} isOneSided={only !== null} />
                <JsonDiffTable title="Outputs" diff={data.outputs} isOneSided={only !== null} />
              </>
            ),
          },
          {
            value: "attributes",
            label: "Attributes",
            count: data.attributes.changes.length + data.attributes.n_more,
            panel: <JsonDiffTable title="Attributes" diff={data.attributes} isOneSided={only !== null} />,
          },
        ]}
      />
    </>
  );
}

/** The side that alone has the span; null if both have it. */
function onlySideOf(data: SpanComparison): "baseline" | "candidate" | null {
  if (data.candidate_span_id == null) return "baseline";
  return data.baseline_span_id == null ? "candidate" : null;
}

function hasMessages({ input_messages: input, output_messages: output }: SpanComparison): boolean {
  return input.length > 0 || output.length > 0;
}

function nChangedMessages({ input_messages: input, output_messages: output }: SpanComparison): number {
  return [...input, ...output].filter(({ state }) => state !== "same").length;
}

/** The first tab that has something to say. */
function firstTabOf(data: SpanComparison): TabName {
  if (hasMessages(data)) return "messages";
  return data.inputs.changes.length + data.outputs.changes.length > 0 || data.attributes.changes.length === 0
    ? "values"
    : "attributes";
}

/** The ids of both spans of a place. */
function spansOf({ baseline, candidate }: MergedTrace, place: number): SpanPair {
  const idOf = ({ table, span }: MergedTrace["baseline"]): string | null => {
    const own = span[place] ?? -1;
    return own < 0 ? null : spanIdOf(table, own);
  };
  return { baseline: idOf(baseline), candidate: idOf(candidate) };
}

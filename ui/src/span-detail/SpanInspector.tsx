// All of one span: what it is, its numbers, and its body by tabs. Shows the last span until the next one is there.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleDashed, Unplug } from "lucide-react";
import { useContext, useState } from "react";
import { ApiError } from "../api/client.ts";
import type { SpanDetail } from "../api/messages.ts";
import { spanQuery } from "../api/queries.ts";
import { Badge, SourceBadge } from "../components/Badge.tsx";
import { Button } from "../components/Button.tsx";
import { CopyButton } from "../components/CopyButton.tsx";
import { EmptyState } from "../components/EmptyState.tsx";
import { Skeleton } from "../components/Skeleton.tsx";
import type { TabItem } from "../components/Tabs.tsx";
import { Tabs } from "../components/Tabs.tsx";
import { categoryAt } from "../trace-model/span-category.ts";
import type { SpanTable } from "../trace-model/span-table.ts";
import { findSpan } from "../trace-model/span-table.ts";
import { SpanFeedback } from "./assessments/SpanFeedback.tsx";
import { ReadOnlyContext } from "./read-only-context.ts";
import { AttributeTable } from "./AttributeTable.tsx";
import { attributeCondition } from "./find-traces.ts";
import { ChatPane } from "./chat/ChatPane.tsx";
import { Evaluations } from "./Evaluations.tsx";
import { EventsLogs } from "./EventsLogs.tsx";
import { InputsOutputs } from "./InputsOutputs.tsx";
import type { TabName } from "./inspector-tabs.ts";
import { firstTabOf, hasChat, hasRetrieval, rememberTab } from "./inspector-tabs.ts";
import { scrollerMark } from "./json/use-scroller.ts";
import { Links } from "./Links.tsx";
import { Origins } from "./Origins.tsx";
import paneStyles from "./panes.module.css";
import { RawOtlp } from "./RawOtlp.tsx";
import { RetrievalPane } from "./RetrievalPane.tsx";
import { SpanFacts } from "./SpanFacts.tsx";
import { SpanIcon } from "./span-icons.tsx";
import { lastException } from "./Exception.tsx";
import styles from "./SpanInspector.module.css";
import type { OpenSpan } from "./SpanLink.tsx";
import { startOf } from "./text-chunks.ts";

type SpanInspectorProps = { table: SpanTable; spanId: string; onOpen: OpenSpan };

export function SpanInspector({ table, spanId, onOpen }: SpanInspectorProps) {
  const query = useQuery({ ...spanQuery(table.traceId, spanId), placeholderData: keepPreviousData });
  const [choice, setChoice] = useState<{ spanId: string; tab: TabName } | null>(null);
  if (query.data === undefined) {
    if (query.error === null) return <InspectorSkeleton />;
    if (query.error instanceof ApiError && query.error.code === "not_found") {
      return (
        <EmptyState icon={<CircleDashed size={22} strokeWidth={1.5} />} title="This span is not here">
          It was deleted, or it has not arrived yet: then it appears here by itself
        </EmptyState>
      );
    }
    return (
      <EmptyState
        tone="error"
        icon={<Unplug size={22} strokeWidth={1.5} />}
        title="This span cannot be shown"
        actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
      >
        {query.error.message}
      </EmptyState>
    );
  }
  const span = query.data;
  return (
    <div
      className={styles["inspector"]}
      data-stale={query.isPlaceholderData || undefined}
      data-inspected-span={span.span_id}
    >
      <InspectorHead span={span} table={table} />
      <Tabs
        label="Parts of the span"
        value={choice?.spanId === span.span_id ? choice.tab : firstTabOf(span)}
        onChange={(tab) => {
          rememberTab(span, tab);
          setChoice({ spanId: span.span_id, tab });
        }}
        items={tabsOf(span, table, onOpen)}
        className={styles["tabs"]}
      />
    </div>
  );
}

function InspectorHead({ span, table }: { span: SpanDetail; table: SpanTable }) {
  const row = findSpan(table, span.span_id);
  const { source, status } = span;
  const type = typeText(span);
  return (
    <header className={styles["head"]}>
      <div className={styles["title"]}>
        <SpanIcon category={row === null ? "oth" : categoryAt(table, row)} />
        <h2 className={styles["name"]} dir="auto" title={startOf(span.name, 1000)}>
          {span.name === "" ? "(no name)" : startOf(span.name, 1000)}
        </h2>
        <SourceBadge source={source.name} isInferred={source.is_inferred} reason={source.reason} />
      </div>
      <div className={styles["ids"]}>
        <Badge>{kindText(span.kind)}</Badge>
        {type && <Badge>{type.slice(0, 60)}</Badge>}
        <span className={styles["id"]}>{span.span_id}</span>
        <CopyButton text={span.span_id} label="Copy span id" />
        <SpanFeedback traceId={table.traceId} spanId={span.span_id} isReadOnly={useContext(ReadOnlyContext)} />
      </div>
      {status.code === "STATUS_CODE_ERROR" && (
        <p className={styles["error"]} dir="auto">
          <CircleAlert size={14} aria-hidden />
          <span>{startOf(status.message || lastException(span.events) || "Error without a message", 4000)}</span>
        </p>
      )}
      <SpanFacts span={span} table={table} row={row} />
      <Evaluations evaluations={span.llm?.evaluations ?? []} />
    </header>
  );
}

/** MLflow's word, else that of another convention; that nobody knows it says nothing. */
function typeText({ span_type: type, llm }: SpanDetail): string | null {
  return (type && type !== "UNKNOWN" ? type : llm?.kind) ?? null;
}

/** `SPAN_KIND_CLIENT` as people say it. */
function kindText(kind: string): string {
  return kind.replace("SPAN_KIND_", "").toLowerCase();
}

function tabsOf(span: SpanDetail, table: SpanTable, onOpen: OpenSpan): TabItem<TabName>[] {
  const { attributes, events, logs, links, linked_from: linkedFrom, origins } = span;
  const nLinks = links.length + linkedFrom.length;
  // Panes keep what the user opened in them; another span is another pane.
  const key = span.span_id;
  const attributePane = (
    <div className={paneStyles["pane"]}>
      <AttributeTable
        attributes={attributes}
        nDropped={span.dropped_attributes_count}
        conditionOf={attributeCondition}
      />
    </div>
  );
  const ownTabs: TabItem<TabName>[] = [];
  if (hasChat(span)) {
    const chat = <ChatPane key={key} span={span} llm={span.llm} table={table} onOpen={onOpen} />;
    ownTabs.push({ value: "chat", label: "Chat", panel: scrolled(chat, key) });
  }
  if (hasRetrieval(span)) {
    const pane = <RetrievalPane key={key} llm={span.llm} />;
    ownTabs.push({
      value: "retrieval",
      label: isEmbedding(span) ? "Embedding" : "Retrieval",
      panel: scrolled(pane, key),
    });
  }
  return [
    ...ownTabs,
    { value: "io", label: "In / out", panel: scrolled(<InputsOutputs key={key} span={span} />, key) },
    { value: "attributes", label: "Attributes", count: attributes.length, panel: scrolled(attributePane, key) },
    {
      value: "events",
      label: "Events & logs",
      ...countOf(events.length + logs.length),
      panel: scrolled(<EventsLogs key={key} span={span} />),
    },
    { value: "links", label: "Links", ...countOf(nLinks), panel: scrolled(<Links span={span} onOpen={onOpen} />) },
    {
      value: "origins",
      label: "Origins",
      ...(origins.length > 1 ? { count: origins.length } : {}),
      panel: scrolled(<Origins key={key} span={span} />),
    },
    { value: "raw", label: "Raw", panel: scrolled(<RawOtlp key={key} span={span} />, key) },
  ];
}

function isEmbedding({ llm }: SpanDetail): boolean {
  return Boolean(llm?.embeddings) || llm?.kind === "EMBEDDING";
}

/** Zero is not worth a number on a tab. */
function countOf(count: number): { count?: number } {
  return count === 0 ? {} : { count };
}

function scrolled(pane: React.ReactNode, key?: string) {
  return (
    <div key={key} className={styles["scrolled"]} {...scrollerMark}>
      {pane}
    </div>
  );
}

function InspectorSkeleton() {
  return (
    <div className={styles["skeleton"]} role="status" aria-label="Loading the span">
      <Skeleton width="55%" height={14} />
      <Skeleton width="35%" />
      <Skeleton height={44} />
      <Skeleton width="80%" />
      <Skeleton width="72%" />
      <Skeleton width="78%" />
    </div>
  );
}

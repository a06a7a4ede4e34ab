// The bar over a trace: where it belongs, how it went, and what one can take along.
import { useMutation } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { Clock, Download, Pause, Sparkles, Tag, Target } from "lucide-react";
import { type ReactNode, useEffect, useEffectEvent, useRef } from "react";
import type { TraceDetail, TraceState, TraceSummary } from "../../api/messages.ts";
import { pinTrace } from "../../api/mutations.ts";
import { otlpDownloadUrl } from "../../api/queries.ts";
import { type BaselineUse, useBaseline } from "../../api/use-baseline.ts";
import {
  formatCost,
  formatCount,
  formatDelta,
  formatDuration,
  formatExactDuration,
  formatExactTime,
  formatInteger,
  formatListTime,
  formatName,
  formatTokens,
} from "../../base/format.ts";
import { offerCommands } from "../../base/page-commands.ts";
import { Badge } from "../../components/Badge.tsx";
import { BaselineMenu, toggledScopes } from "../../components/BaselineMenu.tsx";
import { IconButton } from "../../components/Button.tsx";
import { PausedNote } from "../../components/PausedNote.tsx";
import { PinButton } from "../../components/PinButton.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { CompareWithPrevious } from "./CompareWithPrevious.tsx";
import { CopyMenu } from "./CopyMenu.tsx";
import { DoctorBadge } from "./DoctorBadge.tsx";
import styles from "./TraceHeader.module.css";
import { TraceSteps } from "./TraceSteps.tsx";
import type { TracePause } from "./use-paused-trace.ts";

const ofOthers = /^(mlflow|service|telemetry|host|os|process|container|k8s|cloud|faas|browser|device)\./;

export function TraceHeader({ trace, pause }: { trace: TraceDetail; pause: TracePause }) {
  const { summary } = trace;
  const baselineUse = useBaseline(summary.trace_id);
  const run = trace.metadata["mlflow.sourceRun"];
  // Those of MLflow itself, and what detectors say of the machine, are not the user's own.
  const tags = Object.entries(trace.tags).filter(([key]) => !ofOthers.test(key));
  return (
    <PageHeader
      crumb={<ExperimentLink experimentId={summary.experiment_id} name={trace.experiment_name} />}
      title={
        <span title={formatName(summary.name)} dir="auto">
          {formatName(summary.name) || "(no name)"}
        </span>
      }
      actions={<Actions trace={trace} baselineUse={baselineUse} />}
    >
      <div className={styles["chips"]}>
        {pause.isPaused && <PausedNote news={pause.news} onResume={pause.toggle} />}
        <StateChip state={summary.state} />
        {!pause.isPaused && summary.state === "IN_PROGRESS" && (
          <IconButton
            label="Pause live updates (.)"
            icon={<Pause size={13} />}
            className={styles["pause"]}
            onClick={pause.toggle}
          />
        )}
        <Chip title={formatExactDuration(summary.duration_ns)} icon={<Clock size={12} aria-hidden />}>
          <b>{formatDuration(summary.duration_ns)}</b>
        </Chip>
        <AgainstBaseline summary={summary} isBaseline={(baselineUse.scopes ?? []).length > 0} />
        <Chip>{formatCount(summary.n_spans, "span")}</Chip>
        {summary.n_errors > 0 && (
          <Chip tone="error">
            <b>{formatCount(summary.n_errors, "error")}</b>
          </Chip>
        )}
        <Tokens trace={trace} />
        {summary.cost_pico_usd && <Chip>{<b>{formatCost(summary.cost_pico_usd)}</b>}</Chip>}
        <Services services={summary.services} />
        {summary.session && (
          <Link
            to="/sessions/$sessionId"
            params={{ sessionId: summary.session }}
            search={{ experiment: summary.experiment_id }}
            className={styles["chipLink"]}
          >
            <Chip title="The conversation that it is a turn of">
              session <b>{formatName(summary.session)}</b>
            </Chip>
          </Link>
        )}
        {trace.client_trace_id && (
          <Chip title={`MLflow's clients call it ${trace.client_trace_id}`}>
            id <b>{formatName(trace.client_trace_id)}</b>
          </Chip>
        )}
        {run !== undefined && (
          <Chip title={`Run ${run}`}>
            run <b>{run.slice(0, 8)}</b>
          </Chip>
        )}
        {tags.length > 0 && (
          <Chip title={tags.map(([key, value]) => `${key}: ${value}`).join("\n")} icon={<Tag size={11} aria-hidden />}>
            {tags[0]?.[0]} <b>{tags[0]?.[1]}</b>
            {tags.length > 1 && <Badge>+{tags.length - 1}</Badge>}
          </Chip>
        )}
        <Chip title={formatExactTime(summary.start_time_unix_nano)}>
          {formatListTime(summary.start_time_unix_nano)}
        </Chip>
      </div>
    </PageHeader>
  );
}

function ExperimentLink({ experimentId, name }: { experimentId: string; name: string }) {
  const router = useRouter();
  const href = `/experiments/${encodeURIComponent(experimentId)}`;
  return (
    <a
      href={href}
      className={styles["crumb"]}
      title={name}
      onClick={(event) => {
        if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        router.history.push(href);
      }}
    >
      {name}
    </a>
  );
}

const stateNames: Readonly<Record<TraceState, string>> = {
  OK: "OK",
  ERROR: "Error",
  IN_PROGRESS: "In progress",
  STATE_UNSPECIFIED: "State unknown",
};

const stateTones = { OK: "ok", ERROR: "error", IN_PROGRESS: "progress", STATE_UNSPECIFIED: undefined } as const;

function StateChip({ state }: { state: TraceState }) {
  return (
    <Chip tone={stateTones[state]}>
      <b>{stateNames[state]}</b>
    </Chip>
  );
}

function Tokens({ trace }: { trace: TraceDetail }) {
  const { input_tokens: input, output_tokens: output, total_tokens: reported } = trace.summary;
  if (!isKnown(input) && !isKnown(output) && !isKnown(reported)) return null;
  // What calls report as their total leads, as in MLflow.
  const total = reported ?? (input ?? 0) + (output ?? 0);
  const title = `${formatInteger(input ?? 0)} in, ${formatInteger(output ?? 0)} out`;
  return (
    <Chip title={title} icon={<Sparkles size={12} aria-hidden />}>
      <b>{formatTokens(total)}</b> tokens
    </Chip>
  );
}

function isKnown(tokens: number | null | undefined): tokens is number {
  return tokens !== null && tokens !== undefined;
}

function Services({ services }: { services: readonly string[] }) {
  const [first] = services;
  if (first === undefined) return null;
  return (
    <Chip title={services.join("\n")}>
      {first}
      {services.length > 1 && <Badge>+{services.length - 1}</Badge>}
    </Chip>
  );
}

/** That the trace is a baseline, or how much longer or shorter than its baseline it took, which leads to their comparison. */
function AgainstBaseline({ summary, isBaseline }: { summary: TraceSummary; isBaseline: boolean }) {
  if (isBaseline) {
    return (
      <Chip title="Later traces are measured against it" icon={<Target size={12} aria-hidden />}>
        <b>baseline</b>
      </Chip>
    );
  }
  const { baseline, trace_id: candidate } = summary;
  if (baseline == null) return null;
  const delta = Number(baseline.delta_duration_ns);
  return (
    <Link to="/compare" search={{ baseline: baseline.trace_id, candidate }} className={styles["chipLink"]}>
      <Chip
        tone={delta > 0 ? "worse" : delta < 0 ? "better" : undefined}
        title={`Against the baseline of ${formatDuration(baseline.baseline_duration_ns)}: compare`}
        icon={<Target size={12} aria-hidden />}
      >
        <b>{formatDelta(delta, formatDuration)}</b>
      </Chip>
    </Link>
  );
}

type ChipProps = {
  tone?: "ok" | "error" | "progress" | "worse" | "better" | undefined;
  title?: string;
  icon?: ReactNode;
  children: ReactNode;
};

function Chip({ tone, title, icon, children }: ChipProps) {
  return (
    <span className={styles["chip"]} data-tone={tone} title={title}>
      {icon}
      <span className={styles["chipText"]}>{children}</span>
    </span>
  );
}

function Actions({ trace, baselineUse }: { trace: TraceDetail; baselineUse: BaselineUse }) {
  const { summary } = trace;
  const { trace_id: traceId, name, is_pinned: isPinned } = summary;
  const pin = useMutation(pinTrace());
  const toggle = (): void => pin.mutate({ traceId, isPinned: !isPinned });
  const shownName = formatName(name);
  const onKey = useEffectEvent((key: string) => {
    if (key === "P") toggle();
    else if (baselineUse.scopes !== undefined) baselineUse.choose(toggledScopes(shownName, baselineUse.scopes));
  });
  const download = useRef<HTMLAnchorElement>(null);
  useEffect(() => offerCommands([{ does: "Download as OTLP/JSON", run: () => download.current?.click() }]), []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "P" && event.key !== "B") return;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target)) return;
      event.preventDefault();
      onKey(event.key);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  return (
    <div className={styles["actions"]}>
      {pin.error && (
        <span role="alert" className={styles["failed"]}>
          Not pinned: {pin.error.message}
        </span>
      )}
      <DoctorBadge traceId={traceId} />
      <PinButton isPinned={isPinned} onToggle={toggle} what={shownName} meaning="kept whatever retention says (P)" />
      <BaselineMenu
        name={shownName}
        scopes={baselineUse.scopes}
        onChoose={baselineUse.choose}
        error={baselineUse.error}
        hotkey="B"
      />
      <CompareWithPrevious summary={summary} />
      <TraceSteps traceId={traceId} />
      <CopyMenu traceId={traceId} name={trace.client_trace_id ?? null} />
      <a
        ref={download}
        className={styles["download"]}
        href={otlpDownloadUrl(traceId, "json")}
        download={`${traceId}.otlp.json`}
        title="Download as OTLP/JSON: every copy of every span, as it arrived"
        aria-label="Download as OTLP/JSON"
      >
        <Download size={14} aria-hidden />
        OTLP
      </a>
    </div>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, [contenteditable], [role=dialog]") !== null
  );
}

// How much the candidate differs, in one number, and a strip whose pieces sum to it.
import { type CSSProperties, useState } from "react";
import type { ComparedTrace, Comparison as ComparisonDocument } from "../../api/messages.ts";
import {
  formatCost,
  formatCount,
  formatDelta,
  formatDuration,
  formatInteger,
  formatName,
  formatShare,
  formatTokens,
} from "../../base/format.ts";
import { SegmentedControl } from "../../components/SegmentedControl.tsx";
import styles from "./DeltaSummary.module.css";
import type { Contribution, StripPiece } from "./strip-pieces.ts";
import { stripPiecesOf } from "./strip-pieces.ts";

type DeltaSummaryProps = {
  document: ComparisonDocument;
  /** Name of the token that colours a row, such as `llm`. */
  colorOf: (row: number) => string;
  onSelectRow: (row: number) => void;
};

type Metric = "time" | "tokens" | "cost";

export function DeltaSummary({ document, colorOf, onSelectRow }: DeltaSummaryProps) {
  const [chosen, setChosen] = useState<Metric>("time");
  const { baseline, candidate, delta } = document;
  const metrics = metricsOf(document);
  const metric = metrics.find(({ value }) => value === chosen) ?? metrics[0];
  const pieces = stripPiecesOf(metric?.contributions ?? []);
  // Without spans there is nothing that took time; the rows say so.
  if (baseline.n_spans + candidate.n_spans === 0) return null;
  const isKnown = baseline.has_ended && candidate.has_ended;
  return (
    <section className={styles["summary"]} aria-label="Difference">
      <div className={styles["headline"]}>
        <p
          className={styles["number"]}
          data-tone={isKnown ? toneOf(delta.duration_ns) : "none"}
          data-testid="headline"
          title={isKnown ? undefined : "So far: a side has not ended"}
        >
          {formatDelta(delta.duration_ns, formatDuration)}
        </p>
        <p className={styles["facts"]}>
          <span className={styles["fact"]} title={exactDurations(document)}>
            {durationOf(baseline)} → {durationOf(candidate)}
          </span>
          {isOther(delta.tokens) && (
            <span className={styles["fact"]} data-tone={toneOf(delta.tokens)}>
              {formatDelta(delta.tokens, formatTokens)} tokens
            </span>
          )}
          {isOther(delta.cost) && (
            <span className={styles["fact"]} data-tone={toneOf(delta.cost)}>
              {formatDelta(delta.cost, formatCost)}
            </span>
          )}
          {document.n_new_errors > 0 ? (
            <span className={styles["fact"]} data-tone="error">
              {formatCount(document.n_new_errors, "new error")}
            </span>
          ) : (
            delta.n_errors < 0 && (
              <span className={styles["fact"]} data-tone="better">
                {formatDelta(delta.n_errors, formatInteger)} {delta.n_errors === -1 ? "error" : "errors"}
              </span>
            )
          )}
        </p>
      </div>
      {metric !== undefined && (
        <div className={styles["why"]}>
          <div className={styles["top"]}>
            {pieces.length === 0 ? (
              <p className={styles["none"]}>{metric.none}</p>
            ) : (
              <div className={styles["strip"]} data-testid="strip" aria-hidden>
                {pieces.map((piece) => (
                  <span
                    key={`${piece.label} ${piece.row}`}
                    className={styles["piece"]}
                    data-tone={toneOf(piece.delta)}
                    style={{ flexGrow: piece.share, ...colorStyle(piece, colorOf) }}
                    title={`${metric.format(piece.delta)} ${piece.label}`}
                  />
                ))}
              </div>
            )}
            {metrics.length > 1 && (
              <SegmentedControl
                label="What the strip shows"
                value={metric.value}
                onChange={setChosen}
                segments={metrics.map(({ value, label }) => ({ value, label }))}
              />
            )}
          </div>
          {pieces.length > 0 && (
            <div className={styles["legend"]}>
              <ul className={styles["pieces"]} aria-label={document.headline}>
                {pieces.map((piece) => (
                  <Piece
                    key={`${piece.label} ${piece.row}`}
                    piece={piece}
                    whole={metric.whole}
                    text={metric.format(piece.delta)}
                    color={colorStyle(piece, colorOf)}
                    onSelectRow={onSelectRow}
                  />
                ))}
              </ul>
              <span className={styles["sum"]} data-testid="strip-sum">
                = {metric.format(metric.whole)}
              </span>
            </div>
          )}
        </div>
      )}
    </section>
  );
}

type PieceProps = {
  piece: StripPiece;
  whole: number;
  text: string;
  color: CSSProperties;
  onSelectRow: (row: number) => void;
};

function Piece({ piece, whole, text, color, onSelectRow }: PieceProps) {
  const { label, row, delta } = piece;
  const share = whole === 0 ? "" : `, ${formatShare(Math.abs(delta), Math.abs(whole))} of the difference`;
  const content = (
    <>
      <span className={styles["dot"]} data-tone={toneOf(delta)} style={color} aria-hidden />
      <b data-tone={toneOf(delta)}>{text}</b> <span className={styles["label"]}>{formatName(label)}</span>
    </>
  );
  return (
    <li>
      {row === null ? (
        <span className={styles["pieceText"]} title={`${label}${share}`}>
          {content}
        </span>
      ) : (
        <button
          type="button"
          className={styles["pieceText"]}
          title={`${label}${share}: show where`}
          onClick={() => onSelectRow(row)}
        >
          {content}
        </button>
      )}
    </li>
  );
}

type MetricFacts = {
  value: Metric;
  label: string;
  contributions: readonly Contribution[];
  whole: number;
  format: (delta: number) => string;
  none: string;
};

/** What the strip can show: time, and what either side knows to differ. */
function metricsOf({ contributors, token_contributors, cost_contributors, delta }: ComparisonDocument): MetricFacts[] {
  const time: MetricFacts = {
    value: "time",
    label: "Time",
    contributions: contributors.map(({ label, delta_ns, row }) => ({ label, delta: delta_ns, row: row ?? null })),
    whole: delta.duration_ns,
    format: (one) => formatDelta(one, formatDuration),
    none: "Both took the same time, in each of their spans",
  };
  const quantities = [
    { value: "tokens", label: "Tokens", from: token_contributors, whole: delta.tokens ?? 0, format: formatTokens },
    { value: "cost", label: "Cost", from: cost_contributors, whole: delta.cost ?? 0, format: formatCost },
  ] as const;
  return [
    time,
    ...quantities
      .filter(({ from }) => from.some((one) => one.delta !== 0))
      .map(({ value, label, from, whole, format }) => ({
        value,
        label,
        contributions: from.map((one) => ({ label: one.label, delta: one.delta, row: one.row })),
        whole,
        format: (one: number) => formatDelta(one, format),
        none: "",
      })),
  ];
}

function colorStyle(piece: StripPiece, colorOf: (row: number) => string): CSSProperties {
  if (piece.delta < 0 || piece.row === null) return {};
  return { "--piece": `var(--k-${colorOf(piece.row)})` } as CSSProperties;
}

function durationOf({ duration_ns: duration, n_spans: nSpans, has_ended: hasEnded }: ComparedTrace): string {
  if (nSpans === 0) return "no spans";
  return hasEnded ? formatDuration(duration) : `${formatDuration(duration)} so far`;
}

/** Whether a difference is known and is one. */
function isOther(delta: number | null | undefined): delta is number {
  return delta !== null && delta !== undefined && delta !== 0;
}

function toneOf(delta: number): "worse" | "better" | "none" {
  if (delta === 0) return "none";
  return delta > 0 ? "worse" : "better";
}

function exactDurations({ baseline, candidate, delta }: ComparisonDocument): string {
  const exact = [baseline.duration_ns, candidate.duration_ns].map((nanos) => `${formatInteger(nanos)} ns`).join(" → ");
  return `${exact} (${formatDelta(delta.duration_ns, formatInteger)} ns)`;
}

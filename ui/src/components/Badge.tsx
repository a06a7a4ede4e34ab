// Small labels: a neutral or coloured badge, and the badge that says which SDK made a span.
import type { ReactNode } from "react";
import styles from "./Badge.module.css";

export type BadgeTone = "neutral" | "ok" | "error" | "warn" | "accent" | "mlflow" | "otel";

type BadgeProps = { tone?: BadgeTone; title?: string | undefined; children: ReactNode };

export function Badge({ tone = "neutral", title, children }: BadgeProps) {
  return (
    <span className={styles["badge"]} data-tone={tone} title={title}>
      {children}
    </span>
  );
}

type SourceBadgeProps = {
  source: "mlflow" | "opentelemetry";
  /** Whether the source was concluded from the span's shape instead of its scope; drawn dashed with a question mark. */
  isInferred?: boolean;
  /** The rule that decided, for a person. */
  reason?: string | undefined;
};

export function SourceBadge({ source, isInferred = false, reason }: SourceBadgeProps) {
  const name = source === "mlflow" ? "MLflow SDK" : "OpenTelemetry";
  const title = `${name}${isInferred ? ", inferred" : ""}${reason ? `: ${reason}` : ""}`;
  return (
    <span
      className={styles["badge"]}
      data-testid="source-badge"
      data-tone={source === "mlflow" ? "mlflow" : "otel"}
      data-inferred={isInferred || undefined}
      title={title}
    >
      {source === "mlflow" ? "MLflow" : isInferred ? "OTel?" : "OTel"}
    </span>
  );
}

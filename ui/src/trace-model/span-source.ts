// Names the source of a span: which SDK made it, and whether that is known or inferred.

import type { SpanIndex, SpanTable } from "./span-table.ts";
import { hasFlag, spanFlags } from "./span-table.ts";

/** Values of the `source` column, in the order of their numbers. */
export const spanSources = ["opentelemetry", "mlflow", "opentelemetry-inferred"] as const;

export type SpanSource = (typeof spanSources)[number];

/** What a badge says. */
export const sourceLabels: Readonly<Record<SpanSource, string>> = {
  opentelemetry: "OTel",
  mlflow: "MLflow",
  "opentelemetry-inferred": "OTel?",
};

const sourceReasons: Readonly<Record<SpanSource, string>> = {
  opentelemetry: "Made by an OpenTelemetry instrumentation",
  mlflow: "Made by the MLflow tracing SDK",
  "opentelemetry-inferred":
    "Inferred: the MLflow exporter carried this span without its scope, and it has no MLflow span type, so an OpenTelemetry instrumentation made it",
};

/** Returns the source of a span. */
export function sourceOf(table: SpanTable, span: SpanIndex): SpanSource {
  return spanSources[table.source[span] ?? 0] ?? "opentelemetry";
}

/** Returns why a span has its badge, as a sentence. */
export function sourceReason(table: SpanTable, span: SpanIndex): string {
  const source = sourceOf(table, span);
  const scope = table.strings.label(table.scope[span] ?? 0);
  const withScope = source === "opentelemetry" && scope !== "" ? ` (${scope})` : "";
  const copies = hasFlag(table, span, spanFlags.bothExporters) ? "; both exporters sent a copy, merged here" : "";
  return `${sourceReasons[source]}${withScope}${copies}`;
}

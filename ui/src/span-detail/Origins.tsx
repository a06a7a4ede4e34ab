// Every copy of a span that arrived, and why the span has its source badge.
import type { Origin, SpanDetail } from "../api/messages.ts";
import { formatCount } from "../base/format.ts";
import { Badge, SourceBadge } from "../components/Badge.tsx";
import { AttributeTable } from "./AttributeTable.tsx";
import styles from "./panes.module.css";
import { ScopeFacts } from "./ResourceScope.tsx";

export function Origins({ span }: { span: SpanDetail }) {
  const { source, origins } = span;
  return (
    <div className={styles["pane"]}>
      <section className={styles["section"]}>
        <h3 className={styles["sectionTitle"]}>Source</h3>
        <div className={styles["card"]}>
          <p className={styles["target"]}>
            <SourceBadge source={source.name} isInferred={source.is_inferred} reason={source.reason} />{" "}
            {source.name === "mlflow" ? "MLflow tracing SDK" : "OpenTelemetry"}
            {source.is_inferred && ", inferred"}
          </p>
          <p className={styles["reason"]}>{source.reason}</p>
        </div>
      </section>
      <section className={styles["section"]}>
        <h3 className={styles["sectionTitle"]}>
          {origins.length > 1 ? `${formatCount(origins.length, "copy", "copies")}, merged into one span` : "One copy"}
        </h3>
        <ul className={styles["list"]}>
          {origins.map((origin, place) => (
            <li key={place} className={styles["card"]}>
              <OriginFacts origin={origin} />
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function OriginFacts({ origin }: { origin: Origin }) {
  const { exporter, scope, resource } = origin;
  return (
    <>
      <p className={styles["target"]}>
        Sent by the{" "}
        <Badge tone={exporter === "mlflow" ? "mlflow" : "otel"}>
          {exporter === "mlflow" ? "MLflow exporter" : "OTLP exporter"}
        </Badge>{" "}
        with {formatCount(origin.n_attributes, "attribute")}
      </p>
      <ScopeFacts scope={scope ?? null} />
      <details className={styles["details"]}>
        <summary>Resource, {formatCount(resource.attributes.length, "attribute")}</summary>
        <AttributeTable attributes={resource.attributes} nDropped={resource.dropped_attributes_count} />
      </details>
    </>
  );
}

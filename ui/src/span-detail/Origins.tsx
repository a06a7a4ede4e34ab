// Where a span was made and by whom: every copy that arrived with its resource and scope, and why the span has its source badge.
import type { Origin, SpanDetail } from "../api/messages.ts";
import { formatCount } from "../base/format.ts";
import { Badge, SourceBadge } from "../components/Badge.tsx";
import { AttributeTable } from "./AttributeTable.tsx";
import { resourceCondition } from "./find-traces.ts";
import { Fold } from "./Fold.tsx";
import styles from "./panes.module.css";
import { ScopeFacts } from "./ScopeFacts.tsx";

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
              <OriginFacts origin={origin} isAlone={origins.length === 1} />
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function OriginFacts({ origin, isAlone }: { origin: Origin; isAlone: boolean }) {
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
      <Fold title="Resource" note={formatCount(resource.attributes.length, "attribute")} isOpenAtFirst={isAlone}>
        <AttributeTable
          conditionOf={resourceCondition}
          attributes={resource.attributes}
          nDropped={resource.dropped_attributes_count}
          empty="The sender named no resource"
        />
        {resource.schema_url !== "" && <p className={styles["quiet"]}>Schema {resource.schema_url}</p>}
      </Fold>
    </>
  );
}

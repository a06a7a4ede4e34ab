// Where a span was made: the resource (process, host, service) and the instrumentation scope (library).
import type { InstrumentationScope, Origin, SpanDetail } from "../api/messages.ts";
import { AttributeTable } from "./AttributeTable.tsx";
import styles from "./panes.module.css";

export function ResourceScope({ span }: { span: SpanDetail }) {
  const origin = bestOrigin(span);
  if (origin === null) return <p className={styles["empty"]}>Nothing is known about the origin of this span</p>;
  const { resource, scope } = origin;
  return (
    <div className={styles["pane"]}>
      {span.origins.length > 1 && (
        <p className={styles["quiet"]}>Of the copy that knows most; all {span.origins.length} are below Origins</p>
      )}
      <section className={styles["section"]}>
        <h3 className={styles["sectionTitle"]}>Instrumentation scope</h3>
        <ScopeFacts scope={scope ?? null} />
      </section>
      <section className={styles["section"]}>
        <h3 className={styles["sectionTitle"]}>Resource</h3>
        <AttributeTable
          attributes={resource.attributes}
          nDropped={resource.dropped_attributes_count}
          empty="The sender named no resource"
        />
        {resource.schema_url !== "" && <p className={styles["quiet"]}>Schema {resource.schema_url}</p>}
      </section>
    </div>
  );
}

/** A copy with its scope before one without, then the one with the larger resource. */
function bestOrigin({ origins }: SpanDetail): Origin | null {
  const worth = ({ scope, resource }: Origin): number => (scope ? 1000 : 0) + resource.attributes.length;
  return origins.toSorted((a, b) => worth(b) - worth(a))[0] ?? null;
}

export function ScopeFacts({ scope }: { scope: InstrumentationScope | null }) {
  if (scope === null) return <p className={styles["quiet"]}>The exporter sent no scope</p>;
  return (
    <>
      <p className={styles["target"]}>
        <span className={styles["mono"]}>{scope.name === "" ? "(no name)" : scope.name}</span>{" "}
        <span className={styles["quiet"]}>{scope.version}</span>
      </p>
      {scope.attributes.length > 0 && (
        <AttributeTable attributes={scope.attributes} nDropped={scope.dropped_attributes_count} />
      )}
      {scope.schema_url !== "" && <p className={styles["quiet"]}>Schema {scope.schema_url}</p>}
    </>
  );
}

// The instrumentation scope: the library that made a span.
import type { InstrumentationScope } from "../api/messages.ts";
import { AttributeTable } from "./AttributeTable.tsx";
import styles from "./panes.module.css";
import { startOf } from "./text-chunks.ts";

export function ScopeFacts({ scope }: { scope: InstrumentationScope | null }) {
  if (scope === null) return <p className={styles["quiet"]}>The exporter sent no scope</p>;
  return (
    <>
      <p className={styles["target"]}>
        <span className={styles["mono"]}>{scope.name === "" ? "(no name)" : startOf(scope.name, 400)}</span>{" "}
        <span className={styles["quiet"]}>{startOf(scope.version, 100)}</span>
      </p>
      {scope.attributes.length > 0 && (
        <AttributeTable attributes={scope.attributes} nDropped={scope.dropped_attributes_count} />
      )}
      {scope.schema_url !== "" && <p className={styles["quiet"]}>Schema {scope.schema_url}</p>}
    </>
  );
}

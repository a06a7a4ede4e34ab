// Traces without a program of one's own: a test trace, and the demo data.
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { loadDemo, sendTestTrace } from "../../api/mutations.ts";
import { formatCount } from "../../base/format.ts";
import { Button } from "../../components/Button.tsx";
import { useOpenFile } from "../../components/open-file-context.ts";
import styles from "./HomePage.module.css";

export function TryIt({ experimentId }: { experimentId: string }) {
  const testTrace = useMutation(sendTestTrace());
  const demo = useMutation(loadDemo());
  const openFile = useOpenFile();
  const last = demo.submittedAt > testTrace.submittedAt ? demo : testTrace;

  return (
    <section className={styles["section"]} aria-labelledby="try-it">
      <h3 id="try-it" className={styles["sectionTitle"]}>
        No program at hand?
      </h3>
      <div className={styles["tryButtons"]}>
        <Button variant="primary" disabled={testTrace.isPending} onClick={() => testTrace.mutate(experimentId)}>
          Send a test trace
        </Button>
        <Button disabled={demo.isPending} onClick={() => demo.mutate()}>
          {demo.isPending ? "Loading demo" : "Load demo"}
        </Button>
        <Button onClick={openFile} title="OTLP as JSON, JSON lines or protobuf, or MLflow's traces.json (Ctrl+O)">
          Open a file…
        </Button>
      </div>
      <p role="status" className={styles["tryOutcome"]} data-failed={last.error ? true : undefined}>
        {last.error ? (
          last.error.message
        ) : last === demo && demo.data ? (
          <>
            {formatCount(demo.data.trace_ids.length, "demo trace")} loaded.{" "}
            <Link to="/experiments/$experimentId" params={{ experimentId: demo.data.experiment_id }}>
              See them
            </Link>
          </>
        ) : last === testTrace && testTrace.data ? (
          <>
            Sent.{" "}
            <Link to="/traces/$traceId" params={{ traceId: testTrace.data.trace_id }}>
              Open the trace
            </Link>
          </>
        ) : (
          "A small trace through the same door as any other, a set to explore, or traces that you have as files"
        )}
      </p>
    </section>
  );
}

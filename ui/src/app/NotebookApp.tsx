// What a notebook shows in a frame: the waterfall and inspector of its traces, and no way to change anything.
//
// The router is one in memory with this page alone: a page around the frame cannot bring it to another one.
import { useQuery } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { useMemo, useState } from "react";
import { traceQuery } from "../api/queries.ts";
import { EmptyState } from "../components/EmptyState.tsx";
import { SegmentedControl } from "../components/SegmentedControl.tsx";
import { viewOf } from "../features/trace/trace-view.ts";
import { TracePage } from "../features/trace/TracePage.tsx";
import { CrashPage } from "./ErrorPages.tsx";
import { parseTraceId } from "./address.ts";
import { useFormats } from "./formats.ts";
import styles from "./NotebookApp.module.css";
import { notebookTraceNames } from "./sdk-links.ts";
import { useTheme } from "./theme.ts";

export function NotebookApp() {
  const [router] = useState(() =>
    createRouter({
      routeTree: createRootRoute({ component: NotebookPage }),
      history: createMemoryHistory(),
      defaultErrorComponent: CrashPage,
    }),
  );
  return <RouterProvider router={router as never} />;
}

function NotebookPage() {
  useTheme();
  const formats = useFormats();
  const names = useMemo(() => notebookTraceNames(location.search), []);
  const [chosen, setChosen] = useState(names[0]);
  if (chosen === undefined) {
    return (
      <EmptyState icon={<SearchX size={22} strokeWidth={1.5} />} title="No trace is named">
        A notebook names them as trace_id in the address of this page
      </EmptyState>
    );
  }
  return (
    <main className={styles["page"]} key={formats}>
      {names.length > 1 && (
        <div className={styles["choice"]}>
          <SegmentedControl
            label="Trace"
            value={chosen}
            onChange={setChosen}
            segments={names.map((name, index) => ({ value: name, label: String(index + 1) }))}
          />
        </div>
      )}
      {parseTraceId(chosen) === null ? (
        <NamedTrace key={chosen} name={chosen} />
      ) : (
        <NotebookTrace key={chosen} traceId={chosen} />
      )}
    </main>
  );
}

/** A trace that an MLflow client gave a name of its own: the server knows its id. */
function NamedTrace({ name }: { name: string }) {
  const { data, error } = useQuery(traceQuery(name));
  if (data !== undefined) return <NotebookTrace traceId={data.summary.trace_id} />;
  if (error === null) return null;
  return (
    <EmptyState icon={<SearchX size={22} strokeWidth={1.5} />} title="This trace is not here">
      {error.message}
    </EmptyState>
  );
}

function NotebookTrace({ traceId }: { traceId: string }) {
  const [spanId, setSpanId] = useState<string | null>(null);
  const [view, setView] = useState(() => viewOf({}));
  return (
    <TracePage traceId={traceId} spanId={spanId} onSelectSpan={setSpanId} view={view} onView={setView} isEmbedded />
  );
}

// Understands the addresses that MLflow's SDKs print: `/#/experiments/…`, which servers never see, and the page for notebooks. Pure.
import { parseTraceName } from "./address.ts";

/** Where notebooks find a page that shows traces in a frame. */
export const notebookPath = "/static-files/lib/notebook-trace-renderer/index.html";

/** Returns our address for a fragment such as `#/experiments/0/runs/abc`; null if it is none of MLflow's. */
export function addressOfHash(hash: string): string | null {
  if (!hash.startsWith("#/")) return null;
  // The fragment is a path with a query of its own.
  const url = new URL(hash.slice(1), "http://fragment");
  const parts = url.pathname
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  // One trace, wherever in MLflow's pages it was opened.
  const traceName = ["selectedEvaluationId", "selectedTraceId", "traceId"]
    .map((key) => parseTraceName(url.searchParams.get(key) ?? ""))
    .find((name) => name !== null);
  if (traceName !== undefined) return `/traces/${encodeURIComponent(traceName)}`;
  const [page, experimentId, part, id] = parts;
  if (page === undefined) return null;
  if (page !== "experiments") return null;
  if (experimentId === undefined) return "/experiments";
  const list = `/experiments/${encodeURIComponent(experimentId)}`;
  if (part === "traces") {
    const name = parseTraceName(id ?? "");
    if (name !== null) return `/traces/${encodeURIComponent(name)}`;
  }
  if (part === "chat-sessions") {
    const scope = `?experiment=${encodeURIComponent(experimentId)}`;
    return id === undefined ? `/sessions${scope}` : `/sessions/${encodeURIComponent(id)}${scope}`;
  }
  const runId = part === "runs" ? id : (url.searchParams.get("selectedRunUuid") ?? undefined);
  if (runId !== undefined && !runId.includes("'")) {
    return `${list}?filter=${encodeURIComponent(`run_id = '${runId}'`)}`;
  }
  return list;
}

/** A broken escape is text like any other. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Returns what the traces are called that a notebook asks for, each once, in its order; at most a hundred. */
export function notebookTraceNames(search: string): string[] {
  const names = new URLSearchParams(search).getAll("trace_id").map((text) => parseTraceName(text));
  return [...new Set(names.filter((name) => name !== null))].slice(0, 100);
}

// Reads one JSON document of a file: an export request of OTLP, or a trace as MLflow writes it. Pure.
import { membersOf, splitJson } from "./json-split.ts";
import type { Piece, Signal, Unread } from "./piece.ts";

/** A request of this many characters has far fewer bytes and spans than the server takes at once by default. */
export const maxPieceChars = 4 << 20;

/** Returns what to send of a document, or why nothing of it can be. */
export function jsonPieces(text: string, where: string | null, maxChars = maxPieceChars): (Piece | Unread)[] {
  const members = membersOf(text);
  if (members === null) return [{ where, reason: notJson(text, where) }];
  const member = (...names: string[]): string | null => {
    const found = members.find(({ key }) => names.includes(key));
    return found === undefined ? null : text.slice(found.valueFrom, found.to);
  };
  if (member("resourceSpans", "resource_spans") !== null) return requests(text, "traces", where, maxChars);
  if (member("resourceLogs", "resource_logs") !== null) return requests(text, "logs", where, maxChars);
  if (member("resourceMetrics", "resource_metrics") !== null) {
    return [{ where, reason: "it holds metrics, which Traceloupe does not keep" }];
  }
  if (member("spans")?.startsWith("[") === true) return [mlflowTrace(text, where)];
  // A trace with its head, as `Trace.to_json()` writes it.
  const data = member("data");
  if (data?.startsWith("{") === true && membersOf(data)?.some(({ key }) => key === "spans") === true) {
    return [mlflowTrace(data, where)];
  }
  return [{ where, reason: "it has neither resourceSpans, as OTLP has, nor spans, as MLflow's traces.json has" }];
}

function requests(text: string, signal: Signal, where: string | null, maxChars: number): Piece[] {
  return splitJson(text, signal, maxChars).map((body) => {
    const { traceIds, nItems } = itemsIn(body, signal);
    return { where, format: "json", signal, body, traceIds, nItems };
  });
}

type Items = Pick<Piece, "traceIds" | "nItems">;

function itemsIn(body: string, signal: Signal): Items {
  try {
    return itemsOf(JSON.parse(body), signal);
  } catch {
    // The server also takes what some writers make of it, as NaN; it says what is wrong.
    return itemsByText(body);
  }
}

/** Each span has one start; ids also stand in links. */
function itemsByText(text: string): Items {
  const ids = Array.from(text.matchAll(/"(?:traceId|trace_id)"\s*:\s*"([^"]*)"/g), ([, id]) => hexOf(id));
  const starts = text.match(/"(?:startTimeUnixNano|start_time_unix_nano)"\s*:/g) ?? [];
  return { traceIds: [...new Set(ids.filter((id) => id !== null))], nItems: starts.length };
}

/** What is asked of foreign JSON; whatever is not there, or of another type, is empty. */
type Foreign = Record<string, unknown> | null | undefined;

function listOf(object: unknown, ...names: string[]): Foreign[] {
  const found = names.map((name) => (object as Foreign)?.[name]).find((value) => Array.isArray(value));
  return (found as Foreign[] | undefined) ?? [];
}

function itemsOf(request: unknown, signal: Signal): Items {
  const items =
    signal === "traces"
      ? listOf(request, "resourceSpans", "resource_spans")
          .flatMap((group) => listOf(group, "scopeSpans", "scope_spans", "instrumentationLibrarySpans"))
          .flatMap((group) => listOf(group, "spans"))
      : listOf(request, "resourceLogs", "resource_logs")
          .flatMap((group) => listOf(group, "scopeLogs", "scope_logs"))
          .flatMap((group) => listOf(group, "logRecords", "log_records"));
  const ids = signal === "traces" ? items.map((span) => hexOf(span?.["traceId"] ?? span?.["trace_id"])) : [];
  return { traceIds: [...new Set(ids.filter((id) => id !== null))], nItems: items.length };
}

function mlflowTrace(text: string, where: string | null): Piece | Unread {
  let spans: Foreign[];
  try {
    spans = listOf(JSON.parse(text), "spans");
  } catch {
    return { where, reason: notJson(text, where) };
  }
  const [first] = spans;
  if (first === undefined) return { where, reason: "it holds no span" };
  const attributes = first?.["attributes"] as Foreign;
  const id = hexOf(first?.["trace_id"]);
  const name = textOf(attributes?.["mlflow.traceRequestId"]) ?? (id === null ? null : `tr-${id}`);
  if (name === null) return { where, reason: "its spans do not say which trace they are of" };
  return { where, format: "mlflow", signal: "traces", body: text, traceIds: [name], nItems: spans.length };
}

/** An attribute of MLflow is the JSON text of its value. */
function textOf(value: unknown): string | null {
  if (typeof value !== "string") return null;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "string" && parsed !== "" ? parsed : null;
  } catch {
    return value === "" ? null : value;
  }
}

/** Returns the hex digits of a trace id, which some write as base64. */
function hexOf(id: unknown): string | null {
  if (typeof id !== "string") return null;
  if (/^[0-9a-f]{32}$/i.test(id)) return id.toLowerCase();
  if (!/^[A-Za-z0-9+/]{22}==$/.test(id)) return null;
  return Array.from(atob(id), (char) => char.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

/** Says why a text is no JSON, in the engine's words; of a line the engine knows only itself, and counts from one. */
function notJson(text: string, where: string | null): string {
  try {
    JSON.parse(text);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return `it is no JSON: ${where === null ? words : words.replace(/\s*\(line \d+ column \d+\)/, "")}`;
  }
  return "it is JSON, but no object";
}

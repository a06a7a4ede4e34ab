// What a file of traces is sent in: requests that the server takes like those of any exporter.

export type Signal = "traces" | "logs";

export type Piece = {
  /** Where in the file it comes from, as a person would say it: `line 7`; null is the whole file. */
  where: string | null;
  format: "json" | "protobuf" | "mlflow";
  signal: Signal;
  body: string | Uint8Array<ArrayBuffer>;
  /** Traces of its spans, 32 hex digits each; of the format `mlflow` what its clients call the trace. */
  traceIds: readonly string[];
  /** Spans, or log records. */
  nItems: number;
};

/** Something in a file that is no piece, and why. */
export type Unread = { where: string | null; reason: string };

export function isUnread(read: Piece | Unread): read is Unread {
  return "reason" in read;
}

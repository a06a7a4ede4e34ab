// Sends an export request as an exporter would, and reads what the server says to it.
import { protobufFields } from "../base/protobuf-fields.ts";
import { ApiError } from "./client.ts";

export type ExportBody = {
  format: "json" | "protobuf" | "mlflow";
  signal: "traces" | "logs";
  body: string | Uint8Array<ArrayBuffer>;
  /** For the format `mlflow`: what its clients call the trace. */
  traceName?: string;
};

/** What was not taken of a request that was: how many items, and why. */
export type ExportAnswer = { nRejected: number; reason: string };

const mediaTypes = {
  json: "application/json",
  mlflow: "application/json",
  protobuf: "application/x-protobuf",
} as const;
/** A store that is busy says so and is asked again. */
const nTries = 5;
const pauseMs = 1_000;

/** Throws an ApiError if nothing was taken. */
export async function sendExport(request: ExportBody): Promise<ExportAnswer> {
  const { format, signal, body, traceName = "" } = request;
  const isMlflow = format === "mlflow";
  const path = isMlflow
    ? `/api/2.0/mlflow-artifacts/artifacts/0/traces/${encodeURIComponent(traceName)}/artifacts/traces.json`
    : `/v1/${signal}`;
  for (let nFailures = 0; ; nFailures++) {
    // One try follows the other.
    // oxlint-disable-next-line no-await-in-loop
    const response = await fetch(path, {
      method: isMlflow ? "PUT" : "POST",
      headers: { "content-type": mediaTypes[format] },
      body,
    }).catch((error: unknown) => {
      throw new ApiError("unreachable", 0, "Traceloupe does not answer", { cause: error });
    });
    if ((response.status === 503 || response.status === 429) && nFailures + 1 < nTries) {
      // oxlint-disable-next-line no-await-in-loop
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      continue;
    }
    // oxlint-disable-next-line no-await-in-loop
    const said = new Uint8Array(await response.arrayBuffer());
    const isProtobuf = response.headers.get("content-type")?.includes("protobuf") === true;
    if (!response.ok) {
      const reason = isProtobuf ? textField(said, 2) : messageOf(jsonOf(said));
      throw new ApiError("unexpected", response.status, reason ?? `the server answered with status ${response.status}`);
    }
    return isProtobuf ? protobufAnswer(said) : jsonAnswer(jsonOf(said));
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

type Foreign = Record<string, unknown> | null | undefined;

function messageOf(body: unknown): string | null {
  const said = (body as Foreign)?.["message"] ?? (body as Foreign)?.["detail"];
  return typeof said === "string" && said !== "" ? said : null;
}

function jsonAnswer(body: unknown): ExportAnswer {
  const partial = (body as Foreign)?.["partialSuccess"] as Foreign;
  const n = Number(partial?.["rejectedSpans"] ?? partial?.["rejectedLogRecords"] ?? 0);
  const reason = partial?.["errorMessage"];
  return { nRejected: Number.isFinite(n) ? n : 0, reason: typeof reason === "string" ? reason : "" };
}

function protobufAnswer(bytes: Uint8Array): ExportAnswer {
  const partial = protobufFields(bytes)?.find(({ number, wireType }) => number === 1 && wireType === 2);
  if (partial === undefined) return { nRejected: 0, reason: "" };
  const message = bytes.subarray(partial.from, partial.to);
  const count = protobufFields(message)?.find(({ number, wireType }) => number === 1 && wireType === 0);
  return { nRejected: count?.varint ?? 0, reason: textField(message, 2) ?? "" };
}

function textField(message: Uint8Array, number: number): string | null {
  const field = protobufFields(message)?.find((one) => one.number === number && one.wireType === 2);
  return field === undefined ? null : new TextDecoder().decode(message.subarray(field.from, field.to));
}

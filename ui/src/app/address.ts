// Reads ids from addresses: in any case, as the SDKs print them. Pure.

/** Returns the 32 hex digits of a trace id, also from MLflow's form `tr-…`; null if it is none. */
export function parseTraceId(text: string): string | null {
  const match = /^(?:tr-)?([0-9a-f]{32})$/i.exec(text);
  return match?.[1]?.toLowerCase() ?? null;
}

/** Returns the 16 hex digits of a span id; null if it is none. */
export function parseSpanId(value: unknown): string | null {
  return typeof value === "string" && /^[0-9a-f]{16}$/i.test(value) ? value.toLowerCase() : null;
}

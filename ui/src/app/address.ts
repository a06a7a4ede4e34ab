// Reads ids from addresses: in any case, as the SDKs print them. Pure.

/** Returns the 32 hex digits of a trace id, also from MLflow's form `tr-…`; null if it is none. */
export function parseTraceId(text: string): string | null {
  const match = /^(?:tr-)?([0-9a-f]{32})$/i.exec(text);
  return match?.[1]?.toLowerCase() ?? null;
}

/**
 * Returns what a trace may be called: its 32 hex digits, else the text, which an MLflow client may have given it; null if no client
 * may. The server tells which trace has such a name.
 */
export function parseTraceName(text: string): string | null {
  const id = parseTraceId(text);
  if (id !== null) return id;
  return /^(?:[^/%?#\p{Cc}]|[\u0080-\u009f]){1,250}$/u.test(text) && !/[ .]$/.test(text) ? text : null;
}

/** Returns the 16 hex digits of a span id; null if it is none. */
export function parseSpanId(value: unknown): string | null {
  return typeof value === "string" && /^[0-9a-f]{16}$/i.test(value) ? value.toLowerCase() : null;
}

// Addresses of spans, for links that work in a new tab too.

export interface SpanAddress {
  readonly traceId: string;
  readonly spanId: string | null;
}

/** Returns the path of a span's page. */
export function hrefOf({ traceId, spanId }: SpanAddress): string {
  return spanId === null ? `/traces/${traceId}` : `/traces/${traceId}?span=${spanId}`;
}

// The one error of a span table that cannot be read.

/** Says what is wrong with a body; the message is a fragment that fits after "cannot read the span table: ". */
export class SpanTableError extends Error {
  override readonly name = "SpanTableError";
}

// Performance marks of opening a trace, for tests and benches: set anew at each opening.

let openTrace: string | null = null;

/** To be called when a trace is asked for, by a click or an address; later calls for the same trace are part of that opening. */
export function markTraceOpen(traceId: string): void {
  if (openTrace === traceId) return;
  openTrace = traceId;
  performance.clearMarks("waterfall-painted");
  performance.clearMarks("trace-open");
  performance.mark("trace-open", { detail: { trace_id: traceId } });
}

/** To be called when the page of a trace is left: the next time is another opening. */
export function forgetTraceOpen(traceId: string): void {
  if (openTrace === traceId) openTrace = null;
}

/** To be called after the frame in which all of the waterfall was painted. */
export function markWaterfallPainted(traceId: string): void {
  performance.clearMarks("waterfall-painted");
  performance.mark("waterfall-painted", { detail: { trace_id: traceId } });
}

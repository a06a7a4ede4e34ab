// Performance marks of opening a trace, for tests and benches: set anew at each opening.

export function markTraceOpen(traceId: string): void {
  performance.clearMarks("waterfall-painted");
  performance.clearMarks("trace-open");
  performance.mark("trace-open", { detail: { trace_id: traceId } });
}

/** To be called after the frame in which all of the waterfall was painted. */
export function markWaterfallPainted(traceId: string): void {
  performance.clearMarks("waterfall-painted");
  performance.mark("waterfall-painted", { detail: { trace_id: traceId } });
}

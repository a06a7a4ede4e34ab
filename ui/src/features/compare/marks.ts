// Performance marks of opening a comparison, for tests and benches: set anew at each opening.

export function markCompareOpen(pair: string): void {
  performance.clearMarks("comparison-painted");
  performance.clearMarks("compare-open");
  performance.mark("compare-open", { detail: { pair } });
}

/** To be called after the frame in which all of the merged waterfall was painted. */
export function markComparisonPainted(pair: string): void {
  performance.clearMarks("comparison-painted");
  performance.mark("comparison-painted", { detail: { pair } });
}

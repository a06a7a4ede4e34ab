// The comparison of two traces: the document and the columns, each fetched, the columns decoded once.
import { useQuery } from "@tanstack/react-query";
import type { Comparison as ComparisonDocument } from "../../api/messages.ts";
import { comparisonQuery, comparisonTableQuery } from "../../api/queries.ts";
import type { Comparison } from "../../compare-model/comparison.ts";
import { decodeComparison } from "../../compare-model/decode.ts";

type Fetched = {
  /** Null until there are both. */
  answers: { document: ComparisonDocument; comparison: Comparison } | null;
  error: Error | null;
  refetch: () => void;
};

export function useComparison(baseline: string, candidate: string): Fetched {
  const document = useQuery(comparisonQuery(baseline, candidate));
  const table = useQuery({ ...comparisonTableQuery(baseline, candidate), select: decodeComparison });
  const hasBoth = document.data !== undefined && table.data !== undefined;
  return {
    answers: hasBoth ? { document: document.data, comparison: table.data } : null,
    error: document.error ?? table.error,
    refetch: () => void Promise.all([document.refetch(), table.refetch()]),
  };
}

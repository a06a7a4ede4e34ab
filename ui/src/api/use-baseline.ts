// What a trace is the baseline of, and the ways to change it: for each page that shows the trace.
import { useMutation, useQuery } from "@tanstack/react-query";
import type { Baseline, BaselineScope } from "./messages.ts";
import { pinBaseline, unpinBaseline } from "./mutations.ts";
import { baselinesQuery } from "./queries.ts";

export type BaselineUse = {
  /** What later traces are measured against it; absent until it is known. */
  scopes: readonly BaselineScope[] | undefined;
  /** Makes it the baseline of these, and of no others. */
  choose: (scopes: readonly BaselineScope[]) => void;
  error: Error | null;
};

export function useBaseline(traceId: string): BaselineUse {
  const { data } = useQuery(baselinesQuery());
  const pin = useMutation(pinBaseline());
  const unpin = useMutation(unpinBaseline());
  const pinned = (data?.baselines ?? []).filter((one) => one.trace_id === traceId);
  const scopes = pinned.map(scopeOf);
  return {
    scopes: data === undefined ? undefined : scopes,
    choose: (chosen) => {
      for (const scope of chosen) if (!scopes.includes(scope)) pin.mutate({ traceId, scope });
      for (const one of pinned) if (!chosen.includes(scopeOf(one))) unpin.mutate(one);
    },
    error: pin.error ?? unpin.error,
  };
}

export function scopeOf({ name }: Baseline): BaselineScope {
  return name === null || name === undefined ? "experiment" : "name";
}

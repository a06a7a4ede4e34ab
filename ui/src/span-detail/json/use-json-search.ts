// Searches a value while one types, and walks through what was found.
import { useCallback, useMemo, useRef, useState } from "react";
import { findInJson, mostFound } from "./find-in-json.ts";
import type { JsonNode } from "./json-node.ts";
import type { JsonPath } from "./open-paths.ts";
import type { Steps } from "./use-sliced-work.ts";
import { useSlicedWork } from "./use-sliced-work.ts";

export interface JsonSearch {
  readonly query: string;
  readonly found: readonly JsonPath[];
  /** Which of these one is at; −1 before the first step. */
  readonly at: number;
  readonly isComplete: boolean;
  readonly ask: (query: string) => void;
  readonly step: (direction: 1 | -1) => void;
}

export function useJsonSearch(node: JsonNode): JsonSearch {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const [state, setState] = useState<{ found: readonly JsonPath[]; isComplete: boolean }>({
    found: [],
    isComplete: true,
  });
  const found = useRef<JsonPath[]>([]);

  const start = useMemo(
    () =>
      query === ""
        ? null
        : (): Steps => {
            found.current = [];
            const matches = findInJson(node, query);
            return () => {
              const { value, done } = matches.next();
              if (typeof value === "string") found.current.push(value);
              return done !== true && found.current.length < mostFound;
            };
          },
    [node, query],
  );
  useSlicedWork(start, (isDone) => setState({ found: found.current.slice(), isComplete: isDone }));

  const ask = useCallback((next: string) => {
    setQuery(next);
    setAt(0);
    setState({ found: [], isComplete: next === "" });
  }, []);
  const { found: paths, isComplete } = state;
  const step = (direction: 1 | -1): void => {
    if (paths.length > 0) setAt((before) => (before + direction + paths.length) % paths.length);
  };
  return { query, found: paths, at: paths.length === 0 ? -1 : Math.min(at, paths.length - 1), isComplete, ask, step };
}

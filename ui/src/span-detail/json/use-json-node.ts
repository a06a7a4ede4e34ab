// The tree of a text that may be JSON; a text of megabytes is read in slices.
import { useMemo, useRef, useState } from "react";
import type { JsonNode } from "./json-node.ts";
import { longestAtOnce, nodeOfJsonText } from "./json-node.ts";
import { rootOf } from "./parse-json.ts";
import { JsonScanner } from "./scan-json.ts";
import type { Steps } from "./use-sliced-work.ts";
import { useSlicedWork } from "./use-sliced-work.ts";

/** Read in about a millisecond. */
const charactersPerStep = 64 * 1024;

/** Returns the object or array that a text spells, null if it spells none, undefined while it is being read. */
export function useJsonNode(text: string): JsonNode | null | undefined {
  const isShort = text.length <= longestAtOnce;
  const atOnce = useMemo(() => (isShort ? nodeOfJsonText(text) : null), [isShort, text]);
  const [read, setRead] = useState<{ text: string; node: JsonNode | null } | null>(null);
  const result = useRef<JsonNode | null>(null);
  const mayBeJson = /^\s*[[{]/.test(text);
  const start = useMemo(
    () =>
      isShort || !mayBeJson
        ? null
        : (): Steps => {
            const scanner = new JsonScanner(text);
            result.current = null;
            return () => {
              const state = scanner.run(charactersPerStep);
              if (state === "done") result.current = rootOf(scanner.tape());
              return state === "more";
            };
          },
    [isShort, mayBeJson, text],
  );
  useSlicedWork(start, (isDone) => {
    if (isDone) setRead({ text, node: result.current });
  });
  if (isShort) return atOnce;
  if (!mayBeJson) return null;
  return read?.text === text ? read.node : undefined;
}

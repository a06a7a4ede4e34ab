// A text of any length with a search in it; what is found is marked and brought into sight.
import { useEffect, useMemo, useRef, useState } from "react";
import { formatBytes } from "../base/format.ts";
import { mostFound, placesIn } from "./json/find-in-json.ts";
import { Marked } from "./json/Marked.tsx";
import { SearchBox } from "./json/SearchBox.tsx";
import styles from "./Text.module.css";
import { Text } from "./Text.tsx";
import { chunksOf } from "./text-chunks.ts";

export function SearchableText({ text, label, isMono = false }: { text: string; label: string; isMono?: boolean }) {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const places = useMemo(() => placesIn(text, query), [text, query]);
  const current = places.length === 0 ? -1 : at % places.length;
  return (
    <div className={styles["searchable"]}>
      <SearchBox
        label={`Search in ${label}`}
        query={query}
        nFound={places.length}
        at={current}
        isComplete
        onAsk={(next) => {
          setQuery(next);
          setAt(0);
        }}
        onStep={(direction) => setAt((current + direction + places.length) % Math.max(1, places.length))}
      />
      {query === "" ? (
        <Text text={text} isMono={isMono} />
      ) : (
        <MarkedChunks text={text} query={query} place={places[current] ?? null} isMono={isMono} />
      )}
      {places.length >= mostFound && (
        <p className={styles["hint"]}>
          Only the first {mostFound} of them are walked through, in {formatBytes(text.length)}
        </p>
      )}
    </div>
  );
}

type MarkedChunksProps = { text: string; query: string; place: number | null; isMono: boolean };

function MarkedChunks({ text, query, place, isMono }: MarkedChunksProps) {
  const rootRef = useRef<HTMLSpanElement>(null);
  const chunks = useMemo(() => placedChunks(text), [text]);
  const shown = place === null ? -1 : chunks.findLastIndex(({ from }) => from <= place);
  useEffect(() => {
    const chunk = rootRef.current?.children[shown];
    if (chunk === undefined || place === null) return;
    const marks = chunk.querySelectorAll("mark");
    const inChunk = placesIn(chunks[shown]?.chunk ?? "", query).indexOf(place - (chunks[shown]?.from ?? 0));
    for (const mark of rootRef.current?.querySelectorAll("mark[data-current]") ?? [])
      mark.removeAttribute("data-current");
    const mark = marks[Math.max(0, inChunk)];
    mark?.setAttribute("data-current", "");
    // A match over the border of two chunks has no mark.
    (mark ?? chunk).scrollIntoView({ block: "center" });
  }, [shown, place, query, chunks]);
  return (
    <span ref={rootRef} className={styles["long"]} data-mono={isMono || undefined} dir="auto">
      {chunks.map(({ chunk, from }) => (
        <span key={from} className={styles["chunk"]}>
          <Marked text={chunk} query={query} />
        </span>
      ))}
    </span>
  );
}

/** The pieces of a text with their places in it. */
function placedChunks(text: string): { chunk: string; from: number }[] {
  let end = 0;
  return chunksOf(text).map((chunk) => {
    end += chunk.length;
    return { chunk, from: end - chunk.length };
  });
}

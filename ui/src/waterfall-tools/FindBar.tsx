// Asks for spans of the trace: text with bounds, kind, service, errors; highlights them, or hides all others.
import { ChevronDown, ChevronUp, CircleAlert, ListFilter, Search, X } from "lucide-react";
import { type ReactNode, type RefObject, useId } from "react";
import { formatInteger } from "../base/format.ts";
import { IconButton } from "../components/Button.tsx";
import { Kbd } from "../components/Kbd.tsx";
import { Select } from "../components/Select.tsx";
import { emptyQuery, type SpanQuery } from "../trace-model/find.ts";
import { categoryNames, spanCategories, type SpanCategory } from "../trace-model/span-category.ts";
import type { FoundCount } from "../waterfall/host/listener.ts";
import styles from "./FindBar.module.css";

type FindBarProps = {
  inputRef: RefObject<HTMLInputElement | null>;
  query: SpanQuery;
  isFilter: boolean;
  onChange: (query: SpanQuery, isFilter: boolean) => void;
  /** Null while nothing is asked. */
  count: FoundCount | null;
  /** Kinds and services that the trace has. */
  categories: readonly SpanCategory[];
  services: readonly string[];
  onStep: (direction: "next-found" | "previous-found") => void;
  /** The keys go back to the waterfall. */
  onLeave: () => void;
  /** At the right end. */
  tools: ReactNode;
};

const any = "*";

export function FindBar(props: FindBarProps) {
  const { inputRef, query, isFilter, onChange, count, categories, services, onStep, onLeave, tools } = props;
  const hintId = useId();
  const change = (more: Partial<SpanQuery>): void => onChange({ ...query, ...more }, isFilter);
  const isAsking = count !== null;
  return (
    <div role="search" className={styles["bar"]} aria-label="Spans of this trace">
      <div className={styles["field"]}>
        <Search size={13} className={styles["glass"]} aria-hidden />
        <input
          ref={inputRef}
          className={styles["input"]}
          value={query.text}
          placeholder="Find spans"
          aria-label="Find spans"
          aria-describedby={hintId}
          title={'Words, "words together", -without, >5ms, >2%'}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => change({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === "Enter") onStep(event.shiftKey ? "previous-found" : "next-found");
            else if (event.key === "Escape") {
              if (query.text === "") onLeave();
              else change({ text: "" });
            } else return;
            event.preventDefault();
          }}
        />
        <span id={hintId} hidden>
          {"Words, words in double quotes, words to leave out after a minus, and bounds such as >5ms or >2%"}
        </span>
        {query.text === "" && <Kbd>/</Kbd>}
        <span role="status" className={styles["count"]} data-testid="found-count">
          {count && countText(count)}
        </span>
      </div>
      {isAsking && (
        <>
          <IconButton label="Previous (N)" icon={<ChevronUp size={14} />} onClick={() => onStep("previous-found")} />
          <IconButton label="Next (n)" icon={<ChevronDown size={14} />} onClick={() => onStep("next-found")} />
        </>
      )}
      {categories.length > 1 && (
        <Select
          label="Kind"
          value={query.category ?? any}
          onChange={(value) => change({ category: value === any ? null : (value as SpanCategory) })}
          options={[
            { value: any, label: "All kinds" },
            ...spanCategories
              .filter((category) => categories.includes(category))
              .map((category) => ({ value: category, label: categoryNames[category] })),
          ]}
        />
      )}
      {services.length > 1 && (
        <Select
          label="Service"
          value={query.service ?? any}
          onChange={(value) => change({ service: value === any ? null : value })}
          options={[
            { value: any, label: "All services" },
            ...services.map((service) => ({ value: service, label: service })),
          ]}
        />
      )}
      <button
        type="button"
        className={styles["chip"]}
        aria-pressed={query.onlyErrors}
        onClick={() => change({ onlyErrors: !query.onlyErrors })}
      >
        <CircleAlert size={12} aria-hidden />
        Errors
      </button>
      {isAsking && (
        <>
          <button
            type="button"
            className={styles["chip"]}
            aria-pressed={isFilter}
            title="Hide all other spans instead of dimming them"
            onClick={() => onChange(query, !isFilter)}
          >
            <ListFilter size={12} aria-hidden />
            Filter
          </button>
          <IconButton
            label="Ask for nothing"
            icon={<X size={14} />}
            onClick={() => {
              onChange(emptyQuery, isFilter);
              onLeave();
            }}
          />
        </>
      )}
      <span className={styles["tools"]}>{tools}</span>
    </div>
  );
}

function countText({ nFound, place }: FoundCount): string {
  if (nFound === 0) return "none";
  return place === null ? formatInteger(nFound) : `${formatInteger(place)} of ${formatInteger(nFound)}`;
}

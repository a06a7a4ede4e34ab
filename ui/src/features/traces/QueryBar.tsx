// The query bar: colours what is typed, says what is wrong with it and where, completes keys and values, applies it with Enter.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Search, X } from "lucide-react";
import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from "react";
import type { QueryReading, Suggestion } from "../../api/messages.ts";
import { queryReadingQuery } from "../../api/queries.ts";
import { formatInteger, formatName } from "../../base/format.ts";
import { IconButton } from "../../components/Button.tsx";
import { Kbd } from "../../components/Kbd.tsx";
import { paintedParts } from "./painted-query.ts";
import styles from "./QueryBar.module.css";

type QueryBarProps = {
  inputRef: RefObject<HTMLInputElement | null>;
  experimentId: string | null;
  /** The query that is applied. */
  filter: string;
  onApply: (filter: string) => void;
  /** The keys go back to the list. */
  onLeave: () => void;
};

export function QueryBar({ inputRef, experimentId, filter, onApply, onLeave }: QueryBarProps) {
  const [draft, setDraft] = useState({ text: filter, of: filter });
  // An address that was changed from elsewhere shows at once.
  if (draft.of !== filter) setDraft({ text: filter, of: filter });
  const { text } = draft;
  const [caret, setCaret] = useState(filter.length);
  const [isOpen, setIsOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const reading = useReading(experimentId, text, isOpen ? caret : null);
  const suggestions = isOpen && reading.text === text ? (reading.answer?.suggestions ?? []) : [];
  const error = reading.text === text ? (reading.answer?.error ?? null) : null;
  const paint = useRef<HTMLDivElement>(null);
  const [listId, errorId] = [useId(), useId()];

  const type = (next: string, at: number, opens = true): void => {
    setDraft({ text: next, of: filter });
    setCaret(at);
    setChosen(-1);
    setIsOpen(opens);
  };
  const place = useRef<number | null>(null);
  useEffect(() => {
    // A completion puts the caret behind what it brought.
    if (place.current === null) return;
    inputRef.current?.setSelectionRange(place.current, place.current);
    place.current = null;
  });
  const complete = (suggestion: Suggestion, answer = reading.answer): void => {
    const { replace_start: start, replace_end: end } = answer ?? { replace_start: 0, replace_end: 0 };
    const rest = text.slice(end);
    const next = text.slice(0, start) + suggestion.insert + (suggestion.insert.endsWith(" ") ? rest.trimStart() : rest);
    place.current = start + suggestion.insert.length;
    type(next, place.current);
    inputRef.current?.focus();
  };
  const queryClient = useQueryClient();
  /** Who types quickly is ahead of the answer that completes it: Tab waits for it, rather than leave the field. */
  const completeSoon = async (): Promise<void> => {
    const answer = await queryClient.fetchQuery(queryReadingQuery(experimentId, text, caret)).catch(() => null);
    const first = answer?.suggestions[0];
    if (first && inputRef.current?.value === text) complete(first, answer);
  };
  const apply = async (): Promise<void> => {
    setIsOpen(false);
    // What is typed may be ahead of the last answer.
    const read = queryClient.fetchQuery(queryReadingQuery(experimentId, text, null));
    // Without an answer the list says what is the matter.
    const answer = await read.catch(() => null);
    if (answer?.error != null) return;
    const query = withoutLastAnd(text, answer?.parts ?? []);
    setDraft({ text: query, of: filter });
    onApply(query);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = (by: number): void => {
      if (!isOpen) setIsOpen(true);
      else if (suggestions.length > 0) setChosen((chosen + by + suggestions.length) % suggestions.length);
    };
    const picked = suggestions[chosen];
    const first = picked ?? (text === "" ? undefined : suggestions[0]);
    const isAhead = isOpen && text !== "" && reading.text !== text;
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(chosen === -1 ? 0 : -1);
    else if (event.key === "Enter" && picked) complete(picked);
    else if (event.key === "Enter") void apply();
    else if (event.key === "Tab" && !event.shiftKey && first) complete(first);
    else if (event.key === "Tab" && !event.shiftKey && isAhead) void completeSoon();
    else if (event.key === "Escape") {
      if (isOpen && suggestions.length > 0) setIsOpen(false);
      else if (text !== filter) type(filter, filter.length, false);
      else onLeave();
    } else return;
    event.preventDefault();
  };
  const isShown = suggestions.length > 0;
  // What is still being typed at the end is not wrong yet.
  const isUnfinished = isShown && error !== null && error.end >= text.trimEnd().length;
  const isPlain = text.trim() !== "" && reading.answer?.parts.every((part) => part.kind === "plain") === true;

  return (
    <div role="search" aria-label="Traces" className={styles["bar"]}>
      <div className={styles["field"]} data-invalid={(error !== null && !isOpen) || undefined}>
        <Search size={13} className={styles["glass"]} aria-hidden />
        <div className={styles["text"]}>
          <div ref={paint} className={styles["paint"]} aria-hidden data-testid="painted-query">
            {paintedParts(text, reading, !isUnfinished).map((part) => (
              <span key={part.start} data-kind={part.kind} data-wrong={part.isWrong || undefined}>
                {part.text}
              </span>
            ))}
          </div>
          <input
            ref={inputRef}
            className={styles["input"]}
            value={text}
            role="combobox"
            aria-label="Query"
            aria-autocomplete="list"
            aria-expanded={isShown}
            aria-controls={listId}
            aria-activedescendant={chosen >= 0 ? `${listId}-${chosen}` : undefined}
            aria-invalid={error !== null && !isUnfinished}
            aria-describedby={errorId}
            placeholder="Search text, or filter: status = 'ERROR' AND duration > 2s"
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => type(event.target.value, event.target.selectionStart ?? event.target.value.length)}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
            onScroll={(event) => {
              if (paint.current) paint.current.scrollLeft = event.currentTarget.scrollLeft;
            }}
            onClick={() => setIsOpen(true)}
            onBlur={() => setIsOpen(false)}
            onKeyDown={onKeyDown}
          />
        </div>
        {text === "" ? (
          <Kbd>/</Kbd>
        ) : (
          <>
            {text.trim() !== filter && error === null && <span className={styles["enter"]}>Enter to apply</span>}
            {isPlain && text.trim() === filter && <span className={styles["enter"]}>in the text of spans</span>}
            <IconButton
              label="Clear the query"
              icon={<X size={13} />}
              onClick={() => {
                type("", 0, false);
                onApply("");
                inputRef.current?.focus();
              }}
            />
          </>
        )}
      </div>
      {isShown && (
        <SuggestionList
          id={listId}
          suggestions={suggestions}
          chosen={chosen}
          onChoose={complete}
          isKeyHint={isPlain || text.trim() === ""}
        />
      )}
      <div id={errorId} role="status" className={styles["error"]} data-floats={isShown || undefined}>
        {error !== null && !isShown && text.trim() !== "" && (
          <p data-testid="query-error">
            <QueryErrorText message={error.message} hint={error.hint ?? ""} />
          </p>
        )}
      </div>
    </div>
  );
}

type SuggestionListProps = {
  id: string;
  suggestions: readonly Suggestion[];
  chosen: number;
  onChoose: (suggestion: Suggestion) => void;
  isKeyHint: boolean;
};

function SuggestionList({ id, suggestions, chosen, onChoose, isKeyHint }: SuggestionListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <div className={styles["popup"]}>
      <div ref={list} id={id} role="listbox" aria-label="Completions" className={styles["list"]} tabIndex={-1}>
        {suggestions.map((suggestion, index) => (
          // The keys are those of the input, which keeps the focus.
          <div
            key={suggestion.label}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            className={styles["option"]}
            onMouseDown={(event) => {
              event.preventDefault();
              onChoose(suggestion);
            }}
          >
            <span className={styles["label"]}>{suggestion.label}</span>
            <span className={styles["detail"]}>{suggestion.detail}</span>
            {suggestion.n != null && <span className={styles["n"]}>{formatInteger(suggestion.n)}</span>}
          </div>
        ))}
      </div>
      <p className={styles["foot"]}>
        <span>
          <Kbd>↓</Kbd> choose
        </span>
        <span>
          <Kbd>Tab</Kbd> complete
        </span>
        <span>
          <Kbd>Enter</Kbd> {isKeyHint ? "search the text of spans" : "apply"}
        </span>
      </p>
    </div>
  );
}

type Reading = { text: string; answer: QueryReading | null };

/** The last answer stays while the next one is on its way, with the text that it is about. */
function useReading(experimentId: string | null, text: string, caret: number | null): Reading {
  const query = useQuery({ ...queryReadingQuery(experimentId, text, caret), placeholderData: (former) => former });
  const [last, setLast] = useState<Reading>({ text: "", answer: null });
  if (query.data !== undefined && !query.isPlaceholderData && query.data !== last.answer) {
    setLast({ text, answer: query.data });
  }
  return last;
}

/** Completion brings an `AND` for a condition that may never come. */
function withoutLastAnd(text: string, parts: QueryReading["parts"]): string {
  const end = parts.findLastIndex((part) => part.kind !== "and");
  const first = parts[end + 1];
  return (first === undefined || end === -1 ? text : text.slice(0, first.start)).trim();
}

/** What is typed is in the message, and may turn text around. */
function QueryErrorText({ message, hint }: { message: string; hint: string }) {
  // The grammar's own message only repeats what stands above.
  if (hint !== "" && message.startsWith("Invalid clause")) return <strong>{hint}</strong>;
  return (
    <>
      <strong>
        <bdi>{formatName(shortMessage(message))}</bdi>
      </strong>{" "}
      <bdi>{formatName(hint)}</bdi>
    </>
  );
}

/** MLflow's lists of all that is valid are long; the hint says what matters. */
function shortMessage(message: string): string {
  const end = message.search(/\. Valid |\. Supported | specified\. /);
  return end === -1 ? message : `${message.slice(0, end)}.`;
}

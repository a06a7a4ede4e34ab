// A field that searches a value, with the number of what was found and steps through it.
import { ChevronDown, ChevronUp } from "lucide-react";
import type { KeyboardEvent } from "react";
import { formatInteger } from "../../base/format.ts";
import { IconButton } from "../../components/Button.tsx";
import { mostFound } from "./find-in-json.ts";
import styles from "./SearchBox.module.css";

type SearchBoxProps = {
  label: string;
  query: string;
  nFound: number;
  /** Which one is shown, from 0; −1 for none. */
  at: number;
  isComplete: boolean;
  onAsk: (query: string) => void;
  onStep: (direction: 1 | -1) => void;
};

export function SearchBox({ label, query, nFound, at, isComplete, onAsk, onStep }: SearchBoxProps) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape" && query !== "") onAsk("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const count = nFound >= mostFound ? `${formatInteger(mostFound)}+` : formatInteger(nFound);
  return (
    <search className={styles["search"]}>
      <input
        type="search"
        className={styles["field"]}
        value={query}
        onChange={(event) => onAsk(event.target.value)}
        onKeyDown={onKeyDown}
        placeholder="Search"
        aria-label={label}
        spellCheck={false}
        autoComplete="off"
      />
      {query !== "" && (
        <>
          <span role="status" className={styles["count"]}>
            {nFound === 0
              ? isComplete
                ? "none"
                : "…"
              : `${formatInteger(at + 1)} of ${count}${isComplete ? "" : "…"}`}
          </span>
          <IconButton
            label="Previous match"
            icon={<ChevronUp size={14} />}
            onClick={() => onStep(-1)}
            disabled={nFound === 0}
          />
          <IconButton
            label="Next match"
            icon={<ChevronDown size={14} />}
            onClick={() => onStep(1)}
            disabled={nFound === 0}
          />
        </>
      )}
    </search>
  );
}

// The button that bounds the list in time: the last while, or between two times.
import { CalendarClock } from "lucide-react";
import { useState } from "react";
import { clockField, formatListTime, millisOfClockField } from "../../base/format.ts";
import { Button } from "../../components/Button.tsx";
import { Popover } from "../../components/Popover.tsx";
import { type RangeId, ranges, type TimeRange } from "./list-view.ts";
import styles from "./ListToolbar.module.css";

const names: Record<RangeId, string> = {
  "15m": "Last 15 minutes",
  "1h": "Last hour",
  "1d": "Last 24 hours",
  "7d": "Last 7 days",
};

type TimeMenuProps = { time: TimeRange; onTime: (time: TimeRange) => void };

export function TimeMenu({ time, onTime }: TimeMenuProps) {
  const trigger = (
    <Button icon={<CalendarClock size={13} aria-hidden />} data-active={time.kind !== "all" || undefined}>
      {nameOf(time)}
    </Button>
  );
  return (
    <Popover trigger={trigger} title="Began">
      {(close) => {
        const choose = (next: TimeRange): void => {
          onTime(next);
          close();
        };
        return (
          <div className={styles["times"]}>
            <Choice isChosen={time.kind === "all"} onChoose={() => choose({ kind: "all" })}>
              At any time
            </Choice>
            {(Object.keys(ranges) as RangeId[]).map((id) => (
              <Choice
                key={id}
                isChosen={time.kind === "last" && time.id === id}
                onChoose={() => choose({ kind: "last", id })}
              >
                {names[id]}
              </Choice>
            ))}
            <Between time={time} onChoose={choose} />
          </div>
        );
      }}
    </Popover>
  );
}

type ChoiceProps = { isChosen: boolean; onChoose: () => void; children: string };

function Choice({ isChosen, onChoose, children }: ChoiceProps) {
  return (
    <button type="button" className={styles["choice"]} aria-pressed={isChosen} onClick={onChoose}>
      {children}
    </button>
  );
}

function Between({ time, onChoose }: { time: TimeRange; onChoose: (time: TimeRange) => void }) {
  const field = (millis: number | null): string => (millis === null ? "" : clockField(millis));
  const [from, setFrom] = useState(time.kind === "between" ? field(time.from) : "");
  const [before, setBefore] = useState(time.kind === "between" ? field(time.before) : "");
  const bounds = { from: millisOfClockField(from), before: millisOfClockField(before) };
  const isNothing = bounds.from === null && bounds.before === null;
  const isTurned = bounds.from !== null && bounds.before !== null && bounds.from >= bounds.before;
  return (
    <form
      className={styles["between"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isNothing && !isTurned) onChoose({ kind: "between", ...bounds });
      }}
    >
      <label>
        From
        <input type="datetime-local" step={1} value={from} onChange={(event) => setFrom(event.target.value)} />
      </label>
      <label>
        Before
        <input type="datetime-local" step={1} value={before} onChange={(event) => setBefore(event.target.value)} />
      </label>
      {isTurned && <p role="alert">The end is not after the beginning</p>}
      <Button type="submit" disabled={isNothing || isTurned}>
        Apply
      </Button>
    </form>
  );
}

function nameOf(time: TimeRange): string {
  if (time.kind === "all") return "Any time";
  if (time.kind === "last") return names[time.id];
  const text = (millis: number): string => formatListTime(`${millis}000000`);
  if (time.from === null) return `Before ${text(time.before ?? 0)}`;
  return time.before === null ? `From ${text(time.from)}` : `${text(time.from)} – ${text(time.before)}`;
}

// Finds a command or a recent trace by its name, and does it. Commands that have keys press them, so that there is one way to do each.
import { Dialog } from "@base-ui/react/dialog";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type KeyboardEvent as ReactKeyboardEvent, useId, useState } from "react";
import type { Settings } from "../api/messages.ts";
import { saveSettings } from "../api/mutations.ts";
import { latestTracesQuery, settingsQuery } from "../api/queries.ts";
import { formatDuration, formatListTime } from "../base/format.ts";
import { offeredCommands } from "../base/page-commands.ts";
import { Kbd } from "../components/Kbd.tsx";
import { commandsOn } from "./keyboard-map.ts";
import overlay from "./KeyOverlay.module.css";
import styles from "./Palette.module.css";

type Entry = { id: string; text: string; note: string; keys: readonly string[]; run: () => void };

const nRecentTraces = 20;
const mostShown = 100;

export function Palette({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className={overlay["backdrop"]} />
        <Dialog.Popup className={styles["popup"]} aria-label="Commands">
          <Choices close={() => onOpenChange(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Settings that one changes while looking at something else. */
const choices: readonly { does: string; change: Partial<Settings> }[] = [
  { does: "Theme: light", change: { theme: "light" } },
  { does: "Theme: dark", change: { theme: "dark" } },
  { does: "Theme: as the system", change: { theme: "system" } },
  { does: "Times: local", change: { time_zone: "local" } },
  { does: "Times: UTC", change: { time_zone: "utc" } },
  { does: "Numbers: 12,345.6", change: { number_format: "comma" } },
  { does: "Numbers: 12.345,6", change: { number_format: "point" } },
  { does: "Numbers: 12 345,6", change: { number_format: "space" } },
];

function Choices({ close }: { close: () => void }) {
  const router = useRouter();
  const listId = useId();
  const traces = useQuery(latestTracesQuery(nRecentTraces)).data?.traces ?? [];
  const settings = useQuery(settingsQuery()).data;
  const save = useMutation(saveSettings(useQueryClient()));
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const entries: Entry[] = [
    ...commandsOn(router.state.location.pathname).map(({ does, keys }) => ({
      id: `command ${does}`,
      text: does,
      note: "",
      keys,
      run: () => press(keys),
    })),
    ...offeredCommands().map(({ does, run }) => ({ id: `command ${does}`, text: does, note: "", keys: [], run })),
    ...choices.map(({ does, change }) => ({
      id: `command ${does}`,
      text: does,
      note: "",
      keys: [],
      run: () => {
        if (settings) save.mutate({ ...settings, ...change });
      },
    })),
    ...traces.map((trace) => ({
      id: trace.trace_id,
      text: trace.name,
      note: `${formatDuration(trace.duration_ns)} · ${formatListTime(trace.start_time_unix_nano)}`,
      keys: [],
      run: () => router.history.push(`/traces/${trace.trace_id}`),
    })),
  ];
  const shown = entries.filter((entry) => words.every((word) => entry.text.toLowerCase().includes(word)));
  const listed = shown.slice(0, mostShown);
  const at = Math.min(chosen, listed.length - 1);

  const act = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    close();
    // The dialog gives the focus back first, or the page would not hear the keys.
    setTimeout(entry.run, 0);
  };
  const onKeyDown = (event: ReactKeyboardEvent): void => {
    if (event.key === "ArrowDown") setChosen(Math.min(at + 1, listed.length - 1));
    else if (event.key === "ArrowUp") setChosen(Math.max(at - 1, 0));
    else if (event.key === "Enter") act(listed[at]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        className={styles["input"]}
        role="combobox"
        aria-label="Command or trace"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={listed.length > 0 ? `${listId}-${at}` : undefined}
        placeholder="Command or trace"
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={listId} role="listbox" aria-label="Commands and traces" className={styles["list"]}>
        {listed.map((entry, place) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the combobox owns the keys of its list
          <div
            key={entry.id}
            id={`${listId}-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === at}
            className={styles["option"]}
            ref={place === at ? scrollToView : undefined}
            onPointerMove={() => setChosen(place)}
            onClick={() => act(entry)}
          >
            <span className={styles["text"]}>{entry.text === "" ? "(no name)" : entry.text}</span>
            <span className={styles["note"]}>{entry.note}</span>
            {entry.keys.map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </div>
        ))}
        {listed.length === 0 && <p className={styles["none"]}>Nothing is called that</p>}
      </div>
    </>
  );
}

function scrollToView(element: HTMLElement | null): void {
  // Absent where there is no layout.
  element?.scrollIntoView?.({ block: "nearest" });
}

function press(keys: readonly string[]): void {
  for (const key of keys) {
    const isWithCtrl = key.startsWith("Ctrl+");
    const init = isWithCtrl ? { key: key.slice("Ctrl+".length).toLowerCase(), ctrlKey: true } : { key };
    document.body.dispatchEvent(new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true }));
  }
}

// The one table of keys: the overlay lists it, the palette offers it. Each page handles its own keys.

export type KeyLine = {
  /** Alternatives, or a sequence where the group says so, or one key for each of `each`. */
  keys: readonly string[];
  does: string;
  /** What each key does by itself, where they are no alternatives. */
  each?: readonly string[];
};

export type KeyGroup = {
  title: string;
  /** Pages on which the keys work, as the beginning of their path. */
  isOn: (path: string) => boolean;
  keys: readonly KeyLine[];
};

/** Something the palette can do: keys to press one after the other. */
export type KeyCommand = { does: string; keys: readonly string[] };

export const paletteKey = "Ctrl+K";

/** Beside what only a hand can do, keys that are pressed together. */
const gestures = ["wheel", "drag", "Alt"];
/** Keys that stand in the table by their sign. */
const keyOfSign: Readonly<Record<string, string>> = { "↓": "ArrowDown", "↑": "ArrowUp", Esc: "Escape", Space: " " };

/** Returns what can be done by keys on a page; what only a hand can do is left out. */
export function commandsOn(path: string): KeyCommand[] {
  return keyGroups
    .filter((group) => group.isOn(path))
    .flatMap(({ keys }) => keys)
    .filter(({ keys }) => !keys.some((key) => gestures.includes(key)))
    .flatMap(({ keys, does, each }) => {
      if (each !== undefined) return each.map((one, place) => ({ does: one, keys: keys.slice(place, place + 1) }));
      return [{ does, keys: keys[0] === "g" ? keys : keys.slice(0, 1) }];
    })
    .filter(({ keys }) => !keys.includes(paletteKey))
    .map(({ does, keys }) => ({ does, keys: keys.map((key) => keyOfSign[key] ?? key) }));
}

export const keyGroups: readonly KeyGroup[] = [
  {
    title: "Everywhere",
    isOn: () => true,
    keys: [
      { keys: ["g", "h"], does: "Home" },
      { keys: ["g", "t"], does: "Traces" },
      { keys: ["g", "e"], does: "Experiments" },
      { keys: ["g", "c"], does: "Compare" },
      { keys: ["g", "v"], does: "Sessions" },
      { keys: ["g", "i"], does: "Inbox" },
      { keys: ["g", "s"], does: "Settings" },
      { keys: ["Ctrl+O"], does: "Open files of traces" },
      { keys: ["Alt", "←"], does: "Back" },
      { keys: ["Alt", "→"], does: "Forward" },
      { keys: ["?"], does: "These keys" },
      { keys: [paletteKey], does: "Do anything by name" },
    ],
  },
  {
    title: "Trace list",
    isOn: (path) => /^\/(traces|experiments\/[^/]+)$/.test(path),
    keys: [
      { keys: ["j", "↓"], does: "Next trace" },
      { keys: ["k", "↑"], does: "Previous trace" },
      { keys: ["Home", "End"], does: "First, last", each: ["First", "Last"] },
      { keys: ["Enter"], does: "Open" },
      { keys: ["/"], does: "Search and filter" },
      { keys: ["Space"], does: "Mark or unmark" },
      { keys: ["c"], does: "Compare the two marked" },
      { keys: ["P"], does: "Pin or unpin" },
      { keys: ["B"], does: "Make it the baseline of its name, or no longer" },
      { keys: ["."], does: "Pause live updates, or resume" },
      { keys: ["Esc"], does: "Select none, let new traces in" },
    ],
  },
  {
    title: "Session",
    isOn: (path) => /^\/sessions\/./.test(path),
    keys: [
      { keys: ["j", "↓"], does: "Next turn" },
      { keys: ["k", "↑"], does: "Previous turn" },
      { keys: ["Enter"], does: "Open its trace" },
    ],
  },
  {
    title: "Inbox",
    isOn: (path) => path === "/diagnostics",
    keys: [
      { keys: ["j", "↓"], does: "Next" },
      { keys: ["k", "↑"], does: "Previous" },
      { keys: ["Enter"], does: "Go to its details" },
      { keys: ["Esc"], does: "Back to the list" },
    ],
  },
  {
    title: "Comparison",
    isOn: (path) => path === "/compare",
    keys: [
      { keys: ["]", "["], does: "Next, previous change", each: ["Next change", "Previous change"] },
      { keys: ["u"], does: "Only what changed, or all again" },
      { keys: ["v"], does: "Side by side, or merged again" },
      { keys: ["r"], does: "The changes as a list by size, or merged again" },
    ],
  },
  {
    title: "Trace",
    isOn: (path) => /^\/traces\/./.test(path),
    keys: [
      { keys: ["c"], does: "Compare with the previous trace of the same name" },
      {
        keys: ["J", "K"],
        does: "Older, newer trace of the experiment",
        each: ["Older trace of the experiment", "Newer trace of the experiment"],
      },
      { keys: ["."], does: "Pause live updates, or resume" },
      { keys: ["x"], does: "Show the critical path, or no longer" },
      { keys: ["P"], does: "Pin or unpin the trace" },
      { keys: ["B"], does: "Measure later traces of its name against it, or no longer" },
      {
        keys: ["y", "Y"],
        does: "Copy the id of the span or trace, a link to this view",
        each: ["Copy the id of the span, else of the trace", "Copy a link to this view"],
      },
    ],
  },
  {
    title: "Waterfall",
    isOn: (path) => /^\/(traces\/.|compare$)/.test(path),
    keys: [
      { keys: ["j", "↓"], does: "Next span" },
      { keys: ["k", "↑"], does: "Previous span" },
      { keys: ["h", "←"], does: "Collapse, or go to the parent" },
      { keys: ["l", "→"], does: "Expand, or go to the first child" },
      { keys: ["Home", "End"], does: "First, last span", each: ["First span", "Last span"] },
      { keys: ["PageDown", "PageUp"], does: "A page down, up", each: ["A page down", "A page up"] },
      { keys: ["e", "E"], does: "Next, previous error", each: ["Next error", "Previous error"] },
      { keys: ["/", "Ctrl+F"], does: "Find spans" },
      { keys: ["n", "N"], does: "Next, previous span found", each: ["Next span found", "Previous span found"] },
      { keys: ["z"], does: "Collapse or expand the level" },
      { keys: ["Z"], does: "Collapse or expand all" },
      { keys: ["o", "p"], does: "One level more, less", each: ["One level more", "One level less"] },
      { keys: ["L", "H"], does: "Expand, collapse the subtree", each: ["Expand the subtree", "Collapse the subtree"] },
      { keys: ["i"], does: "Compress idle time, or no longer" },
      {
        keys: ["f", "F"],
        does: "Focus on the subtree, and back",
        each: ["Focus on the subtree", "Show the whole trace again"],
      },
      { keys: ["w", "s"], does: "Zoom in, out", each: ["Zoom in", "Zoom out"] },
      { keys: ["a", "d"], does: "Pan left, right", each: ["Pan left", "Pan right"] },
      { keys: ["0"], does: "Fit the whole trace" },
      { keys: ["Ctrl", "wheel"], does: "Zoom at the pointer" },
      { keys: ["Shift", "wheel"], does: "Pan" },
      { keys: ["drag"], does: "On the time axis: measure" },
      { keys: ["Enter"], does: "Go to the inspector" },
      { keys: ["Esc"], does: "Select none" },
    ],
  },
];

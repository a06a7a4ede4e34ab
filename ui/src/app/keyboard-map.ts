// The keys that the overlay lists; each page handles its own.

export type KeyGroup = { title: string; keys: readonly { keys: readonly string[]; does: string }[] };

export const keyGroups: readonly KeyGroup[] = [
  {
    title: "Everywhere",
    keys: [
      { keys: ["g", "h"], does: "Home" },
      { keys: ["g", "t"], does: "Traces" },
      { keys: ["g", "e"], does: "Experiments" },
      { keys: ["g", "i"], does: "Inbox" },
      { keys: ["g", "s"], does: "Settings" },
      { keys: ["?"], does: "These keys" },
    ],
  },
  {
    title: "Trace list",
    keys: [
      { keys: ["j", "↓"], does: "Next trace" },
      { keys: ["k", "↑"], does: "Previous trace" },
      { keys: ["Home", "End"], does: "First, last" },
      { keys: ["Enter"], does: "Open" },
      { keys: ["P"], does: "Pin or unpin" },
      { keys: ["Esc"], does: "Select none, let new traces in" },
    ],
  },
  {
    title: "Inbox",
    keys: [
      { keys: ["j", "↓"], does: "Next" },
      { keys: ["k", "↑"], does: "Previous" },
      { keys: ["Enter"], does: "Go to its details" },
      { keys: ["Esc"], does: "Back to the list" },
    ],
  },
  {
    title: "Waterfall",
    keys: [
      { keys: ["j", "↓"], does: "Next span" },
      { keys: ["k", "↑"], does: "Previous span" },
      { keys: ["h", "←"], does: "Collapse, or go to the parent" },
      { keys: ["l", "→"], does: "Expand, or go to the first child" },
      { keys: ["e", "E"], does: "Next, previous error" },
      { keys: ["/"], does: "Find spans" },
      { keys: ["n", "N"], does: "Next, previous span found" },
      { keys: ["z"], does: "Collapse or expand the level" },
      { keys: ["Z"], does: "Collapse or expand all" },
      { keys: ["o", "p"], does: "One level more, less" },
      { keys: ["L", "H"], does: "Expand, collapse the subtree" },
      { keys: ["x"], does: "Show the critical path, or no longer" },
      { keys: ["i"], does: "Compress idle time, or no longer" },
      { keys: ["f", "F"], does: "Focus on the subtree, and back" },
      { keys: ["w", "s"], does: "Zoom in, out" },
      { keys: ["a", "d"], does: "Pan left, right" },
      { keys: ["0"], does: "Fit the whole trace" },
      { keys: ["Ctrl", "wheel"], does: "Zoom at the pointer" },
      { keys: ["Shift", "wheel"], does: "Pan" },
      { keys: ["drag"], does: "On the time axis: measure" },
      { keys: ["Enter"], does: "Go to the inspector" },
      { keys: ["J", "K"], does: "Older, newer trace of the experiment" },
      { keys: ["P"], does: "Pin or unpin the trace" },
      { keys: ["Esc"], does: "Select none" },
    ],
  },
];

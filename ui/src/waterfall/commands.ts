// The commands of the waterfall and the keys that give them.

const treeCommands = [
  "next",
  "previous",
  "in",
  "out",
  "first",
  "last",
  "page-down",
  "page-up",
  "next-error",
  "previous-error",
  "next-found",
  "previous-found",
  "next-change",
  "previous-change",
] as const;

/** A move in the tree; see navigation.ts. */
export type TreeCommand = (typeof treeCommands)[number];

const foldCommands = [
  "toggle-all",
  "toggle-level",
  "close-level",
  "open-level",
  "close-subtree",
  "open-subtree",
] as const;

/** Collapses or expands more than one span; see folding.ts. */
export type FoldCommand = (typeof foldCommands)[number];

/** Shows the subtree of the selected span alone, or one level more, or all again. */
export type FocusCommand = "focus" | "unfocus";

/** What only the page around the waterfall can do. */
export type AskingCommand = "inspect" | "search" | "critical-path" | "only-changes" | "side-by-side";

/** What the user can ask the waterfall to do, by key, button or test. */
export type Command =
  | TreeCommand
  | FoldCommand
  | FocusCommand
  | "toggle-idle"
  | "fit"
  | "fit-span"
  | "zoom-in"
  | "zoom-out"
  | "pan-left"
  | "pan-right"
  | AskingCommand
  | "dismiss";

export function isTreeCommand(command: Command): command is TreeCommand {
  return (treeCommands as readonly Command[]).includes(command);
}

export function isFoldCommand(command: Command): command is FoldCommand {
  return (foldCommands as readonly Command[]).includes(command);
}

/** Also listed in app/keyboard-map.ts. */
export const commandOfKey: Readonly<Record<string, Command>> = {
  j: "next",
  ArrowDown: "next",
  k: "previous",
  ArrowUp: "previous",
  l: "in",
  ArrowRight: "in",
  h: "out",
  ArrowLeft: "out",
  Home: "first",
  End: "last",
  PageDown: "page-down",
  PageUp: "page-up",
  e: "next-error",
  E: "previous-error",
  z: "toggle-level",
  n: "next-found",
  N: "previous-found",
  "]": "next-change",
  "[": "previous-change",
  u: "only-changes",
  v: "side-by-side",
  "/": "search",
  Z: "toggle-all",
  o: "open-level",
  p: "close-level",
  L: "open-subtree",
  H: "close-subtree",
  f: "focus",
  F: "unfocus",
  x: "critical-path",
  i: "toggle-idle",
  "0": "fit",
  w: "zoom-in",
  s: "zoom-out",
  a: "pan-left",
  d: "pan-right",
  Enter: "inspect",
  Escape: "dismiss",
};

/** The part of a keyboard event that decides. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Returns the command of a key, or null if the key belongs to someone else. */
export function commandOf({ key, ctrlKey, metaKey, altKey }: KeyPress): Command | null {
  if (ctrlKey || metaKey || altKey) return null;
  return Object.hasOwn(commandOfKey, key) ? (commandOfKey[key] ?? null) : null;
}

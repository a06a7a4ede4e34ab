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
] as const;

/** A move in the tree; see navigation.ts. */
export type TreeCommand = (typeof treeCommands)[number];

/** What the user can ask the waterfall to do, by key, button or test. */
export type Command =
  | TreeCommand
  | "toggle-all"
  | "fit"
  | "fit-span"
  | "zoom-in"
  | "zoom-out"
  | "pan-left"
  | "pan-right"
  | "inspect"
  | "dismiss";

export function isTreeCommand(command: Command): command is TreeCommand {
  return (treeCommands as readonly Command[]).includes(command);
}

const commandOfKey: Readonly<Record<string, Command>> = {
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
  Z: "toggle-all",
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

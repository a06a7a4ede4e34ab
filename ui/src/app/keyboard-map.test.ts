import { expect, test } from "vitest";
import { commandOfKey } from "../waterfall/commands.ts";
import { commandsOn, keyGroups } from "./keyboard-map.ts";

const keysOf = (title: string): string[] =>
  keyGroups.filter((group) => group.title === title).flatMap(({ keys }) => keys.flatMap((line) => line.keys));

test("every key of the waterfall is in the table", () => {
  const signs: Readonly<Record<string, string>> = {
    ArrowDown: "↓",
    ArrowUp: "↑",
    ArrowLeft: "←",
    ArrowRight: "→",
    Escape: "Esc",
  };
  const listed = ["Waterfall", "Trace", "Comparison"].flatMap(keysOf);
  const missing = Object.keys(commandOfKey).filter((key) => !listed.includes(signs[key] ?? key));
  expect(missing).toEqual([]);
});

test("a line that says what each of its keys does says so for all", () => {
  const lines = keyGroups.flatMap(({ keys }) => keys).filter(({ each }) => each !== undefined);
  expect(lines.map(({ each }) => each?.length)).toEqual(lines.map(({ keys }) => keys.length));
});

test("the palette offers what works on a page, each once, and nothing that only a hand can do", () => {
  const onTrace = commandsOn("/traces/0af7651916cd43dd8448eb211c80319c");
  expect(onTrace).toContainEqual({ does: "Previous error", keys: ["E"] });
  expect(onTrace).toContainEqual({ does: "Traces", keys: ["g", "t"] });
  expect(onTrace.map(({ does }) => does)).not.toContain("Pan");
  expect(new Set(onTrace.map(({ does }) => does)).size).toBe(onTrace.length);
  expect(commandsOn("/settings").map(({ does }) => does)).not.toContain("Next span");
  expect(commandsOn("/traces").map(({ does }) => does)).toContain("Next trace");
});

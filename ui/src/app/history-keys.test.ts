import { expect, test } from "vitest";
import { stepOfKey } from "./history-keys.ts";

test.each([
  ["Alt+ArrowLeft", -1],
  ["Alt+ArrowRight", 1],
  ["Meta+[", -1],
  ["Meta+]", 1],
  ["ArrowLeft", 0],
  ["[", 0],
  ["Alt+[", 0],
  ["Meta+ArrowLeft", 0],
  ["Alt+Shift+ArrowLeft", 0],
  ["Ctrl+Alt+ArrowLeft", 0],
  ["Alt+Meta+ArrowLeft", 0],
] as const)("%s leads %d", (combination, step) => {
  const parts = combination.split("+");
  const has = (name: string): boolean => parts.slice(0, -1).includes(name);
  const [altKey, ctrlKey, metaKey, shiftKey] = [has("Alt"), has("Ctrl"), has("Meta"), has("Shift")];
  expect(stepOfKey({ key: parts.at(-1) ?? "", altKey, ctrlKey, metaKey, shiftKey })).toBe(step);
});

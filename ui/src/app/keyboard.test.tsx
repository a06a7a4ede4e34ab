import { expect, test } from "vitest";
import { type KeyAction, makeKeyHandler } from "./keyboard.ts";

function pressing() {
  const acted: KeyAction[] = [];
  let time = 0;
  const handle = makeKeyHandler(
    (action) => acted.push(action),
    () => time,
  );
  window.addEventListener("keydown", handle, { capture: true });
  /** Returns whether the page heard the key. */
  const press = (key: string, target: HTMLElement = document.body, more: KeyboardEventInit = {}): boolean => {
    let isHeard = false;
    const hear = (): void => {
      isHeard = true;
    };
    target.addEventListener("keydown", hear);
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
    target.removeEventListener("keydown", hear);
    return isHeard;
  };
  const wait = (ms: number): void => {
    time += ms;
  };
  const end = (): void => window.removeEventListener("keydown", handle, { capture: true });
  return { acted, press, wait, end };
}

test("g and a letter go somewhere, and the page does not hear the letter", () => {
  const { acted, press, end } = pressing();
  press("g");
  expect(press("e")).toBe(false);
  press("g");
  press("t");
  press("g");
  press("h");
  press("?");
  end();
  expect(acted).toEqual(["experiments", "traces", "home", "keys"]);
});

test("a letter alone, late or after a foreign one belongs to the page", () => {
  const { acted, press, wait, end } = pressing();
  expect(press("e")).toBe(true);
  press("g");
  wait(2_000);
  expect(press("e")).toBe(true);
  press("g");
  press("x");
  expect(press("e")).toBe(true);
  end();
  expect(acted).toEqual([]);
});

test("keys typed into a field, with a modifier, or in a list of options are left alone", () => {
  const { acted, press, end } = pressing();
  const input = document.body.appendChild(document.createElement("input"));
  const list = document.body.appendChild(document.createElement("div"));
  list.setAttribute("role", "listbox");
  for (const target of [input, list]) {
    press("g", target);
    press("t", target);
    press("?", target);
  }
  press("g", document.body, { ctrlKey: true });
  press("t");
  end();
  expect(acted).toEqual([]);
});

// Understands the keys that work on every page: `g` and a letter to go somewhere, `?` for the list of keys.

export type KeyAction = "home" | "traces" | "experiments" | "compare" | "sessions" | "inbox" | "settings" | "keys";

const destinations: Record<string, KeyAction> = {
  h: "home",
  t: "traces",
  e: "experiments",
  c: "compare",
  v: "sessions",
  i: "inbox",
  s: "settings",
};
/** How long after `g` a letter still belongs to it. */
const sequenceMs = 1_200;

/** Returns a key handler; it takes part before those of the page, so that the `e` of `g e` is not the page's own `e`. */
export function makeKeyHandler(act: (action: KeyAction) => void, now: () => number = () => performance.now()) {
  let startedAt = -Infinity;
  return (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const isSecondKey = now() - startedAt < sequenceMs;
    startedAt = -Infinity;
    const action = isSecondKey ? destinations[event.key] : event.key === "?" ? "keys" : undefined;
    if (action !== undefined) {
      event.preventDefault();
      event.stopImmediatePropagation();
      act(action);
    } else if (event.key === "g") startedAt = now();
  };
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) || isInPopup(target))
  );
}

/** Menus and dialogs own their keys: a letter in a list of options picks one. */
function isInPopup(target: HTMLElement): boolean {
  return target.closest('[role="listbox"], [role="menu"], [role="dialog"]') !== null;
}

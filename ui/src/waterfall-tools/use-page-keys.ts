// Gives keys that nothing on the page has a use for to the waterfall, and lets Escape lead back from the inspector.
import type { RefObject } from "react";
import { useEffect } from "react";
import { commandOf } from "../waterfall/commands.ts";
import type { Waterfall } from "../waterfall/host/waterfall.ts";

/** The waterfall also takes the focus when the page opens, unless the user is elsewhere already. */
export function usePageKeys(
  waterfallRef: RefObject<Waterfall | null>,
  inspectorRef: RefObject<HTMLElement | null>,
): void {
  useEffect(() => {
    if (isNowhere(document.activeElement)) waterfallRef.current?.focus();
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      if (event.key === "Escape" && event.target instanceof Node && inspectorRef.current?.contains(event.target)) {
        waterfallRef.current?.focus();
      }
      // The engine would look through the rows in view alone. In the inspector it finds all that is there.
      const isFind = event.key === "f" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      const isInInspector = event.target instanceof Node && inspectorRef.current?.contains(event.target) === true;
      if (isFind && !isInInspector && waterfallRef.current !== null) {
        event.preventDefault();
        waterfallRef.current.run("search");
        return;
      }
      if (!isNowhere(event.target) && !isOnButton(event)) return;
      const command = commandOf(event);
      if (command === null || waterfallRef.current === null) return;
      event.preventDefault();
      waterfallRef.current.focus();
      waterfallRef.current.run(command);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [waterfallRef, inspectorRef]);
}

function isNowhere(target: EventTarget | null): boolean {
  return target === null || target === document.body || target === document.documentElement;
}

/** A button that was just clicked has the focus, and no use for letters. */
function isOnButton({ target, key }: KeyboardEvent): boolean {
  if (key.length !== 1 || key === " " || !(target instanceof Element)) return false;
  const isButton = target.matches("button, a[href]") && !target.matches('[role="combobox"]');
  return isButton && target.closest('[role="dialog"], [role="menu"], [role="listbox"]') === null;
}

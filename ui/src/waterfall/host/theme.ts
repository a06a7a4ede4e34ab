// Reads the colours of the canvas from the CSS tokens, so that canvas and page are one theme.

import { paints } from "../paints.ts";
import type { RendererTheme } from "../renderer.ts";

/** Returns the theme as it is now for an element. */
export function readTheme(element: Element): RendererTheme {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    background: token("bg"),
    colors: paints.map((paint) => token(paint.token)),
    font: `11px ${token("mono") || "monospace"}`,
  };
}

/** Calls back when the theme of the page changes; returns how to stop. */
export function watchTheme(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

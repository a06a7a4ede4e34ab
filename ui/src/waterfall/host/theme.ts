// Reads the colours of the canvas from the CSS tokens, so that canvas and page are one theme.

import { iconIds } from "../icons.ts";
import { paints } from "../paints.ts";
import type { RendererTheme } from "../renderer.ts";

/** Returns the theme as it is now for an element. */
export function readTheme(element: Element): RendererTheme {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const [letters, figures] = [token("font") || "sans-serif", token("mono") || "monospace"];
  return {
    background: token("bg"),
    colors: paints.map((paint) => token(paint.token)),
    fonts: {
      label: `${token("text-md")} ${letters}`,
      "selected-label": `600 ${token("text-md")} ${letters}`,
      note: `${token("text-xs")} ${letters}`,
      badge: `10.5px ${letters}`,
      number: `${token("text-sm")} ${figures}`,
      axis: `11px ${figures}`,
    },
    icons: iconIds.map((id) => shapeOf(document.getElementById(id))),
  };
}

/** Returns the shape of an icon that is in the page, undefined if it is not. */
function shapeOf(icon: Element | null): Path2D | undefined {
  if (icon === null || typeof Path2D === "undefined") return undefined;
  const shape = new Path2D();
  for (const part of icon.children) {
    const number = (name: string): number => Number(part.getAttribute(name) ?? 0);
    switch (part.tagName) {
      case "path":
        shape.addPath(new Path2D(part.getAttribute("d") ?? ""));
        break;
      case "circle":
        shape.moveTo(number("cx") + number("r"), number("cy"));
        shape.arc(number("cx"), number("cy"), number("r"), 0, 2 * Math.PI);
        break;
      case "ellipse":
        shape.moveTo(number("cx") + number("rx"), number("cy"));
        shape.ellipse(number("cx"), number("cy"), number("rx"), number("ry"), 0, 0, 2 * Math.PI);
        break;
      case "rect":
        shape.roundRect(number("x"), number("y"), number("width"), number("height"), number("rx"));
        break;
      case "line":
        shape.moveTo(number("x1"), number("y1"));
        shape.lineTo(number("x2"), number("y2"));
        break;
      case "polyline":
        shape.addPath(new Path2D(`M${part.getAttribute("points") ?? "0 0"}`));
        break;
      default:
    }
  }
  return shape;
}

/** Calls back when the theme of the page changes or a font of it arrives; returns how to stop. */
export function watchTheme(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  // jsdom has no fonts.
  const fonts: FontFaceSet | undefined = document.fonts;
  fonts?.addEventListener("loadingdone", onChange);
  return () => {
    observer.disconnect();
    fonts?.removeEventListener("loadingdone", onChange);
  };
}

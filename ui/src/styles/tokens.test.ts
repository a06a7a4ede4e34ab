import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const css = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");

function paletteOf(theme: "light" | "dark"): Map<string, string> {
  const block = new RegExp(`\\[data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? "";
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", value = ""]) => [name, value]));
}

/** Contrast as WCAG 2 defines it. */
function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  const palette = paletteOf(theme);
  const colour = (name: string): string => palette.get(name) ?? "#000000";
  const surfaces = ["bg", "panel", "raised", "hover", "sel"];
  const textKinds = [...palette.keys()].filter((name) => name.startsWith("kt-"));
  const inks = ["ink", "ink2", "ink3", "accent", "err", "warn", "ok", "fast", "slow", ...textKinds];

  test("both themes name the same tokens", () => {
    expect([...palette.keys()]).toEqual([...paletteOf("light").keys()]);
    expect(textKinds).toHaveLength(8);
  });

  test.each(inks)("text in --%s has 4.5:1 on each surface", (ink) => {
    for (const surface of surfaces) {
      const ratio = contrast(colour(ink), colour(surface));
      expect(ratio, `--${ink} on --${surface}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("text on the accent and on tinted surfaces has 4.5:1", () => {
    for (const [ink, surface] of [
      ["on-accent", "accent"],
      ["err", "errbg"],
      ["warn", "warnbg"],
      ["ok", "okbg"],
    ] as const) {
      expect(contrast(colour(ink), colour(surface)), `--${ink} on --${surface}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("bars and the focus ring have 3:1", () => {
    const bars = [...palette.keys()].filter((name) => name.startsWith("k-") || name === "focus");
    for (const bar of bars) {
      for (const surface of ["bg", "panel"]) {
        expect(contrast(colour(bar), colour(surface)), `--${bar} on --${surface}`).toBeGreaterThanOrEqual(3);
      }
    }
  });
});

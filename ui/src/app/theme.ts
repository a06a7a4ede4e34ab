// Puts the chosen theme on the page and leaves a hint for the next start, which public/theme.js reads before the first paint.
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Theme } from "../api/messages.ts";
import { settingsQuery } from "../api/queries.ts";

const hintMaxAgeSeconds = 400 * 86_400;

/** Follows the setting, and the operating system while the setting says so. */
export function useTheme(): void {
  const theme = useQuery(settingsQuery()).data?.theme;

  useEffect(() => {
    if (theme === undefined) return undefined;
    leaveHint(theme);
    const system = matchMedia("(prefers-color-scheme: dark)");
    const apply = (): void => {
      document.documentElement.dataset["theme"] = theme === "system" ? (system.matches ? "dark" : "light") : theme;
    };
    apply();
    system.addEventListener("change", apply);
    return () => system.removeEventListener("change", apply);
  }, [theme]);
}

function leaveHint(theme: Theme): void {
  const maxAge = theme === "system" ? 0 : hintMaxAgeSeconds;
  document.cookie = `traceloupe_theme=${theme}; path=/; max-age=${maxAge}; samesite=strict`;
}

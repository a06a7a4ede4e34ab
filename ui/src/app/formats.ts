// Puts the chosen time zone into effect for every time on the page.
import { useQuery } from "@tanstack/react-query";
import { settingsQuery } from "../api/queries.ts";
import { setTimeZone, type TimeZone } from "../base/format.ts";

/** Follows the setting; the page below must be made anew when it changes. */
export function useTimeZone(): TimeZone {
  const timeZone = useQuery(settingsQuery()).data?.time_zone ?? "local";
  setTimeZone(timeZone);
  return timeZone;
}

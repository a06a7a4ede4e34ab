// Puts the chosen time zone and the chosen form of numbers into effect for everything on the page.
import { useQuery } from "@tanstack/react-query";
import { settingsQuery } from "../api/queries.ts";
import { setNumberFormat, setTimeZone } from "../base/format.ts";

/** Follows the settings; returns a key by which the page below must be made anew when they change. */
export function useFormats(): string {
  const settings = useQuery(settingsQuery()).data;
  const timeZone = settings?.time_zone ?? "local";
  const numberFormat = settings?.number_format ?? "comma";
  setTimeZone(timeZone);
  setNumberFormat(numberFormat);
  return `${timeZone} ${numberFormat}`;
}

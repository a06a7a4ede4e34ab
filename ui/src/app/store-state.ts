// Says in words what hinders the store. Pure.
import type { StoreState, StoreStatus } from "../api/messages.ts";

export type StoreTrouble = {
  /** Two or three words for the status line. */
  short: string;
  title: string;
  /** What it means and what to do, unless the server says it better. */
  advice: string;
  /** Whether it may pass by itself. */
  tone: "warn" | "error";
};

const troubles: Readonly<Record<Exclude<StoreState, "ok">, StoreTrouble>> = {
  busy: {
    short: "Database held",
    title: "Another program holds the database",
    advice: "Exporters are told to try again; storing goes on as soon as that program lets go",
    tone: "warn",
  },
  full: {
    short: "Disk full",
    title: "The disk is full",
    advice: "Exporters are told to try again; storing goes on as soon as there is room",
    tone: "error",
  },
  read_only: {
    short: "Not writable",
    title: "The data folder may not be written",
    advice: "Exporters are told to try again; storing goes on as soon as it may be written",
    tone: "error",
  },
  failed: {
    short: "Not storing",
    title: "The database cannot be written",
    advice: "Exporters are told to try again; the log has the details",
    tone: "error",
  },
};

/** Returns what to say about a store, null if all is well. */
export function storeTroubleOf({ state, message }: StoreStatus): StoreTrouble | null {
  if (state === "ok") return null;
  const trouble = troubles[state];
  return message ? { ...trouble, advice: message } : trouble;
}

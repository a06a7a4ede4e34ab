// Reads what a person types as a bound. Pure.

export type ParsedLimit =
  | { readonly kind: "none" }
  | { readonly kind: "value"; readonly value: number }
  | { readonly kind: "invalid"; readonly reason: string };

/** Returns the bound in a text; a comma is a decimal point as well. */
export function parseLimit(text: string, isWhole: boolean): ParsedLimit {
  const typed = text.trim().replace(",", ".");
  if (typed === "") return { kind: "none" };
  const value = Number(typed);
  if (!/^\d*\.?\d*$/.test(typed) || !Number.isFinite(value)) return { kind: "invalid", reason: "Not a number" };
  if (isWhole && !Number.isInteger(value)) return { kind: "invalid", reason: "Whole days only" };
  if (value <= 0) return { kind: "invalid", reason: "More than 0, or empty for none" };
  return { kind: "value", value };
}

export const bytesPerGib = 2 ** 30;

/** Returns bytes in GiB with no more digits than it takes to tell them. */
export function gibOf(bytes: number): number {
  return Number((bytes / bytesPerGib).toFixed(3));
}

export type ParsedOrigin = { readonly origin: string } | { readonly reason: string };

/** Returns the origin of an address: scheme, host and port, as browsers send it. */
export function parseOrigin(text: string): ParsedOrigin {
  const typed = text.trim();
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`);
  } catch {
    return { reason: "Not an origin: write it as https://app.example" };
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return { reason: "Only http and https" };
  return { origin: url.origin };
}

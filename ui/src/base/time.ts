// Absolute times: nanoseconds since the epoch do not fit a double, so they are bigints that cannot be mixed with other numbers.

import type { Brand } from "./brand.ts";
import type { RelativeNanos } from "./units.ts";

/** Nanoseconds since 1970-01-01T00:00:00Z. */
export type UnixNanos = Brand<bigint, "UnixNanos">;

/** Returns the time of a decimal string as the API sends it, or null if it is none. */
export function parseUnixNanos(text: string): UnixNanos | null {
  // 20 digits hold every u64; a longer text could only be hostile.
  return /^-?\d{1,20}$/.test(text) ? (BigInt(text) as UnixNanos) : null;
}

/** Returns the absolute time of a relative one. */
export function unixNanosAt(base: UnixNanos, relative: RelativeNanos): UnixNanos {
  return (base + BigInt(Math.round(relative))) as UnixNanos;
}

/** Returns how far `time` is from `base`; exact up to 104 days. */
export function nanosBetween(base: UnixNanos, time: UnixNanos): RelativeNanos {
  return Number(time - base);
}

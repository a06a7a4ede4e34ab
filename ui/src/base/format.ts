// Turns durations, times and counts into text for people, in one place so that every page says them alike.

/** A duration or time in nanoseconds: a decimal string as the API sends it, a bigint, or a number that is small enough. */
export type Nanos = string | bigint | number;

const durationUnits = [
  { unit: "ns", nanos: 1, until: 1e3 },
  { unit: "µs", nanos: 1e3, until: 1e6 },
  { unit: "ms", nanos: 1e6, until: 1e9 },
  { unit: "s", nanos: 1e9, until: 60e9 },
  { unit: "min", nanos: 60e9, until: 3600e9 },
  { unit: "h", nanos: 3600e9, until: 2 * 86400e9 },
  { unit: "d", nanos: 86400e9, until: Infinity },
] as const;

/** Returns a duration with three significant digits and its unit: `842 ms`, `4.21 s`, `12.0 µs`, `0 ns`. */
export function formatDuration(nanos: Nanos): string {
  const value = Number(nanos);
  if (!Number.isFinite(value)) return "–";
  if (value < 0) return `−${formatDuration(-value)}`;
  for (const { unit, nanos: size, until } of durationUnits) {
    const scaled = value / size;
    // What rounds up to the next unit is said in the next unit: 999.9 ms is 1.00 s.
    if (Number(scaled.toPrecision(3)) * size >= until) continue;
    return unit === "ns" ? `${Math.round(value)} ns` : `${threeDigits(Math.max(scaled, 1))} ${unit}`;
  }
  return "–";
}

function threeDigits(value: number): string {
  if (value >= 100) return group(String(Math.round(value)));
  return decimal(value.toPrecision(3));
}

/** Returns every nanosecond of a duration, for tooltips: `4,210,003,127 ns`. */
export function formatExactDuration(nanos: Nanos): string {
  return `${formatInteger(nanos)} ns`;
}

/** Returns an integer with grouped digits; exact for decimal strings of any length. */
export function formatInteger(value: Nanos): string {
  const text = typeof value === "number" ? String(Math.trunc(value)) : String(value);
  return text.startsWith("-") ? `−${group(text.slice(1))}` : group(text);
}

/** How numbers are written, by the sign between groups of three digits: `12,345.6`, `12.345,6`, `12 345,6`. */
export type NumberFormat = "comma" | "point" | "space";

const numberSigns: Readonly<Record<NumberFormat, { readonly group: string; readonly decimal: string }>> = {
  comma: { group: ",", decimal: "." },
  point: { group: ".", decimal: "," },
  // Narrow, and no line breaks within a number.
  space: { group: "\u202f", decimal: "," },
};

/** One for the page, as the time zone is. */
let signs = numberSigns.comma;

export function setNumberFormat(format: NumberFormat): void {
  signs = numberSigns[format];
}

function group(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, signs.group);
}

/** Writes a number that the language wrote, whose decimal sign is a point, as the page writes numbers. */
export function decimal(text: string): string {
  return text.replace(".", signs.decimal);
}

/** Returns `1 span`, `12,408 spans`. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatInteger(count)} ${count === 1 ? singular : plural}`;
}

/** Where times are told for: the machine that shows the page, or everywhere alike. */
export type TimeZone = "local" | "utc";

/** One for the page, as a person reads one clock; whoever changes it shows the page anew. */
let timeZone: TimeZone = "local";

export function setTimeZone(zone: TimeZone): void {
  timeZone = zone;
}

/** Minutes that the clock of the page is ahead of UTC at a moment. */
function minutesAhead(date: Date): number {
  return timeZone === "utc" ? 0 : -date.getTimezoneOffset();
}

/** Returns a date whose UTC fields are those of the clock of the page. */
function clockOf(date: Date): Date {
  return new Date(date.getTime() + minutesAhead(date) * 60_000);
}

/** Returns a date from absolute nanoseconds; sub-millisecond digits are cut. */
function dateOfNanos(unixNanos: Nanos): Date {
  return new Date(Number(BigInt(unixNanos) / 1_000_000n));
}

/** Returns the time for a list: time of day for today, with the date for any other day: `22 Nov 10:14:54`, `22 Nov 2024 10:14`. */
export function formatListTime(unixNanos: Nanos, now: Date = new Date()): string {
  const clock = clockOf(dateOfNanos(unixNanos));
  const today = clockOf(now);
  if (clock.toISOString().slice(0, 10) === today.toISOString().slice(0, 10)) return timeOfDay(clock);
  const day = `${clock.getUTCDate()} ${months[clock.getUTCMonth()] ?? ""}`;
  if (clock.getUTCFullYear() === today.getUTCFullYear()) return `${day} ${timeOfDay(clock)}`;
  // After so long a second tells nothing, and takes room in every row.
  return `${day} ${clock.getUTCFullYear()} ${timeOfDay(clock).slice(0, "hh:mm".length)}`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** Returns date and time with all nine digits of the second and the offset: `2026-11-22 10:14:54.123456789 +01:00`. */
export function formatExactTime(unixNanos: Nanos): string {
  const nanos = BigInt(unixNanos);
  const date = dateOfNanos(nanos);
  const clock = clockOf(date);
  const fraction = (((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n).toString().padStart(9, "0");
  const day = `${clock.getUTCFullYear()}-${two(clock.getUTCMonth() + 1)}-${two(clock.getUTCDate())}`;
  const zone = timeZone === "utc" ? "UTC" : offsetOf(minutesAhead(date));
  return `${day} ${timeOfDay(clock)}.${fraction} ${zone}`;
}

/** Returns Unix milliseconds as a field for date and time has them: `2026-11-22T10:14:54`, by the clock of the page. */
export function clockField(unixMillis: number): string {
  return clockOf(new Date(unixMillis)).toISOString().slice(0, 19);
}

/** Reads such a field; null if it holds no time. */
export function millisOfClockField(text: string): number | null {
  const clock = Date.parse(`${text}Z`);
  if (Number.isNaN(clock)) return null;
  // The offset is that of the moment, which the clock tells but for the hour of a change.
  return clock - minutesAhead(new Date(clock - minutesAhead(new Date(clock)) * 60_000)) * 60_000;
}

function timeOfDay(clock: Date): string {
  return `${two(clock.getUTCHours())}:${two(clock.getUTCMinutes())}:${two(clock.getUTCSeconds())}`;
}

function offsetOf(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "−" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** Returns a token count: exact below ten thousand, then `12.4k`, `3.10M`. */
export function formatTokens(tokens: number): string {
  if (tokens < 10_000) return formatInteger(tokens);
  if (tokens < 999_500) return `${decimal((tokens / 1e3).toPrecision(3))}k`;
  return `${decimal((tokens / 1e6).toPrecision(3))}M`;
}

/** Returns which part of a whole something is: `61 %`, `0.4 %`, `< 0.1 %`. */
export function formatShare(part: number, whole: number): string {
  const percent = whole > 0 ? (part / whole) * 100 : 0;
  if (percent > 0 && percent < 0.1) return `< ${decimal("0.1")} %`;
  return `${percent < 9.95 && percent > 0 ? decimal(trimZeros(percent.toFixed(1))) : Math.round(percent)} %`;
}

/** Returns a cost in dollars from pico-dollars: `$0.00029`, `$1.20`; nothing is rounded to zero. */
export function formatCost(picoUsd: Nanos): string {
  const dollars = Number(picoUsd) / 1e12;
  if (dollars === 0) return "$0";
  if (dollars >= 1) {
    const [whole = "", cents = ""] = dollars.toFixed(2).split(".");
    return `$${group(whole)}${signs.decimal}${cents}`;
  }
  if (dollars < 1e-6) return `< $${decimal("0.000001")}`;
  return `$${decimal(trimZeros(dollars.toFixed(Math.min(7, 1 - Math.floor(Math.log10(dollars))))))}`;
}

function trimZeros(text: string): string {
  return text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

/** Returns a difference with its sign: `+1.30 s`, `−26.0 ms`, `±0`. */
export function formatDelta(delta: number, format: (size: number) => string): string {
  if (delta === 0) return "±0";
  return `${delta < 0 ? "−" : "+"}${format(Math.abs(delta))}`;
}

/** Returns a size in bytes with a binary unit: `312 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  for (const unit of ["B", "KiB", "MiB", "GiB"]) {
    if (value < 1000) return `${unit === "B" ? value : decimal(value.toPrecision(3))} ${unit}`;
    value /= 1024;
  }
  return `${decimal(value.toPrecision(3))} TiB`;
}

/** Longer names are only hostile; laying out a megabyte of text on one line takes most of a second. */
const longestName = 300;

/** Returns a name from a sender with an ellipsis after its first 300 characters, never half of one. */
export function formatName(name: string): string {
  if (name.length <= longestName) return name;
  const start = name.slice(0, longestName);
  return `${start.isWellFormed() ? start : start.slice(0, -1)}…`;
}

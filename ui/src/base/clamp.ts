// Keeps a number within bounds.

/** Returns the number nearest to `value` in `low..high`; `low` if the bounds are crossed. */
export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

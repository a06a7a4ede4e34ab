// States what must hold, so that a broken invariant fails where it broke and the type checker knows it afterwards.

/** Throws if an invariant does not hold; never for bad input, which is data. */
export function assert(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new Error(`invariant: ${invariant}`);
}

/** Returns the value, which an invariant says is there. */
export function ensureExists<T>(value: T | null | undefined, invariant: string): T {
  if (value === null || value === undefined) throw new Error(`invariant: ${invariant}`);
  return value;
}

/** Ends a `switch` over a closed union: does not compile while a case is missing. */
export function assertUnreachable(value: never): never {
  throw new Error(`invariant: unexpected ${String(value)}`);
}

// Binary search in ascending arrays, typed or plain.

interface Ascending {
  readonly length: number;
  readonly [index: number]: number;
}

/** Returns the first index in `from..to` whose element is not less than `value`, or `to`. */
export function lowerBound(ascending: Ascending, value: number, from = 0, to = ascending.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the first index in `from..to` whose element is greater than `value`, or `to`. */
export function upperBound(ascending: Ascending, value: number, from = 0, to = ascending.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

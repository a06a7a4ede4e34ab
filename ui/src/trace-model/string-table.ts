// The strings of a span table: UTF-8 that becomes text when it is first looked at.

export interface StringTable {
  readonly nStrings: number;
  /** Returns a string in full. */
  get(index: number): string;
  /** Returns at most the first 256 characters on one line: what a row shows. Names of a megabyte exist. */
  label(index: number): string;
  /** Returns the first bytes as characters, for questions about ASCII words: a tenth of the cost of decoding. */
  start(index: number, nBytes: number): string;
}

/** Bytes that hold 256 characters of any script. */
const labelBytes = 1024;
const labelCharacters = 256;

/** Wraps encoded strings: `offsets` has one element more than there are strings and never descends. */
export function createStringTable(offsets: Uint32Array, bytes: Uint8Array): StringTable {
  const nStrings = offsets.length - 1;
  const texts: (string | undefined)[] = [];
  const labels: (string | undefined)[] = [];

  const get = (index: number): string => {
    return (texts[index] ??= decoder.decode(bytes.subarray(offsets[index] ?? 0, offsets[index + 1] ?? 0)));
  };
  const label = (index: number): string => {
    return (labels[index] ??= decodeLabel(bytes, offsets[index] ?? 0, offsets[index + 1] ?? 0));
  };
  const start = (index: number, nBytes: number): string => {
    const from = offsets[index] ?? 0;
    return String.fromCharCode(...bytes.subarray(from, Math.min(from + nBytes, offsets[index + 1] ?? 0)));
  };
  return { nStrings, get, label, start };
}

/** Characters that turn the direction of what follows them: with one a name could read as another. */
const turnsText = /[\u202A-\u202E\u2066-\u2069]/g;

/** Making one costs more than decoding a short string. */
const decoder = new TextDecoder();

function decodeLabel(bytes: Uint8Array, from: number, to: number): string {
  const isCut = to - from > labelBytes;
  // With `stream` a character that the cut goes through is left out, instead of shown as damaged; it keeps the rest for later.
  const start = isCut
    ? new TextDecoder().decode(bytes.subarray(from, from + labelBytes), { stream: true })
    : decoder.decode(bytes.subarray(from, to));
  const oneLine = start.replaceAll(turnsText, "").replaceAll(/\s+/g, " ").trim();
  if (!isCut && oneLine.length <= labelCharacters) return oneLine;
  return `${Array.from(oneLine).slice(0, labelCharacters).join("")}…`;
}

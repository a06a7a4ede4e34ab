// Finds a span by its id: a hash table over the id column, built at the first question.

import type { SpanIndex } from "./span-table.ts";

export interface SpanIdIndex {
  /** Returns the span with an id of 16 hex digits (either case), or null. */
  find(spanId: string): SpanIndex | null;
  /** Returns the span with the eight bytes from a place on as its id, or null. */
  findAt(bytes: Uint8Array, from: number): SpanIndex | null;
}

/** Wraps the id column; nothing is computed before the first `find`. */
export function createSpanIdIndex(spanId: Uint8Array, nSpans: number): SpanIdIndex {
  let slots: Int32Array | null = null;
  const findAt = (bytes: Uint8Array, from: number): SpanIndex | null => {
    slots ??= buildSlots(spanId, nSpans);
    for (let slot = slotOf(bytes, from, slots.length); ; slot = (slot + 1) % slots.length) {
      const span = slots[slot] as number;
      if (span === emptySlot) return null;
      if (hasSameId(spanId, span * 8, bytes, from)) return span;
    }
  };
  return { findAt, find: (hex) => (/^[0-9a-f]{16}$/i.test(hex) ? findAt(bytesOfHex(hex), 0) : null) };
}

const emptySlot = -1;

/** Open addressing, at most half full; of spans that share an id (they should not) the first is found. */
function buildSlots(spanId: Uint8Array, nSpans: number): Int32Array {
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(nSpans * 2 + 2))).fill(emptySlot);
  for (let span = 0; span < nSpans; span++) {
    let slot = slotOf(spanId, span * 8, slots.length);
    while (slots[slot] !== emptySlot) slot = (slot + 1) % slots.length;
    slots[slot] = span;
  }
  return slots;
}

/** Mixes both halves, since ids of hand-made and of drawn traces differ in their last bytes only. */
function slotOf(bytes: Uint8Array, from: number, nSlots: number): number {
  const low = word(bytes, from);
  const high = word(bytes, from + 4);
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  return ((mixed ^ (mixed >>> 15)) >>> 0) & (nSlots - 1);
}

function word(bytes: Uint8Array, from: number): number {
  return (
    (bytes[from] as number) |
    ((bytes[from + 1] as number) << 8) |
    ((bytes[from + 2] as number) << 16) |
    ((bytes[from + 3] as number) << 24)
  );
}

function hasSameId(column: Uint8Array, at: number, wanted: Uint8Array, from: number): boolean {
  for (let byte = 0; byte < 8; byte++) if (column[at + byte] !== wanted[from + byte]) return false;
  return true;
}

function bytesOfHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(8);
  for (let byte = 0; byte < 8; byte++) bytes[byte] = Number.parseInt(hex.slice(byte * 2, byte * 2 + 2), 16);
  return bytes;
}

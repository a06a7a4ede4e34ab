// Walks the fields of a protobuf message, whatever they mean.

export type ProtobufField = {
  number: number;
  /** 0: a varint, 1: eight bytes, 2: bytes with their length, 5: four bytes. */
  wireType: number;
  /** Where the field begins, its key included. */
  start: number;
  /** The value; of bytes with their length the bytes alone. */
  from: number;
  to: number;
  /** Value of a varint. Those over 2^53 are not exact. */
  varint: number;
};

/** Returns the fields of a message, or null if the bytes are none. */
export function protobufFields(bytes: Uint8Array): ProtobufField[] | null {
  const fields: ProtobufField[] = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    const key = readVarint(bytes, at);
    if (key === null) return null;
    at = key.to;
    const [number, wireType] = [Math.floor(key.value / 8), key.value % 8];
    if (number === 0) return null;
    let varint = 0;
    let from = at;
    if (wireType === 0 || wireType === 2) {
      const value = readVarint(bytes, at);
      if (value === null) return null;
      varint = value.value;
      if (wireType === 2) from = value.to;
      at = wireType === 2 ? value.to + value.value : value.to;
    } else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else return null;
    if (at > bytes.length) return null;
    fields.push({ number, wireType, start, from, to: at, varint });
  }
  return fields;
}

function readVarint(bytes: Uint8Array, at: number): { value: number; to: number } | null {
  let value = 0;
  for (let place = 0; place < 10; place++) {
    const byte = bytes[at + place];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * place);
    if (byte < 0x80) return { value, to: at + place + 1 };
  }
  return null;
}

/** Returns a field of bytes with their length: key, length, bytes. */
export function protobufBytes(number: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return joined([Uint8Array.from([...varintBytes(number * 8 + 2), ...varintBytes(length)]), ...parts]);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}

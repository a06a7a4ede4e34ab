// The selected span: known at once where it is shown, elsewhere when the user has come to rest.
import { useEffect, useEffectEvent, useRef, useState } from "react";

/** Longer than the key repeat: a held arrow key neither asks the server nor writes an address for each span. */
const pauseMs = 140;

export interface Selection {
  readonly selected: string | null;
  /** The selected span once the user rests on it; the first one after a rest at once. */
  readonly settled: string | null;
  readonly select: (spanId: string | null) => void;
}

/** `address` is the span that the address names; `writeAddress` changes it (some engines allow ten changes a second). */
export function useSelection(address: string | null, writeAddress: (spanId: string | null) => void): Selection {
  const [selected, setSelected] = useState(address);
  const [settled, setSettled] = useState(address);
  const pace = useRef({ timer: 0, lastAt: -Infinity });
  const addresses = useRef({ seen: address, written: [] as (string | null)[] });

  const write = useEffectEvent(writeAddress);

  const [select] = useState(() => (spanId: string | null): void => {
    const { current } = pace;
    const now = performance.now();
    setSelected(spanId);
    clearTimeout(current.timer);
    if (now - current.lastAt > pauseMs) setSettled(spanId);
    else current.timer = window.setTimeout(() => setSettled(spanId), pauseMs);
    current.lastAt = now;
  });

  useEffect(() => {
    const { current } = addresses;
    if (address === current.seen) return;
    current.seen = address;
    // What we wrote ourselves comes back late, perhaps after the user went on.
    const echo = current.written.indexOf(address);
    current.written.splice(0, echo < 0 ? Infinity : echo + 1);
    if (echo < 0) select(address);
  }, [address, select]);

  useEffect(() => {
    const { current } = addresses;
    if (settled === (current.written.at(-1) ?? current.seen)) return;
    current.written.push(settled);
    write(settled);
  }, [settled]);

  useEffect(() => () => clearTimeout(pace.current.timer), []);

  return { selected, settled, select };
}

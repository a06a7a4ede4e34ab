// Cuts a query into pieces by colour, with what is wrong marked; between two answers the start that did not change keeps its colours. Pure.
import type { QueryPartKind, QueryReading } from "../../api/messages.ts";

export type PaintedPart = { start: number; text: string; kind: QueryPartKind; isWrong: boolean };

/** `reading.text` is the text that the answer is about. */
export function paintedParts(
  text: string,
  reading: { text: string; answer: QueryReading | null },
  showsError = true,
): PaintedPart[] {
  const known = sameStart(text, reading.text);
  const kinds: QueryPartKind[] = Array.from({ length: text.length }, () => "other");
  for (const { kind, start, end } of reading.answer?.parts ?? []) {
    // What is typed on at the end of a part belongs to it until the answer says otherwise.
    const isCut = end >= known && start < known;
    kinds.fill(
      kind,
      Math.min(start, known),
      isCut ? Math.min(text.length, Math.max(end, known)) : Math.min(end, known),
    );
  }
  const error = showsError && text === reading.text ? reading.answer?.error : null;
  const isWrong = (at: number): boolean => error != null && at >= error.start && at < error.end;
  const parts: PaintedPart[] = [];
  for (let at = 0; at < text.length; at++) {
    const last = parts.at(-1);
    const kind = kinds[at] ?? "other";
    if (last && last.kind === kind && last.isWrong === isWrong(at)) last.text += text[at];
    else parts.push({ start: at, text: text[at] ?? "", kind, isWrong: isWrong(at) });
  }
  return parts;
}

function sameStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
}

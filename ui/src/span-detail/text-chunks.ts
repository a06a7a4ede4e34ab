// Cuts long texts: what is shown first, and pieces that a page can lay out one by one.

/** Characters that are shown before one asks for all. */
export const firstCharacters = 64 * 1024;
const chunkCharacters = 16 * 1024;

/** Returns the start of a text, never ending in half a character. */
export function startOf(text: string, nCharacters = firstCharacters): string {
  if (text.length <= nCharacters) return text;
  const isInPair = isHighSurrogate(text.charCodeAt(nCharacters - 1));
  return text.slice(0, isInPair ? nCharacters - 1 : nCharacters);
}

/** Returns a text in pieces that end with a line where there is one; joined by nothing they are the text. */
export function chunksOf(text: string, nCharacters = chunkCharacters): string[] {
  const chunks: string[] = [];
  let from = 0;
  while (from < text.length) {
    const rest = startOf(text.slice(from, from + nCharacters + 1), nCharacters);
    const isLast = from + rest.length >= text.length;
    const lineEnd = isLast ? -1 : rest.lastIndexOf("\n");
    const chunk = lineEnd > 0 ? rest.slice(0, lineEnd + 1) : rest;
    chunks.push(chunk);
    from += chunk.length;
  }
  return chunks;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

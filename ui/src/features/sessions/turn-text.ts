// What was said in a turn, from the preview of a request or an answer. Pure.

/** Returns the text of a preview: a JSON text without its quotes, anything else as it is; empty if there is none. */
export function spokenText(preview: string | null | undefined): string {
  if (preview == null) return "";
  if (!preview.startsWith('"')) return preview;
  try {
    const value: unknown = JSON.parse(preview);
    return typeof value === "string" ? value : preview;
  } catch {
    // Cut at its length, it is no JSON any more.
    return preview;
  }
}

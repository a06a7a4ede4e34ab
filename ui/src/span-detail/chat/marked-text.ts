// Splits what a model wrote into text and code, so that code can look like code; nothing else of Markdown is interpreted. Pure.

export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly language: string; readonly text: string };

const fence = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]{0,40})[^\n`]*$/;

/** Returns the blocks in order; a fence that is never closed runs to the end, as in CommonMark. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let open: { mark: string; language: string } | null = null;
  const flush = (): void => {
    const joined = lines.join("\n");
    if (open !== null) blocks.push({ kind: "code", language: open.language, text: joined });
    else if (joined.trim() !== "") blocks.push({ kind: "text", text: joined.replace(/^\n+|\n+$/g, "") });
    lines = [];
  };
  for (const line of text.split("\n")) {
    const match = fence.exec(line);
    const [, mark = "", language = ""] = match ?? [];
    if (open === null && match !== null) {
      flush();
      open = { mark, language };
    } else if (open !== null && language === "" && mark.startsWith(open.mark)) {
      flush();
      open = null;
    } else {
      lines.push(line);
    }
  }
  flush();
  return blocks;
}

export type Run = { readonly kind: "plain" | "strong" | "code"; readonly text: string };

/** Returns a text in runs: `code`, **strong** and headings, and the rest; marks stay out where both sides are there. */
export function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  let from = 0;
  for (const match of text.matchAll(/`([^`\n]{1,400})`|\*\*([^*\n]{1,400})\*\*|^ {0,3}#{1,6} +([^\n]{1,400})$/gm)) {
    if (match.index > from) runs.push({ kind: "plain", text: text.slice(from, match.index) });
    runs.push(
      match[1] === undefined
        ? { kind: "strong", text: match[2] ?? headingOf(match[3]) }
        : { kind: "code", text: match[1] },
    );
    from = match.index + match[0].length;
  }
  if (from < text.length) runs.push({ kind: "plain", text: text.slice(from) });
  return runs;
}

/** A heading may have signs at its end, and strong words, which it is made of anyway. */
function headingOf(text = ""): string {
  return text.replace(/ +#+ *$/, "").replaceAll("**", "");
}

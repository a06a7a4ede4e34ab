// Cuts the text of a large OTLP/JSON request into several, without parsing numbers: those over 2^53 must stay as they are. Pure.

type Range = { from: number; to: number };
type Member = Range & { key: string; valueFrom: number };

/** Lists of a request from the outside in, under the names that the protobuf mapping to JSON allows. */
const lists = {
  traces: [["resourceSpans", "resource_spans"], ["scopeSpans", "scope_spans"], ["spans"]],
  logs: [
    ["resourceLogs", "resource_logs"],
    ["scopeLogs", "scope_logs"],
    ["logRecords", "log_records"],
  ],
} as const;

/**
 * Returns requests of at most `maxChars` characters each, as far as their items allow: a single span is never cut. A text that is
 * no JSON comes back as it is.
 */
export function splitJson(request: string, signal: keyof typeof lists, maxChars: number): string[] {
  return split(request, lists[signal], maxChars);
}

function split(object: string, path: readonly (readonly string[])[], maxChars: number): string[] {
  const [names, ...inner] = path;
  if (object.length <= maxChars || names === undefined) return [object];
  const members = membersOf(object);
  const list = members?.find(({ key }) => names.includes(key));
  const elements = list === undefined ? null : elementsOf(object, list.valueFrom);
  if (members === null || list === undefined || elements === null || elements.length === 0) return [object];
  const others = members.filter((member) => member !== list).map(({ from, to }) => `${object.slice(from, to)},`);
  const [before, after] = [`{${others.join("")}${object.slice(list.from, list.valueFrom)}[`, "]}"];
  const room = Math.max(1, maxChars - before.length - after.length);
  const parts = elements.flatMap(({ from, to }) => split(object.slice(from, to), inner, room));
  return packed(parts, room).map((group) => `${before}${group.join(",")}${after}`);
}

/** Groups neighbours for as long as they have room together. */
function packed(parts: readonly string[], room: number): string[][] {
  const groups: string[][] = [];
  let left = 0;
  for (const part of parts) {
    const group = groups.at(-1);
    // With its comma.
    const taken = part.length + 1;
    if (group !== undefined && taken <= left) {
      group.push(part);
      left -= taken;
    } else {
      groups.push([part]);
      left = room - part.length;
    }
  }
  return groups;
}

/** Returns the members of the object that is the text; null if it is none. */
export function membersOf(text: string): Member[] | null {
  const members: Member[] = [];
  let at = afterSpace(text, 0);
  if (text[at] !== "{") return null;
  at = afterSpace(text, at + 1);
  while (text[at] !== "}") {
    const from = at;
    const keyTo = text[at] === '"' ? endOfValue(text, at) : null;
    if (keyTo === null) return null;
    at = afterSpace(text, keyTo);
    if (text[at] !== ":") return null;
    const valueFrom = afterSpace(text, at + 1);
    const to = endOfValue(text, valueFrom);
    if (to === null) return null;
    members.push({ key: text.slice(from + 1, keyTo - 1), from, to, valueFrom });
    at = afterSpace(text, to);
    if (text[at] === ",") at = afterSpace(text, at + 1);
    else if (text[at] !== "}") return null;
  }
  return members;
}

function elementsOf(text: string, from: number): Range[] | null {
  const elements: Range[] = [];
  if (text[from] !== "[") return null;
  let at = afterSpace(text, from + 1);
  while (text[at] !== "]") {
    const to = endOfValue(text, at);
    if (to === null) return null;
    elements.push({ from: at, to });
    at = afterSpace(text, to);
    if (text[at] === ",") at = afterSpace(text, at + 1);
    else if (text[at] !== "]") return null;
  }
  return elements;
}

/** Returns where the JSON value that begins at a place ends; null if the text ends before it. Only brackets and strings are looked at. */
export function endOfValue(text: string, from: number): number | null {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      const end = endOfString(text, at);
      if (end === null) return null;
      at = end - 1;
      if (depth === 0) return end;
    } else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") {
      depth -= 1;
      // The end of what surrounds a number or a word.
      if (depth < 0) return at === from ? null : at;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (char === "," || (char !== undefined && isSpace(char)))) return at === from ? null : at;
  }
  return null;
}

function endOfString(text: string, from: number): number | null {
  let at = from;
  while (true) {
    at = text.indexOf('"', at + 1);
    if (at === -1) return null;
    let nBackslashes = 0;
    while (text[at - 1 - nBackslashes] === "\\") nBackslashes += 1;
    if (nBackslashes % 2 === 0) return at + 1;
  }
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charAt(at))) at += 1;
  return at;
}

function isSpace(char: string): boolean {
  return char === " " || char === "\n" || char === "\r" || char === "\t";
}

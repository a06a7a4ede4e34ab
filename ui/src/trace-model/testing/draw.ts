// Reads traces that are drawn as text, so that a test shows the trace it is about; used by tests only.
//
//                    0....5....10...15...20    service.name=agent
//   plan             [===================]
//     llm.chat         [=========]             type=LLM
//       ^first_token      ^
//     tool.search                 [====]       !error
//     stream                        [====>     not ended
//     note                            |        of no length
//
// A column is a millisecond unless the ruler says otherwise; two blanks of indent are a level; `]` stands where the span
// ends. What follows the bar: `!error`, `!orphan`, `!cycle`, `!both` (exporters), and `key=value` with the keys
// `service.name`, `type`, `kind`, `scope`, `source`, `tokens` (`in/out`). After the ruler they hold for all spans.

import { assert } from "../../base/assert.ts";
import type { SpanTable } from "../span-table.ts";
import { markKinds } from "../span-marks.ts";
import { spanFlags, statusError } from "../span-table.ts";
import { spanSources } from "../span-source.ts";
import type { TestSpan } from "./build.ts";
import { buildTable } from "./build.ts";

/** Returns the table of a drawing. */
export function drawTable(drawing: string): SpanTable {
  return buildTable(drawSpans(drawing));
}

/** Returns the spans of a drawing. */
export function drawSpans(drawing: string): TestSpan[] {
  const lines = dedent(drawing.split("\n").filter((line) => line.trim() !== ""));
  const ruler = parseRuler(lines[0] ?? "");
  const spans: TestSpan[] = [];
  for (const line of lines.slice(1)) {
    const name = line.slice(0, ruler.column).trim();
    if (name.startsWith("^")) {
      const last = spans.pop();
      assert(last !== undefined, "an event is drawn below its span");
      spans.push(withMark(last, name.slice(1), line.slice(ruler.column).indexOf("^") * ruler.nanosPerColumn));
    } else {
      spans.push(parseSpan(line, ruler));
    }
  }
  return spans;
}

const markKindOf: Readonly<Record<string, number>> = {
  exception: markKinds.exception,
  log: markKinds.log,
  error_log: markKinds.errorLog,
  first_token: markKinds.firstToken,
};

function withMark(span: TestSpan, name: string, time: number): TestSpan {
  const kind = markKindOf[name] ?? markKinds.event;
  const isLog = kind === markKinds.log || kind === markKinds.errorLog;
  const flag = isLog ? spanFlags.hasLogs : spanFlags.hasEvents;
  return { ...span, flags: (span.flags ?? 0) | flag, marks: [...(span.marks ?? []), { kind, time }] };
}

interface Ruler {
  /** Column of time zero. */
  readonly column: number;
  readonly nanosPerColumn: number;
  readonly defaults: string;
}

function parseRuler(line: string): Ruler {
  const match = /0(\.+)(\d+)(?:\.+\d+)*/.exec(line);
  assert(match !== null, "a drawing starts with a ruler such as 0....5....10");
  const [text, dots = "", second = ""] = match;
  const nanosPerColumn = (Number(second) * 1e6) / (dots.length + 1);
  return { column: match.index, nanosPerColumn, defaults: line.slice(match.index + text.length) };
}

function parseSpan(line: string, { column, nanosPerColumn, defaults }: Ruler): TestSpan {
  const name = line.slice(0, column);
  const drawn = /\[=*[\]>]|\|/.exec(line.slice(column));
  assert(drawn !== null, `a span is drawn in "${line}"`);
  const [bar] = drawn;
  const isEnded = !bar.endsWith(">");
  const words = `${defaults} ${line.slice(column + drawn.index + bar.length)}`;
  const flags = isEnded ? 0 : spanFlags.notEnded;
  return applyWords(words, {
    name: name.trim(),
    depth: (name.length - name.trimStart().length) / 2,
    start: drawn.index * nanosPerColumn,
    duration: isEnded ? (bar.length - 1) * nanosPerColumn : 0,
    flags,
  });
}

const kinds = ["unspecified", "internal", "server", "client", "producer", "consumer"];
const flagWords: Readonly<Record<string, number>> = {
  "!orphan": spanFlags.orphan,
  "!cycle": spanFlags.cycleCut,
  "!both": spanFlags.bothExporters,
};

function applyWords(words: string, span: TestSpan): TestSpan {
  const changed: { -readonly [K in keyof TestSpan]: TestSpan[K] } = { ...span };
  for (const word of words.split(/\s+/)) {
    const [key = "", value = ""] = word.split("=");
    if (word === "!error") changed.status = statusError;
    else if (word in flagWords) changed.flags = (changed.flags ?? 0) | (flagWords[word] ?? 0);
    else if (key === "service.name") changed.service = value;
    else if (key === "type") changed.spanType = value;
    else if (key === "scope") changed.scope = value;
    else if (key === "kind") changed.kind = kinds.indexOf(value);
    else if (key === "source") changed.source = (spanSources as readonly string[]).indexOf(value);
    else if (key === "tokens")
      [changed.inputTokens, changed.outputTokens] = value.split("/").map(Number) as [number, number];
  }
  return changed;
}

function dedent(lines: readonly string[]): string[] {
  // The ruler is indented by the width of the names, so the names say how far the drawing is indented.
  const indents = lines.slice(1).map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent));
}

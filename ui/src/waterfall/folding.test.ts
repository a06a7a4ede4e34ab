import { describe, expect, test } from "vitest";
import { drawTable } from "../trace-model/testing/draw.ts";
import { VisibleRows } from "../trace-model/visible-rows.ts";
import type { FoldCommand } from "./commands.ts";
import { fold } from "./folding.ts";

const table = drawTable(`
                  0....5....10...15...20
  a               [===================]
    b               [=========]
      c             [===]
        d           [=]
    e                          [====]
      f                        [==]
  g                                    [=]
    h                                  [=]
`);

function names(rows: VisibleRows): string {
  let text = "";
  for (let row = 0; row < rows.nRows; row++) text += table.strings.get(table.name[rows.spanAt(row)] ?? 0);
  return text;
}

describe("from all expanded, with a span selected", () => {
  test.each<[string | null, readonly FoldCommand[], string]>([
    [null, ["toggle-all"], "ag"],
    [null, ["toggle-all", "toggle-all"], "abcdefgh"],
    ["b", ["toggle-level"], "abegh"],
    ["b", ["toggle-level", "toggle-level"], "abcdefgh"],
    // A leaf has the level of its parent.
    ["f", ["toggle-level"], "abegh"],
    [null, ["toggle-level"], "ag"],
    [null, ["close-level"], "abcefgh"],
    [null, ["close-level", "close-level"], "abegh"],
    [null, ["close-level", "close-level", "close-level"], "ag"],
    [null, ["close-level", "close-level", "close-level", "close-level"], "ag"],
    [null, ["toggle-all", "open-level"], "abegh"],
    [null, ["toggle-all", "open-level", "open-level"], "abcefgh"],
    [null, ["open-level"], "abcdefgh"],
    ["b", ["close-subtree"], "abefgh"],
    ["b", ["close-subtree", "toggle-level"], "abegh"],
    ["b", ["toggle-all", "open-subtree", "open-level"], "abcdegh"],
    [null, ["close-subtree"], "abcdefgh"],
  ])("%s: %j → %s", (selected, commands, want) => {
    const rows = new VisibleRows(table);
    const span = selected === null ? null : "abcdefgh".indexOf(selected);
    for (const command of commands) fold(rows, span, command);
    expect(names(rows)).toBe(want);
  });

  test("a focus keeps levels to itself", () => {
    const rows = new VisibleRows(table, { focus: 1 });
    fold(rows, null, "close-level");
    expect(names(rows)).toBe("bc");
    rows.focusOn(null);
    expect(names(rows)).toBe("abcefgh");
  });
});

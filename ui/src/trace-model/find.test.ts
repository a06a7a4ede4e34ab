import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyQuery, findSpans, hasFoundWithin, servicesOf, withAncestors } from "./find.ts";
import { parseQuery } from "./find-query.ts";
import { arbitraryTable } from "./testing/arbitrary.ts";
import { drawTable } from "./testing/draw.ts";

describe("a typed query", () => {
  const nothing = { words: [], without: [], longerThan: null, moreThan: null };

  test.each([
    ["", nothing],
    ["  GET  /search ", { ...nothing, words: ["get", "/search"] }],
    ['"GET /search" -select', { ...nothing, words: ["get /search"], without: ["select"] }],
    ['-"select docs"', { ...nothing, without: ["select docs"] }],
    [">5ms", { ...nothing, longerThan: 5e6 }],
    [">1.5s llm", { ...nothing, longerThan: 1.5e9, words: ["llm"] }],
    [">2%", { ...nothing, moreThan: 0.02 }],
    [">5", { ...nothing, words: [">5"] }],
    ['">5ms"', { ...nothing, words: [">5ms"] }],
    ['"open', { ...nothing, words: ["open"] }],
    ["-", { ...nothing, words: ["-"] }],
  ])("%j", (text, want) => expect(parseQuery(text)).toEqual(want));
});

const table = drawTable(`
                  0....5....10...15...20    service.name=agent
  plan            [===================]     type=AGENT
    llm.chat        [=========]             type=LLM
      post          [=====]                 kind=client service.name=gateway
    tool.search                [====]       type=TOOL !error
      post                     [=]          kind=client service.name=gateway !error
`);

const found = (query: Partial<typeof emptyQuery>): string => {
  const result = findSpans(table, { ...emptyQuery, ...query });
  return result === null ? "nothing asked" : Array.from(result.spans).join("");
};

describe("finds", () => {
  test.each([
    [{}, "nothing asked"],
    [{ text: " " }, "nothing asked"],
    [{ text: "POST" }, "24"],
    [{ text: "gateway" }, "24"],
    [{ text: "post plan" }, ""],
    [{ text: "-post" }, "013"],
    [{ text: "agent" }, "013"],
    [{ text: ">9ms" }, "01"],
    // Half of 20 ms; as long as that is not longer.
    [{ text: ">50%" }, "0"],
    [{ text: "0000000000000003" }, "2"],
    [{ category: "llm" as const }, "1"],
    [{ category: "http" as const, onlyErrors: true }, "4"],
    [{ service: "gateway" }, "24"],
    [{ onlyErrors: true }, "34"],
    [{ onlyErrors: true, text: "tool" }, "3"],
  ])("%j → %s", (query, want) => expect(found(query)).toBe(want));
});

test("services are told once each", () => expect(servicesOf(table)).toEqual(["agent", "gateway"]));

test("what is kept is what was found and the way to it; a subtree knows whether it holds any", () => {
  fc.assert(
    fc.property(arbitraryTable(), (any) => {
      const result = findSpans(any, { ...emptyQuery, onlyErrors: true });
      if (result === null) throw new Error("errors were asked for");
      const kept = withAncestors(result, any);
      for (let span = 0; span < any.nSpans; span++) {
        const isOnTheWay = result.spans.some((one) => one >= span && one < (any.subtreeEnd[span] ?? 0));
        expect(kept[span]).toBe(isOnTheWay ? 1 : 0);
        expect(hasFoundWithin(result, any, span)).toBe(isOnTheWay);
      }
    }),
  );
});

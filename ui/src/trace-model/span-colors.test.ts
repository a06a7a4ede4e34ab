import { expect, test } from "vitest";
import { colorsOf } from "./span-colors.ts";
import { spanCategories } from "./span-category.ts";
import { drawTable } from "./testing/draw.ts";

const table = drawTable(`
            0....5....10
  a         [=========]    service.name=web type=AGENT source=mlflow
    b       [====]         service.name=db kind=client
    c       [===]          service.name=web kind=client source=opentelemetry-inferred
`);

const names = (by: "kind" | "service" | "source"): string[] =>
  Array.from(colorsOf(table, by), (color) => spanCategories[color] ?? "");

test("colours say the kind, the service or the source", () => {
  expect(names("kind")).toEqual(["agent", "http", "http"]);
  expect(names("service")).toEqual(["server", "llm", "server"]);
  expect(names("source")).toEqual(["llm", "http", "oth"]);
});

test("more services than colours share them, and none is the grey of no kind", () => {
  const lines = Array.from({ length: 20 }, (_, i) => `  s  [===]  service.name=service-${i}`);
  const many = drawTable(["     0....5....10", ...lines].join("\n"));
  const colors = new Set(colorsOf(many, "service"));
  expect(colors.size).toBe(7);
  expect(colors.has(spanCategories.indexOf("oth"))).toBe(false);
});

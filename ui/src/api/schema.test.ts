import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { schemaFrom } from "../../scripts/schema-source.mjs";

const ui = join(import.meta.dirname, "../..");

test("the generated types are what openapi.json says: else run `cargo xtask codegen`", async () => {
  const committed = readFileSync(join(ui, "src/api/gen/schema.ts"), "utf8");
  expect(committed).toBe(await schemaFrom(join(ui, "openapi.json")));
});

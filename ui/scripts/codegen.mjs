// Writes the client types from the server's OpenAPI document: `npm run codegen`; `-- --check` only says whether they are current.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { schemaFrom } from "./schema-source.mjs";

const root = join(import.meta.dirname, "..");
const target = join(root, "src/api/gen/schema.ts");
const wanted = await schemaFrom(join(root, "openapi.json"));

if (!process.argv.includes("--check")) {
  writeFileSync(target, wanted);
} else if (readFileSync(target, "utf8") !== wanted) {
  console.error("src/api/gen/schema.ts is not what openapi.json says: run `cargo xtask codegen`");
  process.exit(1);
}

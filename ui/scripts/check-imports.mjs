// Fails if a file in `src` imports or uses what architecture does not allow it to: `npm run check:imports [-- SRC]`.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { violationsOf } from "./import-rules.mjs";

const src = process.argv[2] ?? join(import.meta.dirname, "../src");
const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(tsx?|css)$/.test(entry.name) && !entry.name.endsWith(".d.ts"))
  .map((entry) => relative(src, join(entry.parentPath, entry.name)).split(sep).join("/"))
  .sort();

let nViolations = 0;
for (const path of files) {
  for (const violation of violationsOf(path, readFileSync(join(src, path), "utf8"))) {
    console.error(`src/${path} ${violation}`);
    nViolations += 1;
  }
}
if (files.length === 0) {
  console.error(`no source files in ${src}`);
  process.exit(2);
}
if (nViolations > 0) {
  console.error(`\n${nViolations} violations. The rules are in ui/scripts/import-rules.mjs`);
  process.exit(1);
}
console.log(`${files.length} files keep the import rules`);

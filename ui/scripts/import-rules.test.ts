import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { violationsOf } from "./import-rules.mjs";

describe("refuses", () => {
  test.each([
    ["base/time.ts", `import { x } from "../trace-model/decode.ts";`, "src/base may import only itself"],
    ["trace-model/a.ts", `import type { X } from "../waterfall/layout.ts";`, "src/trace-model may import only base"],
    ["waterfall/a.ts", `export { x } from "../api/client.ts";`, "src/waterfall may import only base, trace-model"],
    ["waterfall/a.ts", `import { useState } from "react";`, "src/waterfall is pure"],
    ["components/A.tsx", `import { x } from "../api/queries.ts";`, "src/components may import only base, styles"],
    ["api/a.ts", `const x = await import("../features/traces/feed.ts");`, "src/api may import only base"],
    ["features/traces/a.ts", `import { x } from "../trace/b.ts";`, "features don't import one another"],
    ["features/traces/a.ts", `import { x } from "../../app/router.tsx";`, "src/features may import only"],
    ["features/traces/a.ts", `import { invoke } from "@tauri-apps/api/core";`, "only platform may"],
    ["features/traces/a.ts", `import createClient from "openapi-fetch";`, "only api may"],
    ["features/traces/a.ts", `import { x } from "../../../scripts/a.mjs";`, "leaves src"],
    ["features/traces/a.tsx", `const a = <p onClick={() => fetch("/x")} />;`, "uses fetch: allowed in src/api"],
    ["app/a.ts", `window.fetch("/x");`, "uses fetch: allowed in src/api"],
    ["app/a.ts", `const s = new EventSource("/live");`, "uses EventSource: allowed in src/api"],
    ["app/a.ts", `localStorage.setItem("a", "b");`, "uses localStorage: allowed in no file"],
    ["waterfall/renderer.ts", `canvas.getContext("2d");`, "only files named canvas2d.ts"],
    ["features/traces/index.ts", ``, "is a barrel file"],
    ["base/utils.ts", ``, "is named for nothing"],
    ["misc/a.ts", ``, "src/misc is not a folder of architecture.md"],
  ])("%s: %s", (path, text, complaint) => {
    const violations = violationsOf(path, text);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(complaint);
  });
});

describe("allows", () => {
  test.each([
    ["trace-model/a.ts", `import { assert } from "../base/assert.ts";`],
    ["waterfall/canvas2d.ts", `canvas.getContext("2d");`],
    ["features/traces/a.ts", `import { x } from "../../api/queries.ts"; import { y } from "./feed.ts";`],
    ["features/traces/a.ts", `const { fetch: load } = query; query.fetch(); type A = { fetch: () => void };`],
    ["app/a.ts", `import { TracePage } from "../features/trace/TracePage.tsx"; // fetch("/x")`],
    ["waterfall/layout.test.ts", `import { test } from "vitest";`],
    ["api/client.ts", `await fetch("/x");`],
    ["main.tsx", `import { App } from "./app/App.tsx"; import "./styles/tokens.css";`],
  ])("%s: %s", (path, text) => expect(violationsOf(path, text)).toEqual([]));
});

test("the command fails and names the file", () => {
  const src = mkdtempSync(join(tmpdir(), "import-rules-"));
  try {
    const run = () =>
      spawnSync(process.execPath, [join(import.meta.dirname, "check-imports.mjs"), src], { encoding: "utf8" });
    mkdirSync(join(src, "base"));
    writeFileSync(join(src, "base/a.ts"), "export const a = 1;");
    expect(run()).toMatchObject({ status: 0, stdout: "1 files keep the import rules\n" });
    writeFileSync(join(src, "base/b.ts"), `import "../api/client.ts";`);
    const failed = run();
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain("src/base/b.ts imports ../api/client.ts");
  } finally {
    rmSync(src, { recursive: true });
  }
});

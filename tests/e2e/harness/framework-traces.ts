// Traces of real agent frameworks, read in place where their folder is present.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./paths.ts";

const folder = process.env["TRACELOUPE_FRAMEWORK_TRACES"] ?? join(root, "../shared/data/framework-traces");

/** Whether the folder is there; says so if it is not. */
export function hasFrameworkTraces(): boolean {
  if (existsSync(folder)) return true;
  // oxlint-disable-next-line no-console -- a skipped test says why
  console.log(`SKIP traces of frameworks: there is no ${folder}`);
  return false;
}

/** Sends one file as the exporter would have. */
export async function sendFrameworkTrace(url: string, name: string): Promise<void> {
  const body = await readFile(join(folder, `${name}.json`), "utf8");
  const response = await fetch(`${url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
}

// Where the binaries under test, the Python clients and the artefacts are.
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../../..");
export const traceloupe = process.env["TRACELOUPE_BIN"] ?? join(root, "target/debug/traceloupe");
export const traceloupeDesktop = process.env["TRACELOUPE_DESKTOP_BIN"] ?? join(root, "target/debug/traceloupe-desktop");
export const pythonClients = join(root, "tests/clients/python");
export const artifacts = join(root, "artifacts");

// The desktop app as a person starts it: no driver, only a screen and signals.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Display } from "./display.ts";
import { cleanEnvironment, type Folder } from "./folders.ts";
import { traceloupeDesktop } from "./paths.ts";
import { Program } from "./programs.ts";
import { freePorts } from "./server.ts";

/** Starts the app on free ports with `data` of the folder as its data folder. */
export function startDesktop(
  display: Display,
  folder: Folder,
  args: readonly string[] = freePorts,
  env: NodeJS.ProcessEnv = {},
): Program {
  return new Program(traceloupeDesktop, ["--data-dir", folder.at("data"), ...args], {
    env: cleanEnvironment(folder, { DISPLAY: display.name, NO_AT_BRIDGE: "1", ...env }),
  });
}

/** Everything in the app's log files. */
export function readLogs(folder: Folder): string {
  const logs = folder.at("data", "logs");
  if (!existsSync(logs)) return "";
  return readdirSync(logs)
    .map((name) => readFileSync(`${logs}/${name}`, "utf8"))
    .join("");
}

// Temporary folders of a test, and an environment in which nothing of the person's own settings counts.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that is removed at the end. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "traceloupe-e2e-"));

  /** Returns the path of something in it. */
  at(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The environment of a program under test: its own configuration, data, cache and run-time folders, no session bus. */
export function cleanEnvironment(folder: Folder, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(TRACELOUPE_|XDG_|DBUS_|DISPLAY$|WAYLAND_DISPLAY$|RUST_LOG$|FORCE_COLOR$)/.test(name),
  );
  const own: Record<string, string> = { HOME: folder.at("home") };
  for (const [name, part] of [
    ["XDG_CONFIG_HOME", "config"],
    ["XDG_DATA_HOME", "data-home"],
    ["XDG_CACHE_HOME", "cache"],
    ["XDG_STATE_HOME", "state"],
    ["XDG_RUNTIME_DIR", "run"],
  ] as const) {
    own[name] = folder.at(part);
  }
  for (const path of Object.values(own)) mkdirSync(path, { recursive: true, mode: 0o700 });
  return { ...Object.fromEntries(kept), ...own, RUST_BACKTRACE: "1", ...extra };
}

// Starts the programs of a test, keeps what they print, and sees to it that none of them outlives the test.
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { until } from "./until.ts";

export type End = { code: number | null; signal: NodeJS.Signals | null };
export type ProgramOptions = { env?: NodeJS.ProcessEnv; cwd?: string };

const started = new Set<Program>();

/** Ends every program that a failed test left behind, with all that is below it; returns what they were. */
export async function endLeftovers(): Promise<string[]> {
  const leftovers = [...started].filter((program) => program.isRunning);
  started.clear();
  for (const program of leftovers) await program.stop("SIGKILL").catch(() => {});
  return leftovers.map((program) => program.report());
}

/** A running program with everything that it printed so far. */
export class Program {
  readonly pid: number;
  readonly ended: Promise<End>;
  stdout = "";
  stderr = "";
  #end: End | undefined;
  readonly #child: ChildProcess;
  readonly #command: string;

  constructor(command: string, args: readonly string[], options: ProgramOptions = {}) {
    this.#command = [command.split("/").at(-1), ...args].join(" ");
    this.#child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (code, signal) => {
        this.#end = { code, signal };
        resolve(this.#end);
      });
    });
    // Whoever waits for the end sees a failed start; without anybody waiting it must not end the test run.
    this.ended.catch(() => {});
    if (this.#child.pid === undefined) throw new Error(`cannot start ${this.#command}`);
    this.pid = this.#child.pid;
    started.add(this);
  }

  get isRunning(): boolean {
    return this.#end === undefined;
  }

  /** Waits for the first complete line of stdout that `matches`. */
  async line(matches: (line: string) => boolean, limitMs = 30_000): Promise<string> {
    return await until(`${this.#command} to print a line`, limitMs, () => {
      const line = this.stdout.split("\n").slice(0, -1).find(matches);
      if (line === undefined && this.#end) throw new Error(`${this.#command} ended early\n${this.report()}`);
      return line;
    });
  }

  /** Sends a signal, waits for the end, and checks that everything below it has ended too. */
  async stop(signal: NodeJS.Signals = "SIGTERM", limitMs = 20_000): Promise<End> {
    const pids = [this.pid, ...descendants(this.pid)];
    if (!this.#end) this.#child.kill(signal);
    try {
      await until(`${this.#command} to end`, limitMs, () => this.#end);
      const areGone = (): boolean => pids.every((pid) => !isAlive(pid));
      if (signal !== "SIGKILL") await until(`the processes below ${this.#command} to end`, limitMs, areGone);
    } finally {
      for (const pid of pids.filter(isAlive)) process.kill(pid, "SIGKILL");
    }
    return await this.ended;
  }

  /** What it printed, for a failure message. */
  report(): string {
    return `${this.#command}: ${JSON.stringify(this.#end ?? "running")}\n${this.stdout}\n${this.stderr}`;
  }
}

/** Runs a program to its end; throws with all that it printed unless the exit code is 0. */
export async function run(command: string, args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const program = new Program(command, args, options);
  const { code } = await program.ended;
  if (code !== 0) throw new Error(program.report());
  return program.stdout;
}

/** Returns the path of the first of these programs that is on PATH. */
export function findProgram(...names: readonly string[]): string {
  for (const name of names) {
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Not in this folder.
      }
    }
  }
  throw new Error(`none of ${names.join(", ")} is on PATH`);
}

/** Lists the processes below `pid`. */
export function descendants(pid: number): number[] {
  const processes = readProcesses();
  const found = [pid];
  // The list grows while it is walked.
  for (const parent of found) {
    found.push(...processes.filter((process) => process.parent === parent).map((process) => process.pid));
  }
  return found.slice(1);
}

/** Whether the process is there and not only waiting to be collected by its parent. */
export function isAlive(pid: number): boolean {
  return readProcesses().some((process) => process.pid === pid && process.state !== "Z");
}

type ProcessRow = { pid: number; name: string; parent: number; state: string };

/** Reads /proc; a process may end between two looks. */
export function readProcesses(): ProcessRow[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      // The name in brackets may hold blanks and brackets.
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
      return [{ pid: Number(entry), name, parent: Number(parent), state: state ?? "" }];
    } catch {
      return [];
    }
  });
}

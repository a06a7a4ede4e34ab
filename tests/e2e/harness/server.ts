// The real headless binary on free ports, with a data folder of its own.
import { cleanEnvironment, Folder } from "./folders.ts";
import { traceloupe } from "./paths.ts";
import { Program } from "./programs.ts";

/** The line that the server prints once it accepts connections. */
export type Ready = {
  event: "ready";
  http: string;
  otlp_http: string;
  otlp_grpc: string;
  data_dir: string;
  version: string;
};

export const freePorts = ["--listen", "127.0.0.1:0", "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0"];

/** Waits for the ready line of a program. */
export async function readReady(program: Program): Promise<Ready> {
  const line = await program.line((text) => text.startsWith('{"event":"ready"'));
  return JSON.parse(line) as Ready;
}

/** A running server. */
export class Server {
  readonly url: string;
  readonly ready: Ready;
  #program: Program;
  readonly #folder: Folder;

  private constructor(program: Program, folder: Folder, ready: Ready) {
    this.#program = program;
    this.#folder = folder;
    this.ready = ready;
    this.url = `http://${ready.http}`;
  }

  static async start(...args: readonly string[]): Promise<Server> {
    const folder = new Folder();
    const program = new Program(traceloupe, ["serve", ...freePorts, "--data-dir", folder.at("data"), ...args], {
      env: cleanEnvironment(folder),
    });
    return new Server(program, folder, await readReady(program));
  }

  /** Stops it as a person would, and fails unless it ends in good order. */
  async stop(): Promise<void> {
    await this.end();
    this.#folder.remove();
  }

  /** Ends the program and leaves its data. */
  async end(): Promise<void> {
    const { code } = await this.#program.stop("SIGTERM");
    if (code !== 0) throw new Error(`exit code ${code}\n${this.#program.report()}`);
  }

  /** Starts it again on its data, with its page where it was. */
  async startAgain(): Promise<void> {
    const { http } = this.ready;
    const ports = ["--listen", http, "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0"];
    this.#program = new Program(traceloupe, ["serve", ...ports, "--data-dir", this.#folder.at("data")], {
      env: cleanEnvironment(this.#folder),
    });
    await readReady(this.#program);
  }
}

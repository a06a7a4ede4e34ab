// A virtual screen, and pictures of what is really on it.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { findProgram, Program, run } from "./programs.ts";
import { until } from "./until.ts";
import { askToClose } from "./x11.ts";

/** An X server without a monitor. There is no window manager: windows lie at 0,0 without a frame. */
export class Display {
  readonly name: string;
  readonly #server: Program;

  private constructor(server: Program, name: string) {
    this.#server = server;
    this.name = name;
  }

  static async start(width: number, height: number): Promise<Display> {
    // The server itself picks a free display number and says which on stdout.
    const args = ["-displayfd", "1", "-screen", "0", `${width}x${height}x24`, "-nolisten", "tcp", "-noreset"];
    const server = new Program(findProgram("Xvfb"), args);
    return new Display(server, `:${(await server.line(() => true)).trim()}`);
  }

  /** Waits for a visible window with exactly this title, and returns its id. */
  async window(title: string): Promise<string> {
    return await until(`a window called “${title}”`, 30_000, async () => (await this.windows(title))[0]);
  }

  /** The visible windows with exactly this title. */
  async windows(title: string): Promise<string[]> {
    const search = new Program("xdotool", ["search", "--onlyvisible", "--name", `^${title}$`], {
      env: this.env(),
    });
    await search.ended;
    return search.stdout.split("\n").filter((id) => id !== "");
  }

  async resize(windowId: string, width: number, height: number): Promise<void> {
    await this.xdotool("windowsize", "--sync", windowId, String(width), String(height));
  }

  /** How many colours a window shows: one while nothing is painted. */
  async nColours(windowId: string): Promise<number> {
    return Number(await run("convert", [`x:${windowId}`, "-format", "%k", "info:"], { env: this.env() }));
  }

  /** Mean brightness of a window, from 0 to 1. */
  async brightness(windowId: string): Promise<number> {
    const args = [`x:${windowId}`, "-colorspace", "Gray", "-format", "%[fx:mean]", "info:"];
    return Number(await run("convert", args, { env: this.env() }));
  }

  /** Width and height of a window. */
  async size(windowId: string): Promise<{ width: number; height: number }> {
    const geometry = await this.xdotool("getwindowgeometry", "--shell", windowId);
    const read = (name: string): number => Number(new RegExp(`^${name}=(\\d+)$`, "m").exec(geometry)?.[1]);
    return { width: read("WIDTH"), height: read("HEIGHT") };
  }

  /** Asks a window to close, as a window manager's button does. */
  async close(windowId: string): Promise<void> {
    await askToClose(this.name, Number(windowId));
  }

  /** Clicks where a message dialog has its one button. */
  async clickLowerMiddle(windowId: string): Promise<void> {
    const { width, height } = await this.size(windowId);
    await this.xdotool("mousemove", "--window", windowId, String(width / 2), String(height - 18), "click", "1");
  }

  async xdotool(...args: readonly string[]): Promise<string> {
    return await run("xdotool", args, { env: this.env() });
  }

  /** Saves the pixels of a window, or of the whole screen. */
  async picture(file: string, windowId = "root"): Promise<void> {
    mkdirSync(dirname(file), { recursive: true });
    await run("import", ["-window", windowId, file], { env: this.env() });
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  env(): NodeJS.ProcessEnv {
    return { ...process.env, DISPLAY: this.name };
  }
}

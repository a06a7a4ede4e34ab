// The real desktop app, started and driven through WebKitWebDriver.
import { Builder, Capabilities, type WebDriver } from "selenium-webdriver";
import type { Display } from "./display.ts";
import { cleanEnvironment, type Folder } from "./folders.ts";
import { freePort } from "./free-port.ts";
import { traceloupeDesktop } from "./paths.ts";
import { descendants, findProgram, isAlive, Program, readProcesses } from "./programs.ts";
import { freePorts } from "./server.ts";
import { until } from "./until.ts";

/** A window under the control of a test. */
export class DrivenWindow {
  readonly page: WebDriver;
  /** Address of the server in the app. */
  readonly url: string;
  /** Process of the app. */
  readonly pid: number;
  readonly #service: Program;

  private constructor(page: WebDriver, url: string, pid: number, service: Program) {
    this.page = page;
    this.url = url;
    this.pid = pid;
    this.#service = service;
  }

  static async open(display: Display, folder: Folder, ...args: readonly string[]): Promise<DrivenWindow> {
    const port = await freePort();
    const env = cleanEnvironment(folder, {
      DISPLAY: display.name,
      NO_AT_BRIDGE: "1",
      // Without this the web view refuses automation; in production it must not be set.
      TAURI_WEBVIEW_AUTOMATION: "true",
    });
    const service = new Program(findProgram("WebKitWebDriver"), ["--host=127.0.0.1", `--port=${port}`], { env });
    try {
      await until("WebKitWebDriver", 20_000, () => answers(`http://127.0.0.1:${port}/status`));
      const capabilities = new Capabilities();
      // Selenium refuses an empty name; WebKitWebDriver does not look at it.
      capabilities.setBrowserName("wry");
      capabilities.set("webkitgtk:browserOptions", {
        binary: traceloupeDesktop,
        args: [...freePorts, "--data-dir", folder.at("data"), ...args],
      });
      const page = await new Builder().usingServer(`http://127.0.0.1:${port}/`).withCapabilities(capabilities).build();
      const url = await until("the first page", 30_000, async () => {
        const { protocol, origin } = new URL(await page.getCurrentUrl());
        return protocol === "http:" && origin;
      });
      return new DrivenWindow(page, url, appBelow(service.pid), service);
    } catch (error) {
      await service.stop();
      throw new Error(`cannot open the window\n${service.report()}`, { cause: error });
    }
  }

  /** Opens an address of the app. */
  async go(path: string): Promise<void> {
    await this.page.get(this.url + path);
  }

  /**
   * Ends the app in good order, then the driver, and sees that both are gone. The other way round the driver may end before it
   * has ended the app.
   */
  async quit(): Promise<void> {
    process.kill(this.pid, "SIGTERM");
    try {
      await until("the app to end", 20_000, () => !isAlive(this.pid));
    } finally {
      await this.#service.stop();
    }
  }
}

function appBelow(pid: number): number {
  const below = new Set(descendants(pid));
  // The kernel cuts names at 15 characters.
  const app = readProcesses().find((process) => below.has(process.pid) && process.name === "traceloupe-desk");
  if (!app) throw new Error("the app is not among the driver's processes");
  return app.pid;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

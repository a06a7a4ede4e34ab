// The page of the same 1,000-span trace here and on a real MLflow server: from the navigation until nothing changes any more.
/* oxlint-disable no-console -- a bench prints its figures */
import { type Page, test } from "@playwright/test";
import { cleanEnvironment, Folder } from "../harness/folders.ts";
import { freePort } from "../harness/free-port.ts";
import { Program } from "../harness/programs.ts";
import { Server } from "../harness/server.ts";
import { sendShape } from "../harness/shapes.ts";
import { until } from "../harness/until.ts";

const mlflow = process.env["TRACELOUPE_BENCH_MLFLOW"];
const nSpans = 1000;
/** How long the page must have stood still to count as complete. */
const stillMs = 3_000;

test("a trace page beside MLflow's", async ({ page }) => {
  test.skip(mlflow === undefined, "there is no mlflow program to compare with");
  test.setTimeout(600_000);
  const server = await Server.start();
  const other = await MlflowServer.start(mlflow ?? "");
  try {
    const traceId = await sendShape(server.url, "agent", nSpans);
    const same = await fetch(`${server.url}/traceloupe/v1/traces/${traceId}/otlp?format=protobuf`);
    const sent = await fetch(`${other.url}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf", "x-mlflow-experiment-id": "0" },
      body: await same.arrayBuffer(),
    });
    if (!sent.ok) throw new Error(`MLflow refused the trace: ${sent.status} ${await sent.text()}`);
    const lines = [];
    for (const [name, address] of [
      ["Traceloupe", `${server.url}/traces/${traceId}`],
      ["MLflow", `${other.url}/#/experiments/0/traces?selectedEvaluationId=tr-${traceId}`],
    ] as const) {
      // The first visit fills caches; the second counts.
      await complete(page, address);
      lines.push({ page: name, ...(await complete(page, address)) });
    }
    console.table(lines);
  } finally {
    await other.stop();
    await server.stop();
  }
});

/** Opens an address; returns when its document changed last before it stood still, and how large it is then. */
async function complete(page: Page, address: string): Promise<{ "complete ms": number; "DOM nodes": number }> {
  await page.goto("about:blank");
  await page.goto(address, { waitUntil: "commit" });
  await page.evaluate(() => {
    const state = { last: performance.now() };
    Object.assign(window, { traceloupeStill: state });
    const note = (): void => void (state.last = performance.now());
    new MutationObserver(note).observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
  });
  // A name that the trace has many times: before it is there nothing was shown.
  await page.getByText("step", { exact: false }).first().waitFor({ timeout: 120_000 });
  const figures = (): Promise<[number, number, number]> =>
    page.evaluate(() => {
      const { last } = (window as unknown as { traceloupeStill: { last: number } }).traceloupeStill;
      return [last, performance.now() - last, document.querySelectorAll("*").length] as [number, number, number];
    });
  await until("a page that stands still", 180_000, async () => (await figures())[1] > stillMs);
  const [last, , nNodes] = await figures();
  return { "complete ms": Math.round(last), "DOM nodes": nNodes };
}

class MlflowServer {
  readonly url: string;
  readonly #program: Program;
  readonly #folder: Folder;

  private constructor(url: string, program: Program, folder: Folder) {
    this.url = url;
    this.#program = program;
    this.#folder = folder;
  }

  static async start(path: string): Promise<MlflowServer> {
    const [folder, port] = [new Folder(), await freePort()];
    const store = [
      "--backend-store-uri",
      `sqlite:///${folder.at("mlflow.db")}`,
      "--artifacts-destination",
      folder.at("artifacts"),
    ];
    const program = new Program(path, ["server", "--host", "127.0.0.1", "--port", String(port), ...store], {
      env: cleanEnvironment(folder, { MLFLOW_DISABLE_TELEMETRY: "true" }),
      cwd: folder.path,
    });
    const url = `http://127.0.0.1:${port}`;
    const answers = async (): Promise<boolean> => {
      try {
        return (await fetch(`${url}/health`)).ok;
      } catch {
        return false;
      }
    };
    await until("MLflow's server", 120_000, answers);
    return new MlflowServer(url, program, folder);
  }

  async stop(): Promise<void> {
    await this.#program.stop("SIGTERM");
    this.#folder.remove();
  }
}

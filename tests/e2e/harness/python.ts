// Runs the programs of tests/clients/python with the real SDKs, against a fake OpenAI on loopback.
import { join } from "node:path";
import { pythonClients, root } from "./paths.ts";
import { findProgram, Program, run } from "./programs.ts";

/** The interpreter of the clients' virtual environment. */
export const clientPython = join(root, "target/clients/python/bin/python");

const serveFakeOpenAi = `
import time
from fake_openai import FakeOpenAI
with FakeOpenAI() as fake:
    print(fake.base_url, flush=True)
    time.sleep(3600)
`;

/** Whether the machine has Python at all. */
export function hasPython(): boolean {
  try {
    return findProgram("python3") !== "";
  } catch {
    return false;
  }
}

/** Makes the virtual environment, if it is not there yet. */
export async function installClients(): Promise<void> {
  await run(join(pythonClients, "run"), ["--version"]);
}

/** Runs one scenario to its end, with the tracking URI that a user would set; returns what it printed. */
export async function runScenario(name: string, url: string, ...args: readonly string[]): Promise<string> {
  const openAi = new Program(clientPython, ["-c", serveFakeOpenAi], { cwd: pythonClients });
  try {
    const baseUrl = await openAi.line((line) => line.startsWith("http://"));
    return await run(clientPython, [join(pythonClients, "scenarios", `${name}.py`), ...args], {
      cwd: join(pythonClients, "scenarios"),
      env: {
        ...process.env,
        MLFLOW_TRACKING_URI: url,
        MLFLOW_DISABLE_TELEMETRY: "true",
        MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
        OPENAI_BASE_URL: baseUrl,
        OPENAI_API_KEY: "not-a-key",
      },
    });
  } finally {
    await openAi.stop("SIGKILL");
  }
}

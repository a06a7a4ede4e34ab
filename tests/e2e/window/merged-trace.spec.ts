// The proof of the whole: FastAPI with the MLflow SDK and OpenTelemetry, the real window, one trace with both kinds of badge.
import { putTheme, traceWith } from "../harness/api.ts";
import type { Display } from "../harness/display.ts";
import { artifacts } from "../harness/paths.ts";
import { hasPython, installClients, runScenario } from "../harness/python.ts";
import { until } from "../harness/until.ts";
import { DrivenWindow } from "../harness/window.ts";
import { expect, screen, test } from "./fixtures.ts";
import { openTrace, selectRow } from "./page.ts";

// Name, level and who made it, as MLflow 3.18 and the instrumentation send them: from the second request on both SDKs work
// together (see tests/clients/python/test_seed.py).
const tree: readonly (readonly [name: string, level: number, source: "mlflow" | "otel"])[] = [
  ["POST /rag/v1/answer", 1, "otel"],
  ["answer_question", 2, "mlflow"],
  ["POST /rag/v1/answer http receive", 3, "otel"],
  ["retrieve", 3, "otel"],
  ["rerank", 4, "mlflow"],
  ["generate", 3, "mlflow"],
  ["Responses", 4, "mlflow"],
  ["POST /rag/v1/answer http send", 2, "otel"],
  ["POST /rag/v1/answer http send", 2, "otel"],
];

const setups = [
  // MLflow alone exports: that a span is OpenTelemetry's is inferred, and its badge says so.
  { setup: "a", otel: "opentelemetry-inferred", otelBadge: "OTel?" },
  // Both export.
  { setup: "b", otel: "opentelemetry", otelBadge: "OTel" },
] as const;

const sizes = [{ width: 1280, height: 800 }, screen];

for (const { setup, otel, otelBadge } of setups) {
  test(`FastAPI in setup ${setup}: all spans, both badges`, async ({ display, folder }) => {
    test.skip(!hasPython(), "there is no python3");
    test.setTimeout(300_000);
    await installClients();
    const window = await DrivenWindow.open(display, folder);
    await runScenario(`fastapi_setup_${setup}`, window.url);
    const traceId = await until("the merged trace", 20_000, () => traceWith(window.url, tree.length));

    await openTrace(window, traceId);

    expect(await shownRows(window)).toEqual(
      tree.map(([name, level, source]) => ({
        name,
        level,
        source: source === "mlflow" ? "mlflow" : otel,
        badge: source === "mlflow" ? "MLflow" : otelBadge,
      })),
    );
    expect(
      await window.page.executeScript("return document.querySelector('[data-testid=waterfall]').dataset.nSpans"),
    ).toBe(String(tree.length));
    expect(await nCanvasColours(window)).toBeGreaterThan(4);

    await selectRow(window, "Responses");
    await picturesOf(window, display, setup);
    await window.quit();
  });
}

type Row = { name: string; level: number; source: string; badge: string };

async function shownRows(window: DrivenWindow): Promise<Row[]> {
  return await window.page.executeScript<Row[]>(`
    return [...document.querySelectorAll("[data-testid=waterfall-row]")].map((row) => ({
      name: row.querySelector("[title][class*=label]").textContent,
      level: Number(row.getAttribute("aria-level")),
      source: row.dataset.source,
      badge: row.querySelector("[data-testid=source-badge]").textContent,
    }));
  `);
}

/** Blank and background are one or two. */
async function nCanvasColours(window: DrivenWindow): Promise<number> {
  return await window.page.executeScript<number>(`
    const canvas = document.querySelector("[data-testid=waterfall] canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  `);
}

/** Pictures of the real window, for a person to judge. */
async function picturesOf(window: DrivenWindow, display: Display, setup: string): Promise<void> {
  const id = await display.window(".*Traceloupe");
  const windowTitle = async (): Promise<string> => (await display.xdotool("getwindowname", id)).trim();
  await until("the window's title", 10_000, async () => (await windowTitle()) === "POST /rag/v1/answer · Traceloupe");
  for (const theme of ["light", "dark"] as const) {
    await putTheme(window.url, theme);
    await until(`the ${theme} theme`, 10_000, async () => (await shownTheme(window)) === theme);
    for (const { width, height } of sizes) {
      await display.resize(id, width, height);
      await until("the new size", 10_000, async () => (await innerSize(window)) === `${width}x${height}`);
      await settle(window);
      await display.picture(`${artifacts}/window/merged-${setup}-${theme}-${width}x${height}.png`, id);
    }
  }
}

/** Waits until the page has drawn twice: what was changed before is on the screen then. */
async function settle(window: DrivenWindow): Promise<void> {
  const script = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))";
  await window.page.executeAsyncScript(script);
}

async function innerSize(window: DrivenWindow): Promise<unknown> {
  return await window.page.executeScript("return innerWidth + 'x' + innerHeight");
}

async function shownTheme(window: DrivenWindow): Promise<unknown> {
  return await window.page.executeScript("return document.documentElement.dataset.theme");
}

// How quickly traces open and move, from 1,000 to 1,000,000 spans.
// Prints figures, asserts nothing but that what was measured was shown. `cargo xtask bench --pages` runs it.
/* oxlint-disable no-console -- a bench prints its figures */
import { type Page, test } from "@playwright/test";
import { sendShape, type Shape, shapes } from "../harness/shapes.ts";
import { Server } from "../harness/server.ts";
import { type FrameFigures, framesOf, watchFrames } from "./frames.ts";

const sizes = (process.env["BENCH_SIZES"] ?? "1000,10000,100000,1000000").split(",").map(Number);
const chosenShapes = (process.env["BENCH_SHAPES"]?.split(",") as Shape[] | undefined) ?? shapes;
/** Openings of which the median counts. */
const nOpenings = 5;

test("traces", async ({ page }) => {
  test.setTimeout(1_800_000);
  const server = await Server.start();
  try {
    await watchFrames(page);
    const lines: Record<string, string>[] = [];
    for (const nSpans of sizes) {
      for (const shape of nSpans > 100_000 ? chosenShapes.filter((one) => one === "agent") : chosenShapes) {
        const traceId = await sendShape(server.url, shape, nSpans);
        lines.push({ shape, spans: String(nSpans), ...(await measure(page, server.url, traceId, nSpans)) });
        console.table(lines.slice(-1));
      }
    }
    console.table(lines);
  } finally {
    await server.stop();
  }
});

async function measure(page: Page, url: string, traceId: string, nSpans: number): Promise<Record<string, string>> {
  const opened: number[] = [];
  for (let opening = 0; opening < nOpenings; opening++) opened.push(await open(page, url, traceId, nSpans));
  const figures: Record<string, string> = { "opened ms": median(opened).toFixed(0) };
  figures["DOM nodes"] = String(await page.evaluate(() => document.querySelectorAll("*").length));
  const box = await page.getByTestId("waterfall").boundingBox();
  if (box === null) throw new Error("the waterfall has a place");
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2);
  const wheel = (deltaY: number, key?: "ctrlKey" | "shiftKey"): Promise<void> => turnWheel(page, deltaY, key);
  figures["scroll"] = textOf(await framesOf(page, () => wheel(240)));
  figures["zoom"] = textOf(await framesOf(page, () => wheel(-120, "ctrlKey")));
  figures["pan"] = textOf(await framesOf(page, () => wheel(120, "shiftKey")));
  await page.keyboard.press("0");
  figures["collapse ms"] = (await untilDrawn(page, () => page.keyboard.press("Z"))).toFixed(0);
  figures["expand ms"] = (await untilDrawn(page, () => page.keyboard.press("Z"))).toFixed(0);
  await page.keyboard.press("/");
  figures["find ms"] = (await untilDrawn(page, () => page.keyboard.insertText("step"))).toFixed(0);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  figures["critical ms"] = (await criticalPath(page)).toFixed(0);
  return figures;
}

/** Turns the wheel over the chart once a frame, forth and back; a driver from outside would be slower than frames. */
async function turnWheel(page: Page, deltaY: number, key?: "ctrlKey" | "shiftKey"): Promise<void> {
  await page.evaluate(
    async ([by, modifier]) => {
      const root = document.querySelector('[data-testid="waterfall"]');
      const grid = root?.querySelector('[role="treegrid"]');
      if (!root || !grid) throw new Error("the waterfall is there");
      const box = root.getBoundingClientRect();
      const place = { clientX: box.left + box.width * 0.7, clientY: box.top + box.height / 2 };
      for (let turn = 0; turn < 120; turn++) {
        const turned = turn % 40 < 20 ? by : -by;
        // A wheel event of a script does not scroll by itself.
        if (modifier === undefined) grid.scrollTop += turned;
        else {
          const init = { ...place, deltaY: turned, bubbles: true, cancelable: true, [modifier]: true };
          root.dispatchEvent(new WheelEvent("wheel", init));
        }
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    },
    [deltaY, key] as const,
  );
}

/** Opens the trace from the list by a click; returns the time between the marks. */
async function open(page: Page, url: string, traceId: string, nSpans: number): Promise<number> {
  await page.goto(`${url}/traces`);
  await page.locator(`a[href*="${traceId}"]`).first().click();
  await page.waitForFunction(
    ([id, count]) => {
      const waterfall = document.querySelector('[data-testid="waterfall"]');
      const isShown =
        waterfall?.getAttribute("data-trace-id") === id && waterfall?.getAttribute("data-n-spans") === count;
      return isShown && performance.getEntriesByName("waterfall-painted").length > 0;
    },
    [traceId, String(nSpans)],
    { timeout: 120_000 },
  );
  return await page.evaluate(() => {
    const [opening] = performance.getEntriesByName("trace-open");
    const [painted] = performance.getEntriesByName("waterfall-painted");
    return (painted?.startTime ?? 0) - (opening?.startTime ?? 0);
  });
}

/** Returns the time from a key press, as the page gets it, to the end of the frame that shows what it does. */
async function untilDrawn(page: Page, press: () => Promise<void>): Promise<number> {
  const measured = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const done = (before: number): void => {
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - before), 0));
        };
        const onInput = (): void => {
          const before = performance.now();
          document.removeEventListener("keydown", onInput, true);
          document.removeEventListener("input", onInput, true);
          done(before);
        };
        document.addEventListener("keydown", onInput, true);
        document.addEventListener("input", onInput, true);
      }),
  );
  // The listeners are there once the page has answered anything else.
  await page.evaluate(() => 0);
  await press();
  return await measured;
}

async function criticalPath(page: Page): Promise<number> {
  const measured = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let before = 0;
        document.addEventListener("keydown", () => (before = performance.now()), { capture: true, once: true });
        const watch = new MutationObserver(() => {
          if (document.querySelector('[data-testid="critical-path"] b') === null) return;
          watch.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - before), 0));
        });
        watch.observe(document.body, { subtree: true, childList: true });
      }),
  );
  await page.evaluate(() => 0);
  await page.keyboard.press("x");
  return await measured;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

function textOf({ nFrames, p95Ms, longestMs, missedShare }: FrameFigures): string {
  return `${p95Ms.toFixed(1)} ms (max ${longestMs.toFixed(1)}, ${nFrames} frames, ${(missedShare * 100).toFixed(0)} % late)`;
}

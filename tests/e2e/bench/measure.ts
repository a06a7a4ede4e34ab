// What is measured of a trace page, in every engine: how quickly it opens, moves and answers a key.
import { until } from "../harness/until.ts";
import { sendShape, type Shape, shapes } from "../harness/shapes.ts";
import { type FrameFigures, framesOf } from "./frames.ts";
import type { PageDriver } from "./page-driver.ts";

const sizes = (process.env["BENCH_SIZES"] ?? "1000,10000,100000,1000000").split(",").map(Number);
const chosenShapes = (process.env["BENCH_SHAPES"]?.split(",") as Shape[] | undefined) ?? shapes;
const comparedSizes = (process.env["BENCH_COMPARED"] ?? "1000,10000,50000").split(",").map(Number);
/** Openings of which the median counts. */
const nOpenings = 5;

declare global {
  interface Window {
    traceloupeMeasured?: Promise<number>;
  }
}

/** Sends traces of all sizes and shapes, opens and moves each, and prints the figures. */
/* oxlint-disable no-console -- a bench prints its figures */
export async function measureTraces(page: PageDriver, url: string): Promise<void> {
  const lines: Record<string, string>[] = [];
  for (const nSpans of sizes) {
    for (const shape of nSpans > 100_000 ? chosenShapes.filter((one) => one === "agent") : chosenShapes) {
      const traceId = await sendShape(url, shape, nSpans);
      lines.push({ shape, spans: String(nSpans), ...(await measure(page, url, traceId, nSpans)) });
      console.table(lines.slice(-1));
    }
  }
  console.table(lines);
}

async function measure(
  page: PageDriver,
  url: string,
  traceId: string,
  nSpans: number,
): Promise<Record<string, string>> {
  const opened: number[] = [];
  for (let opening = 0; opening < nOpenings; opening++) opened.push(await open(page, url, traceId, nSpans));
  const figures: Record<string, string> = { "opened ms": median(opened).toFixed(0) };
  figures["DOM nodes"] = String(await page.evaluate(() => document.querySelectorAll("*").length, null));
  const wheel = (deltaY: number, key?: "ctrlKey" | "shiftKey"): Promise<void> => turnWheel(page, deltaY, key);
  figures["scroll"] = textOf(await framesOf(page, () => wheel(240)));
  figures["zoom"] = textOf(await framesOf(page, () => wheel(-120, "ctrlKey")));
  figures["pan"] = textOf(await framesOf(page, () => wheel(120, "shiftKey")));
  await page.type("0");
  figures["collapse ms"] = (await untilDrawn(page, () => page.type("Z"))).toFixed(0);
  figures["expand ms"] = (await untilDrawn(page, () => page.type("Z"))).toFixed(0);
  await page.type("/");
  figures["find ms"] = (await untilDrawn(page, () => page.type("s"))).toFixed(0);
  await page.escape();
  await page.escape();
  figures["critical ms"] = (await criticalPath(page)).toFixed(0);
  return figures;
}

/** Sends two runs of 1,000 to 50,000 spans each, compares them, moves what is shown, and prints the figures. */
export async function measureComparisons(page: PageDriver, url: string): Promise<void> {
  const lines: Record<string, string>[] = [];
  for (const nSpans of comparedSizes) {
    const [baseline, candidate] = [await sendShape(url, "agent", nSpans), await sendShape(url, "agent", nSpans, true)];
    const opened: Opened[] = [];
    for (let opening = 0; opening < nOpenings; opening++) {
      opened.push(await openComparison(page, url, baseline, candidate));
    }
    // At the first opening the server aligns; later it may know the answer.
    const figures: Record<string, string> = { "first ms": (opened[0]?.all ?? 0).toFixed(0) };
    figures["opened ms"] = median(opened.map(({ all }) => all)).toFixed(0);
    figures["answers to paint ms"] = median(opened.map(({ inPage }) => inPage)).toFixed(0);
    figures["DOM nodes"] = String(await page.evaluate(() => document.querySelectorAll("*").length, null));
    const wheel = (deltaY: number, key?: "ctrlKey" | "shiftKey"): Promise<void> =>
      turnWheel(page, deltaY, key, "merged-waterfall");
    figures["scroll"] = textOf(await framesOf(page, () => wheel(240)));
    figures["zoom"] = textOf(await framesOf(page, () => wheel(-120, "ctrlKey")));
    figures["pan"] = textOf(await framesOf(page, () => wheel(120, "shiftKey")));
    await page.type("0");
    figures["only changes ms"] = (await untilDrawn(page, () => page.type("u"))).toFixed(0);
    figures["all ms"] = (await untilDrawn(page, () => page.type("u"))).toFixed(0);
    figures["next change ms"] = (await untilDrawn(page, () => page.type("]"))).toFixed(0);
    lines.push({ spans: `2 × ${nSpans}`, ...figures });
    console.table(lines.slice(-1));
  }
  console.table(lines);
}

/** Milliseconds from the page's first look at the address, and from the last answer, to the frame with all of it. */
type Opened = { all: number; inPage: number };

/** Opens a comparison by its address. */
async function openComparison(page: PageDriver, url: string, baseline: string, candidate: string): Promise<Opened> {
  await page.go("about:blank");
  await page.go(`${url}/compare?baseline=${baseline}&candidate=${candidate}`);
  const isPainted = (): Promise<boolean> =>
    page.evaluate(() => performance.getEntriesByName("comparison-painted").length > 0, null);
  await until("the merged waterfall", 300_000, isPainted);
  return await page.evaluate(() => {
    const [opening] = performance.getEntriesByName("compare-open");
    const painted = performance.getEntriesByName("comparison-painted")[0]?.startTime ?? 0;
    const answers = performance
      .getEntriesByType("resource")
      .filter(({ name }) => name.includes("/traceloupe/v1/compare"))
      .map((entry) => (entry as PerformanceResourceTiming).responseEnd);
    return { all: painted - (opening?.startTime ?? 0), inPage: painted - Math.max(...answers) };
  }, null);
}

/** Turns the wheel over the chart once a frame, forth and back; a driver from outside would be slower than frames. */
async function turnWheel(
  page: PageDriver,
  deltaY: number,
  key?: "ctrlKey" | "shiftKey",
  testId = "waterfall",
): Promise<void> {
  await page.evaluate(
    async ({ by, modifier, id }) => {
      const root = document.querySelector(`[data-testid="${id}"]`);
      const grid = root?.querySelector('[role="treegrid"]');
      if (!root || !grid) throw new Error("the waterfall is there");
      const box = root.getBoundingClientRect();
      const place = { clientX: box.left + box.width * 0.7, clientY: box.top + box.height / 2 };
      for (let turn = 0; turn < 120; turn++) {
        const turned = turn % 40 < 20 ? by : -by;
        // A wheel event of a script does not scroll by itself.
        if (modifier === null) grid.scrollTop += turned;
        else {
          const init = { ...place, deltaY: turned, bubbles: true, cancelable: true, [modifier]: true };
          root.dispatchEvent(new WheelEvent("wheel", init));
        }
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    },
    { by: deltaY, modifier: key ?? null, id: testId },
  );
}

/** Milliseconds between the list's appearance and the click: nobody clicks into a page that is still being made. */
const restBeforeClick = 300;

/** Milliseconds that a press lasts at least; a hand takes 60 to 120. The time that is measured starts at its end. */
const pressTime = 60;

/** Opens the trace from the list by a click; returns the time between the marks. */
async function open(page: PageDriver, url: string, traceId: string, nSpans: number): Promise<number> {
  await page.go(`${url}/traces`);
  await until("the trace in the list", 60_000, () =>
    page.evaluate((id) => document.querySelector(`a[href*="${id}"]`) !== null, traceId),
  );
  await new Promise((resolve) => setTimeout(resolve, restBeforeClick));
  await page.evaluate(
    async ({ id, pressed }) => {
      const link = document.querySelector<HTMLElement>(`a[href*="${id}"]`);
      link?.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve, pressed));
      link?.click();
    },
    { id: traceId, pressed: pressTime },
  );
  const isPainted = (): Promise<boolean> =>
    page.evaluate(
      ({ id, count }) => {
        const waterfall = document.querySelector('[data-testid="waterfall"]');
        const isShown =
          waterfall?.getAttribute("data-trace-id") === id && waterfall?.getAttribute("data-n-spans") === count;
        return isShown && performance.getEntriesByName("waterfall-painted").length > 0;
      },
      { id: traceId, count: String(nSpans) },
    );
  await until("the waterfall", 120_000, isPainted);
  return await page.evaluate(() => {
    const [opening] = performance.getEntriesByName("trace-open");
    const [painted] = performance.getEntriesByName("waterfall-painted");
    return (painted?.startTime ?? 0) - (opening?.startTime ?? 0);
  }, null);
}

/** Returns the time from a key press, as the page gets it, to the end of the frame that shows what it does. */
async function untilDrawn(page: PageDriver, press: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    window.traceloupeMeasured = new Promise<number>((resolve) => {
      const onInput = (): void => {
        const before = performance.now();
        document.removeEventListener("keydown", onInput, true);
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - before), 0));
      };
      document.addEventListener("keydown", onInput, true);
    });
  }, null);
  await press();
  return await measured(page);
}

/** The same for the critical path, which may have to be asked for. */
async function criticalPath(page: PageDriver): Promise<number> {
  await page.evaluate(() => {
    window.traceloupeMeasured = new Promise<number>((resolve) => {
      let before = 0;
      document.addEventListener("keydown", () => (before = performance.now()), { capture: true, once: true });
      const watch = new MutationObserver(() => {
        if (document.querySelector('[data-testid="critical-path"] b') === null) return;
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - before), 0));
      });
      watch.observe(document.body, { subtree: true, childList: true });
    });
  }, null);
  await page.type("x");
  return await measured(page);
}

async function measured(page: PageDriver): Promise<number> {
  return await page.evaluate(() => window.traceloupeMeasured ?? Promise.resolve(Number.NaN), null);
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

function textOf({ nFrames, p95Ms, longestMs, missedShare }: FrameFigures): string {
  return `${p95Ms.toFixed(1)} ms (max ${longestMs.toFixed(1)}, ${nFrames} frames, ${(missedShare * 100).toFixed(0)} % late)`;
}

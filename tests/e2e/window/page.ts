// What window tests do in the page, through the driver.
import type { WebElement } from "selenium-webdriver";
import { until } from "../harness/until.ts";
import type { DrivenWindow } from "../harness/window.ts";

/** Opens a trace and waits until its waterfall is painted. */
export async function openTrace(window: DrivenWindow, traceId: string): Promise<void> {
  await window.go(`/traces/${traceId}`);
  const painted = "return performance.getEntriesByName('waterfall-painted').at(-1)?.detail?.trace_id ?? null";
  await until("the waterfall", 20_000, async () => (await window.page.executeScript(painted)) === traceId);
}

/** Clicks the last row of this name, and waits until the inspector shows it. */
export async function selectRow(window: DrivenWindow, name: string): Promise<void> {
  const shown = "return document.querySelector('[data-testid=inspector] h2')?.textContent ?? null";
  await until(`the inspector of "${name}"`, 20_000, async () => {
    const label = await window.page.executeScript<WebElement | null>(
      `return [...document.querySelectorAll("[data-testid=waterfall-row] [title][class*=label]")]
        .findLast((label) => label.textContent === arguments[0]) ?? null;`,
      name,
    );
    // Rows are drawn anew while a trace is arriving: the one that was found may be gone.
    await label?.click().catch(() => {});
    return (await window.page.executeScript(shown)) === name;
  });
}

// Traces of the real MLflow SDK in the real window: what was asked and answered, which tool, which documents, what went wrong.
import { sdkSights } from "../harness/sdk-sights.ts";
import { hasPython, installClients } from "../harness/python.ts";
import { until } from "../harness/until.ts";
import { DrivenWindow } from "../harness/window.ts";
import { expect, test } from "./fixtures.ts";
import { openTrace, selectRow } from "./page.ts";

test("OpenAI calls, streams, tools, retrieval and exceptions read as in a browser", async ({ display, folder }) => {
  test.skip(!hasPython(), "there is no python3");
  test.setTimeout(300_000);
  await installClients();
  const window = await DrivenWindow.open(display, folder);
  for (const { what, traceId, span, tab, texts } of await sdkSights(window.url)) {
    await openTrace(window, traceId);
    await selectRow(window, span);
    const textOf = async (selector: string): Promise<string> =>
      String(await window.page.executeScript("return document.querySelector(arguments[0])?.innerText ?? ''", selector));
    const tabSelector = '[data-testid="inspector"] [role="tab"][aria-selected="true"]';
    expect(await textOf(tabSelector), what).toBe(tab);
    for (const text of texts) {
      await until(`"${text}" of ${what}`, 10_000, async () =>
        (await textOf('[data-testid="inspector"]')).includes(text),
      );
    }
  }
  await window.quit();
});

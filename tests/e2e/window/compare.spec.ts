// Two runs of a real program compared in the real window: rows, difference, keys, and that the canvas is painted.
import { hasPython, installClients, runScenario } from "../harness/python.ts";
import { until } from "../harness/until.ts";
import { DrivenWindow } from "../harness/window.ts";
import { expect, test } from "./fixtures.ts";

const painted = "return performance.getEntriesByName('comparison-painted').length";
const verdicts = `
  return Object.fromEntries([...document.querySelectorAll("[data-testid=waterfall-row]")].map((row) => [
    row.querySelector("[data-part=label]").textContent, row.dataset.verdict]));
`;
const nCanvasColours = `
  const canvas = document.querySelector("[data-testid=merged-waterfall] canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
`;

test("an agent in two versions", async ({ display, folder }) => {
  test.skip(!hasPython(), "there is no python3");
  test.setTimeout(300_000);
  await installClients();
  const window = await DrivenWindow.open(display, folder);
  const idOf = (printed: string): string => /tr-([0-9a-f]{32})/.exec(printed)?.[1] ?? "";
  const baseline = idOf(await runScenario("two_versions", window.url, "baseline"));
  const candidate = idOf(await runScenario("two_versions", window.url, "candidate"));
  await window.go(`/compare?baseline=${baseline}&candidate=${candidate}`);
  await until("the merged waterfall", 20_000, async () => Number(await window.page.executeScript(painted)) > 0);

  const rows = await window.page.executeScript<Record<string, string>>(verdicts);
  expect(rows).toMatchObject({ answer_question: "changed", rerank: "added", Completions: "changed" });
  // The ground, hollow and solid bars, growth, added rows, an error.
  expect(Number(await window.page.executeScript(nCanvasColours))).toBeGreaterThan(8);

  const isSplit = "return document.querySelector('[data-testid=merged-waterfall]').dataset.split";
  await window.page.actions().sendKeys("v").perform();
  await until("both side by side", 10_000, async () => (await window.page.executeScript(isSplit)) === "true");
  const selected = "return document.querySelector('[role=row][aria-selected=true]')?.dataset.verdict ?? null";
  await window.page.actions().sendKeys("]").perform();
  await until("the first change", 10_000, async () => (await window.page.executeScript(selected)) === "changed");
  const differences = "return document.querySelector('[data-testid=pair-pane] h2')?.textContent ?? null";
  await until("what differs", 10_000, async () => (await window.page.executeScript(differences)) === "answer_question");
  await window.quit();
});

// Two traces compared: runs of a real program in two versions, and pairs that show nothing easily.
import type { Locator, Page } from "@playwright/test";
import { seriousFindings } from "../harness/axe.ts";
import { type SpanSpec, sendTrace } from "../harness/otlp.ts";
import { hasPython, installClients, runScenario } from "../harness/python.ts";
import { expect, test } from "./fixtures.ts";

function rowsOf(page: Page): Locator {
  return page.getByTestId("waterfall-row");
}

function rowOf(page: Page, name: string): Locator {
  return rowsOf(page).filter({ has: page.locator('[data-part="label"]', { hasText: new RegExp(`^${name}$`) }) });
}

/** Milliseconds of a difference as pages say it. */
function millisOf(text: string | null): number {
  const [, sign, number, unit] = /([+−])([\d.,]+)\s*(ns|µs|ms|s)/.exec(text ?? "") ?? [];
  const scale = { ns: 1e-6, µs: 1e-3, ms: 1, s: 1000 }[unit ?? ""] ?? Number.NaN;
  return (sign === "−" ? -1 : 1) * Number(number?.replaceAll(",", "")) * scale;
}

test.describe("an agent in two versions", () => {
  test.skip(!hasPython(), "there is no Python");

  test("c on the later run says how much slower it is, why, and where the prompts part", async ({ page, server }) => {
    test.setTimeout(240_000);
    await installClients();
    const idOf = (printed: string): string => /tr-([0-9a-f]{32})/.exec(printed)?.[1] ?? "";
    const baseline = idOf(await runScenario("two_versions", server.url, "baseline"));
    const candidate = idOf(await runScenario("two_versions", server.url, "candidate"));

    await page.goto(`/traces/${candidate}`);
    await expect(rowsOf(page).first()).toBeVisible();
    await page.keyboard.press("c");
    await expect(page).toHaveURL(`/compare?baseline=${baseline}&candidate=${candidate}`);

    // The candidate sleeps 130 ms longer over its chunks, 60 ms in a new step and 240 ms in two failed tries, and 50 ms less.
    const headline = await page.getByTestId("headline").textContent();
    expect(millisOf(headline)).toBeGreaterThan(300);
    expect(millisOf(headline)).toBeLessThan(800);
    const pieces = await page.getByRole("list").getByRole("listitem").allTextContents();
    const sum = pieces.reduce((total, piece) => total + millisOf(piece), 0);
    // Each of the seven at most is told with three digits.
    expect(Math.abs(sum - millisOf(headline))).toBeLessThan(4);
    await expect(page.getByTestId("strip-sum")).toHaveText(`= ${headline}`);
    await expect(page.getByText("2 new errors")).toBeVisible();

    await expect(rowOf(page, "rerank")).toHaveAttribute("data-verdict", "added");
    const select = rowsOf(page).filter({ hasText: "SELECT chunks" });
    await expect(select.locator('[data-part="sign"]')).toHaveAttribute("data-sign", "slower");
    expect(millisOf(await select.locator('[data-column="delta-duration"]').textContent())).toBeGreaterThan(100);
    // Three tries instead of one, of which the last is the one that the baseline made; the cache is not looked into any more.
    await expect(rowsOf(page).filter({ hasText: "search_orders ×3" })).toBeVisible();
    await expect(rowOf(page, "lookup_cache")).toHaveAttribute("data-verdict", "removed");
    const tries = await rowOf(page, "search_orders").all();
    const verdicts = await Promise.all(tries.map((row) => row.getAttribute("data-verdict")));
    expect(verdicts).toEqual(["added", "added", expect.stringMatching(/^(unchanged|changed)$/)]);
    await expect(page.getByText("was lookup_cache")).toHaveCount(0);
    expect(await seriousFindings(page)).toEqual([]);

    await page.getByTestId("first-divergence").click();
    const pane = page.getByTestId("pair-pane");
    const [system, user] = [0, 1].map((place) => pane.getByTestId("compared-message").nth(place));
    await expect(system as Locator).toHaveAttribute("data-state", "changed");
    await expect((system as Locator).locator("ins").first()).toHaveText(/of our customers/);
    await expect(user as Locator).toHaveAttribute("data-state", "same");
    await expect(pane.getByTestId("prompt-prefix")).toContainText("message 1 (system)");
    // Its SDK has the parameter among the arguments of the call alone.
    const chip = pane.getByTestId("parameter").filter({ hasText: "temperature" });
    await expect(chip.locator("del")).toHaveText("0.2");
    await expect(chip.locator("ins")).toHaveText("0.7");
    await pane.getByRole("tab", { name: /Inputs and outputs/ }).click();
    const temperature = pane.getByRole("row").filter({ hasText: "temperature" });
    await expect(temperature.locator("del")).toHaveText("0.2");
    await expect(temperature.locator("ins")).toHaveText("0.7");
    expect(await seriousFindings(page)).toEqual([]);

    // The link brings others to the same sight.
    const address = page.url();
    expect(address).toContain("span=");
    await page.goto("about:blank");
    await page.goto(address);
    await expect(pane.getByTestId("compared-message").first()).toBeVisible();
  });
});

const steps: SpanSpec[] = Array.from({ length: 60 }, (_, place) => ({
  name: `step ${String.fromCharCode(97 + (place % 26))}${place < 26 ? "" : place < 52 ? "x" : "y"}`,
  parent: "job",
  start: place * 10,
  end: place * 10 + 8,
}));

test("u leaves what changed, [ ] walk through it, v shows both side by side with one scroll and one zoom", async ({
  page,
  server,
}) => {
  const job = (spans: readonly SpanSpec[]) =>
    sendTrace(server.url, { spans: [{ name: "job", start: 0, end: 620 }, ...spans] });
  const { traceId: baseline } = await job(steps);
  const slow = steps.map((span, place) => (place === 40 ? { ...span, end: span.start + 80 } : span));
  const { traceId: candidate } = await job(slow.filter((_, place) => place !== 20));
  await page.goto(`/compare?baseline=${baseline}&candidate=${candidate}`);
  await expect(rowsOf(page).first()).toBeVisible();
  await page.keyboard.press("u");
  await expect(page).toHaveURL(/u=1/);
  // Step 20 is gone and step 40 is slower: what is before, between and after them stands under three gaps.
  await expect(rowsOf(page)).toHaveCount(6);
  await expect(rowsOf(page).nth(1)).toContainText("… 20 unchanged spans");
  await expect(rowsOf(page).nth(2)).toHaveAttribute("data-verdict", "removed");
  await expect(rowsOf(page).nth(3)).toContainText("… 19 unchanged spans");
  await expect(rowsOf(page).nth(4)).toHaveAttribute("data-verdict", "changed");
  await expect(rowsOf(page).nth(5)).toContainText("… 19 unchanged spans");

  await page.keyboard.press("]");
  await expect(rowsOf(page).nth(2)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("]");
  await expect(rowsOf(page).nth(4)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("[");
  await expect(rowsOf(page).nth(2)).toHaveAttribute("aria-selected", "true");

  // A gap opens as any parent does.
  await page.keyboard.press("j");
  await page.keyboard.press("l");
  await expect(rowsOf(page).nth(4)).toContainText("step v");
  await page.keyboard.press("h");

  await page.keyboard.press("v");
  await expect(page.getByTestId("merged-waterfall")).toHaveAttribute("data-split", "true");
  await expect(page).toHaveURL(/v=side/);
  await page.keyboard.press("w");
  await expect(page.getByRole("button", { name: "Fit both traces (0)" })).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("Side by side, or merged again");
});

test("r lists what changed by how much, in the order one asks for, and leads back to where it stands", async ({
  page,
  server,
}) => {
  const job = (index: number, load: number, tokens: number) =>
    sendTrace(server.url, {
      spans: [
        { name: "job", start: 0, end: 500 },
        { name: "index", parent: "job", start: 0, end: index },
        { name: "load", parent: "job", start: 200, end: 200 + load },
        {
          name: "chat",
          parent: "job",
          start: 400,
          end: 450,
          attributes: { "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": tokens },
        },
      ],
    });
  const { traceId: baseline } = await job(20, 150, 100);
  const { traceId: candidate } = await job(90, 40, 160);
  await page.goto(`/compare?baseline=${baseline}&candidate=${candidate}`);
  await expect(rowsOf(page).first()).toBeVisible();
  await page.keyboard.press("r");
  await expect(page).toHaveURL(/v=list/);
  const changes = page.getByTestId("change");
  // load −110 ms, index +70 ms; chat took as long and 60 tokens more.
  await expect(changes).toHaveCount(3);
  await expect(changes.nth(0)).toContainText("load");
  await expect(changes.nth(0)).toContainText("−110 ms");
  await expect(changes.nth(1)).toContainText("+70.0 ms");
  await page.getByRole("button", { name: "Δ tokens" }).click();
  await expect(changes.nth(0)).toContainText("+60");
  await expect(changes.nth(0)).toContainText("chat");
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole("listbox").focus();
  await page.keyboard.press("j");
  await expect(changes.nth(0)).toHaveAttribute("aria-selected", "true");
  await expect(page.getByTestId("pair-pane")).toContainText("chat");
  await page.keyboard.press("Enter");
  await expect(rowOf(page, "chat")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("r");
  await expect(changes.first()).toBeVisible();
  await page.keyboard.press("v");
  await expect(page.getByTestId("merged-waterfall")).toHaveAttribute("data-split", "true");
});

test("the comparison follows a trace that grows", async ({ page, server }) => {
  const spans: SpanSpec[] = [
    { name: "job", start: 0, end: 100 },
    { name: "load", parent: "job", start: 0, end: 40 },
  ];
  const { traceId: baseline } = await sendTrace(server.url, { spans });
  const { traceId: candidate, spanIds } = await sendTrace(server.url, { spans });
  await page.goto(`/compare?baseline=${baseline}&candidate=${candidate}`);
  await expect(page.getByTestId("headline")).toHaveText("±0");
  await expect(rowsOf(page)).toHaveCount(2);
  await sendTrace(server.url, { traceId: candidate, spans: [{ name: "late", start: 100, end: 150 }] });
  await expect(rowOf(page, "late")).toHaveAttribute("data-verdict", "added");
  expect(spanIds.size).toBe(2);
});

test("a baseline is pinned for a name or an experiment, and each trace that arrives shows its difference", async ({
  page,
  server,
}) => {
  const job = async (name: string, end: number): Promise<string> =>
    (await sendTrace(server.url, { spans: [{ name, start: 0, end }] })).traceId;
  const [baseline, candidate] = [await job("job", 100), await job("job", 150)];
  const deltaOf = (traceId: string) => page.locator(`[data-trace-id="${traceId}"]`).getByTestId("baseline-delta");
  const list = async (): Promise<void> => {
    await page.goto("/traces");
    await expect(page.getByTestId("status-dot")).toHaveAttribute("data-state", "ok");
  };
  const pin = async (scope: string): Promise<void> => {
    await page.goto(`/compare?baseline=${baseline}&candidate=${candidate}`);
    await page.getByRole("button", { name: /Measure later traces against it|Later traces are measured/ }).click();
    await page.getByRole("menuitemcheckbox", { name: scope }).click();
    await expect(page.getByRole("menuitemcheckbox", { name: scope, checked: true })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
  };

  await pin("those named job");
  await list();
  await expect(deltaOf(candidate)).toHaveText("+50.0 ms");
  await expect(deltaOf(baseline)).toHaveCount(0);
  const [later, other] = [await job("job", 180), await job("other", 120)];
  await expect(deltaOf(later)).toHaveText("+80.0 ms");
  await expect(page.locator(`[data-trace-id="${other}"]`)).toBeVisible();
  await expect(deltaOf(other)).toHaveCount(0);

  await pin("all of its experiment");
  await list();
  await expect(deltaOf(other)).toHaveText("+20.0 ms");
  const third = await job("third", 70);
  await expect(deltaOf(third)).toHaveText("−30.0 ms");
  await deltaOf(third).click();
  await expect(page).toHaveURL(`/compare?baseline=${baseline}&candidate=${third}`);
  await expect(page.getByTestId("headline")).toHaveText("−30.0 ms");
});

test("a baseline is made and unmade where traces are: by key and button in the list, on its page, and the next trace shows it", async ({
  page,
  server,
}) => {
  const job = async (end: number): Promise<string> =>
    (await sendTrace(server.url, { spans: [{ name: "job", start: 0, end }] })).traceId;
  const baseline = await job(100);
  const row = (traceId: string) => page.locator(`[data-trace-id="${traceId}"]`);
  await page.goto("/traces");
  // Keys do nothing before there are rows.
  await expect(row(baseline)).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("B");
  const toggle = row(baseline).getByRole("button", { name: "Baseline job" });
  await expect(toggle).toHaveAttribute("aria-pressed", "true");
  await expect(row(baseline).getByText("baseline", { exact: true })).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press("Escape");
  const later = await job(130);
  await expect(row(later).getByTestId("baseline-delta")).toHaveText("+30.0 ms");

  // The later trace says on its page what it is measured against, and takes its place.
  await page.goto(`/traces/${later}`);
  await expect(page.getByRole("link", { name: "+30.0 ms" })).toBeVisible();
  await page.keyboard.press("B");
  await expect(
    page.getByRole("button", { name: "Later traces are measured against it: those named job (B)" }),
  ).toBeVisible();
  await expect(page.getByTitle("Later traces are measured against it", { exact: true })).toHaveText("baseline");
  await page.goto("/traces");
  await expect(row(baseline).getByTestId("baseline-delta")).toHaveText("−30.0 ms");
  await expect(toggle).toHaveAttribute("aria-pressed", "false");

  await row(later).getByRole("button", { name: "Baseline job" }).click();
  await expect(row(baseline).getByTestId("baseline-delta")).toHaveCount(0);
  // Of one that is marked, its whole experiment can be measured against it.
  await row(baseline).getByRole("checkbox").check();
  await page.getByRole("button", { name: "Measure later traces against it (B)" }).click();
  await page.getByRole("menuitemcheckbox", { name: "all of its experiment" }).click();
  await expect(row(later).getByTestId("baseline-delta")).toHaveText("+30.0 ms");
});

test("what is said of two rows holds in the next comparison of the program, and can be taken back there", async ({
  page,
  server,
}) => {
  const run = async (...called: string[]): Promise<string> => {
    const spans: SpanSpec[] = called.map((name, place) => ({
      name,
      parent: "ask",
      start: place * 50,
      end: place * 50 + 40,
    }));
    return (await sendTrace(server.url, { spans: [{ name: "ask", start: 0, end: 200 }, ...spans] })).traceId;
  };
  const [old, renamed] = [await run("sort_by_score"), await run("rerank")];
  const [older, newer, both] = [await run("sort_by_score"), await run("rerank"), await run("rerank", "sort_by_score")];
  const pane = page.getByTestId("pair-pane");
  const say = async (candidate: string): Promise<void> => {
    await page.goto(`/compare?baseline=${old}&candidate=${candidate}`);
    await rowOf(page, "sort_by_score").click();
    await pane.getByRole("button", { name: "Is another row…" }).click();
    await rowOf(page, "rerank").click();
    await pane.getByRole("button", { name: "It is the baseline’s sort_by_score" }).click();
    await expect(rowOf(page, "rerank")).toHaveAttribute("data-verdict", "changed");
  };
  await say(renamed);
  await expect(pane.getByRole("button", { name: "Only here" })).toBeVisible();

  await page.goto(`/compare?baseline=${older}&candidate=${newer}`);
  const paired = rowOf(page, "rerank");
  await expect(paired).toHaveAttribute("data-verdict", "changed");
  await expect(paired.locator('[data-part="hint"]')).toHaveText("pinned by rule");
  await expect(rowsOf(page)).toHaveCount(2);
  // Swapping the sides mirrors it.
  await page.getByRole("button", { name: "Swap baseline and candidate" }).click();
  await expect(rowOf(page, "sort_by_score").locator('[data-part="hint"]')).toHaveText("pinned by rule");
  await rowOf(page, "sort_by_score").click();
  await pane.getByRole("button", { name: "Forget the rule" }).click();
  await expect(rowsOf(page)).toHaveCount(3);
  await page.goto("/settings");
  await expect(page.getByText("Tolerance of durations")).toBeVisible();
  await expect(page.getByText("Rows that are one")).toHaveCount(0);

  // Where the candidate has both, only the pair can be said, and the page says so.
  await say(both);
  await expect(pane.getByText("in this comparison alone")).toHaveAttribute("title", /spans of both names/);
  await page.goto(`/compare?baseline=${old}&candidate=${renamed}`);
  await rowOf(page, "rerank").click();
  await pane.getByRole("button", { name: "Elsewhere too" }).click();
  await page.goto("/settings");
  await page.getByRole("button", { name: "Forget that ask › rerank is ask › sort_by_score" }).click();
  await expect(page.getByText("Rows that are one")).toHaveCount(0);
});

test("the same trace twice, nothing in common, an unknown id: each is said", async ({ page, server }) => {
  const { traceId: one } = await sendTrace(server.url, { spans: [{ name: "sing", start: 0, end: 10 }] });
  const { traceId: other } = await sendTrace(server.url, {
    spans: [{ name: "dig a hole in the garden", start: 0, end: 5000 }],
  });
  await page.goto(`/compare?baseline=${one}&candidate=${one}`);
  await expect(page.getByText("Both sides are the same trace")).toBeVisible();
  await expect(rowsOf(page)).toHaveAttribute("data-verdict", "unchanged");

  await page.goto(`/compare?baseline=${one}&candidate=${other}`);
  await expect(page.getByTestId("headline")).toHaveText("+4.99 s");
  await page.getByRole("button", { name: "Swap baseline and candidate" }).click();
  await expect(page.getByTestId("headline")).toHaveText("−4.99 s");
  await page.goBack();
  await expect(page.getByTestId("headline")).toHaveText("+4.99 s");

  await page.goto(`/compare?baseline=${"e".repeat(32)}&candidate=${one}`);
  await expect(page.getByText("The baseline is not here")).toBeVisible();
  await page.getByRole("button", { name: "Choose others" }).click();
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await expect(page.getByTestId("headline")).toBeVisible();
});

test("a span that one side alone has is not called the same on both", async ({ page, server }) => {
  const root = { name: "ask", start: 0, end: 100 };
  const baseline = await sendTrace(server.url, { spans: [root] });
  const candidate = await sendTrace(server.url, {
    spans: [root, { name: "audit", parent: "ask", start: 90, end: 99 }],
  });
  await page.goto(`/compare?baseline=${baseline.traceId}&candidate=${candidate.traceId}`);
  await rowOf(page, "audit").click();
  const pane = page.getByTestId("pair-pane");
  await expect(pane).toContainText("Only the candidate has this span");
  await expect(pane).toContainText("Outputs: none");
  await expect(pane).not.toContainText("on both sides");
});

test("while the comparison is on its way the page has its shape", async ({ page, server }) => {
  const root = { name: "ask", start: 0, end: 100 };
  const pair = [await sendTrace(server.url, { spans: [root] }), await sendTrace(server.url, { spans: [root] })];
  let answer: (() => void) | undefined;
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/traceloupe/v1/compare/table*", async (route) => {
    await asked;
    await route.continue();
  });
  await page.goto(`/compare?baseline=${pair[0]?.traceId}&candidate=${pair[1]?.traceId}`);
  await expect(page.getByRole("status", { name: "Comparing the two traces" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Compare" })).toBeVisible();
  answer?.();
  await expect(rowsOf(page)).toHaveCount(1);
});

// What `traceloupe compare --html` writes: one file that a browser shows without asking anybody for anything, whatever spans are named.
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { seriousFindings } from "../harness/axe.ts";
import { Folder } from "../harness/folders.ts";
import { type SpanSpec, sendTrace } from "../harness/otlp.ts";
import { traceloupe } from "../harness/paths.ts";
import { run } from "../harness/programs.ts";
import { expect, test } from "./fixtures.ts";

const hostile = [
  "<script>globalThis.pwned = true</script>",
  '<img src="http://shop.example/x" onerror="globalThis.pwned = true">',
  '"><svg onload="globalThis.pwned = true">',
  "</style><style>@import 'http://shop.example/x.css'</style>",
  "</title><script>globalThis.pwned = true</script>",
  "\u202Ednuor dna dnuor\u0000\u001B[31m",
  "long".repeat(500),
];

test("the report is whole in one file, runs nothing, and reads in light, in dark and on a narrow screen", async ({
  page,
  server,
}) => {
  const steps: SpanSpec[] = Array.from({ length: 8 }, (_, place) => ({
    name: `step ${"abcdefgh"[place]}`,
    parent: "job",
    start: place * 10,
    end: place * 10 + 9,
  }));
  const job = (spans: readonly SpanSpec[], end: number) =>
    sendTrace(server.url, { spans: [{ name: "job", start: 0, end }, ...spans] });
  const named = hostile.map((name, place) => ({
    name,
    parent: "job",
    start: 90 + place * 10,
    end: 98 + place * 10,
  }));
  const baseline = await job(steps, 100);
  const candidate = await job([...steps, ...named], 170);
  const html = await run(traceloupe, [
    "compare",
    baseline.traceId,
    candidate.traceId,
    "--server",
    server.url,
    "--html",
  ]);
  const folder = new Folder();
  const file = folder.at("report.html");
  writeFileSync(file, html);

  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("dialog", (dialog) => asked.push(`dialog ${dialog.message()}`));
  const address = pathToFileURL(file).href;
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 480]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.goto(address);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("job");
      // Nothing stands beyond the right edge, however long a name is.
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(beyond).toBeLessThanOrEqual(0);
    }
    expect(await seriousFindings(page)).toEqual([]);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  const added = page.locator("tr.added");
  await expect(added).toHaveCount(hostile.length);
  await expect(added.first()).toContainText("<script>globalThis.pwned = true</script>");
  await expect(page.locator("tr.folded")).toHaveText("… 8 unchanged");
  expect(await page.evaluate(() => "pwned" in globalThis)).toBe(false);
  expect(await page.locator("script, img, svg, link, iframe").count()).toBe(0);
  expect(new Set(asked)).toEqual(new Set([address]));
  folder.remove();
});

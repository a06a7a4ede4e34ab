// The list of traces: live, but still under the pointer.
import { sendTrace } from "../harness/otlp.ts";
import { expect, test } from "./fixtures.ts";

const small = (name: string) => ({ spans: [{ name, start: 0, end: 5 }] });

test("traces appear by themselves, newest first", async ({ page, server }) => {
  await page.goto("/traces");
  await expect(page.getByTestId("status-dot")).toHaveAttribute("data-state", "ok");
  await sendTrace(server.url, { ...small("first order"), startedMsAgo: 9_000 });
  const rows = page.getByTestId("trace-row");
  await expect(rows).toHaveCount(1);

  await sendTrace(server.url, {
    ...small("second order"),
    service: "billing",
    startedMsAgo: 3_000,
  });
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText("second order");
  await expect(rows.first()).toContainText("billing");
  await expect(rows.last()).toContainText("first order");
  await expect(page.getByTestId("trace-count")).toContainText("2");
});

test("errors are counted and marked", async ({ page, server }) => {
  await sendTrace(server.url, {
    spans: [
      { name: "checkout", start: 0, end: 20, error: "card refused" },
      { name: "pay", parent: "checkout", start: 5, end: 15, error: "card refused" },
    ],
  });
  await page.goto("/traces");
  const row = page.getByTestId("trace-row");
  await expect(row).toHaveAttribute("data-state", "ERROR");
  await expect(row.getByRole("img", { name: "Error" })).toBeVisible();
});

test("what is pointed at does not move", async ({ page, server }) => {
  for (const name of ["one", "two"]) await sendTrace(server.url, small(name));
  await page.goto("/traces");
  const rows = page.getByTestId("trace-row");
  await expect(rows).toHaveCount(2);
  await rows.last().hover();
  const pointedAt = await rows.last().getAttribute("data-trace-id");
  const place = await rows.last().boundingBox();

  for (const name of ["three", "four", "five"]) await sendTrace(server.url, small(name));

  await expect(page.getByTestId("new-traces")).toContainText("3 new");
  await expect(rows).toHaveCount(2);
  expect(await page.locator(`[data-trace-id="${pointedAt}"]`).boundingBox()).toEqual(place);

  await page.getByTestId("new-traces").click();
  await expect(rows).toHaveCount(5);
});

test("a paused list stands still until it is resumed, also while one looks at a trace", async ({ page, server }) => {
  await sendTrace(server.url, { ...small("one"), startedMsAgo: 9_000 });
  const { traceId } = await sendTrace(server.url, { ...small("two"), startedMsAgo: 8_000 });
  await page.goto("/traces");
  const rows = page.getByTestId("trace-row");
  await expect(rows).toHaveCount(2);
  const before = await rows.allTextContents();
  await page.keyboard.press(".");
  const paused = page.getByTestId("paused");
  await expect(paused).toContainText("Paused");

  for (const name of ["three", "four"]) await sendTrace(server.url, small(name));
  await sendTrace(server.url, { traceId, spans: [{ name: "later", start: 5, end: 10 }] });
  await expect(paused).toContainText("Paused · 2 new");
  expect(await rows.allTextContents()).toEqual(before);
  await expect(page.getByTestId("trace-count")).toContainText("2 traces");

  // What the user does to a row shows all the same.
  await page.keyboard.press("j");
  await page.keyboard.press("P");
  await expect(rows.first().getByRole("button", { name: "Pin two" })).toHaveAttribute("aria-pressed", "true");

  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/traces/${traceId}`);
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(paused).toContainText("Paused · 2 new");
  await expect(rows).toHaveCount(2);

  await paused.getByRole("button", { name: /Resume/ }).click();
  await expect(paused).toHaveCount(0);
  await expect(rows).toHaveCount(4);
  await expect(page.getByTestId("trace-count")).toContainText("4 traces");
});

test("a growing trace updates in its row", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, small("order"));
  await page.goto("/traces");
  const row = page.getByTestId("trace-row");
  await expect(row).toContainText("order");
  await sendTrace(server.url, { traceId, spans: [{ name: "later", start: 5, end: 10 }] });
  await expect(row.getByRole("gridcell").filter({ hasText: /^2$/ })).toBeVisible();
  await expect(page.getByTestId("trace-row")).toHaveCount(1);
});

test("the keys walk through the list and open a trace", async ({ page, server }) => {
  await sendTrace(server.url, { ...small("older"), startedMsAgo: 9_000 });
  const newer = await sendTrace(server.url, { ...small("newer"), startedMsAgo: 3_000 });
  await page.goto("/traces");
  await expect(page.getByTestId("trace-row")).toHaveCount(2);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await expect(page.getByTestId("trace-row").first()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/traces/${newer.traceId}`);
});

// The query bar over the trace list: filter, text, completion, errors where they are, order, time; and all of it in the address.
import { seriousFindings } from "../harness/axe.ts";
import { sendTrace } from "../harness/otlp.ts";
import { expect, test } from "./fixtures.ts";

const order = (more: object = {}) => ({
  service: "shop",
  spans: [
    {
      name: "checkout",
      start: 0,
      end: 40,
      attributes: { "session.id": "conv-1", "user.id": "ada" },
    },
    {
      name: "pay",
      parent: "checkout",
      start: 5,
      end: 30,
      attributes: { "card.kind": "visa", note: "50% off" },
    },
  ],
  ...more,
});
const failed = {
  service: "billing",
  startedMsAgo: 9_000,
  spans: [
    {
      name: "invoice",
      start: 0,
      end: 4_000,
      error: "card refused",
      attributes: { "card.kind": "visa debit" },
    },
  ],
};

test("a filter, a text and a trace id each find what they say", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, order());
  await sendTrace(server.url, failed);
  await page.goto("/traces");
  const rows = page.getByTestId("trace-row");
  await expect(rows).toHaveCount(2);
  const bar = page.getByRole("combobox", { name: "Query" });
  for (const [query, name] of [
    ["status = 'ERROR'", "invoice"],
    ["duration > 1.5s", "invoice"],
    ["service = 'shop'", "checkout"],
    ["session = 'conv-1' AND user = 'ada'", "checkout"],
    ["span.attributes.card.kind = 'visa'", "checkout"],
    ["CARD REFUSED", "invoice"],
    ["50% off AND duration < 1s", "checkout"],
    [traceId, "checkout"],
    [`tr-${traceId}`, "checkout"],
  ] as const) {
    await bar.fill(query);
    await bar.press("Enter");
    await expect(rows, query).toHaveCount(1);
    await expect(rows, query).toContainText(name);
  }
  await page.getByRole("button", { name: "Clear the query" }).click();
  await expect(rows).toHaveCount(2);
});

test("keys and values that the traces have complete a query", async ({ page, server }) => {
  await sendTrace(server.url, order());
  await sendTrace(server.url, failed);
  await page.goto("/traces");
  await expect(page.getByTestId("trace-row")).toHaveCount(2);
  await page.keyboard.press("/");
  await page.keyboard.type("serv");
  await expect(page.getByRole("option", { name: /^service/ })).toBeVisible();
  await page.keyboard.press("Tab");
  await page.keyboard.type("= ");
  await expect(page.getByRole("option")).toHaveText(["billing1", "shop1"]);
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const bar = page.getByRole("combobox", { name: "Query" });
  await expect(bar).toHaveValue("service = 'shop' ");
  await page.keyboard.type("AND span.attributes.card");
  await page.getByRole("option", { name: /card\.kind/ }).click();
  await page.keyboard.type("= ");
  await page.getByRole("option", { name: "visa 1", exact: true }).click();
  await expect(bar).toHaveValue("service = 'shop' AND span.attributes.card.kind = 'visa' ");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("trace-row")).toHaveText([/checkout/]);
  await expect(page).toHaveURL(/filter=service/);
});

test("Tab completes also before the completions are there, and stays in the field", async ({ page, server }) => {
  await sendTrace(server.url, order());
  await page.goto("/traces");
  await expect(page.getByTestId("trace-row")).toHaveCount(1);
  await page.route("**/traceloupe/v1/traces/query?*", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.continue();
  });
  await page.keyboard.press("/");
  await page.keyboard.type("serv");
  await page.keyboard.press("Tab");
  const bar = page.getByRole("combobox", { name: "Query" });
  await expect(bar).toHaveValue(/^service /);
  await expect(bar).toBeFocused();
});

test("an error is underlined where it is, with what to do, also if it comes with the address", async ({
  page,
  server,
}) => {
  await sendTrace(server.url, order());
  await page.goto(`/traces?filter=${encodeURIComponent("duration > 1ms AND staus = 'OK'")}`);
  await expect(page.getByTestId("query-error")).toContainText("Did you mean status?");
  await expect(page.locator("[data-wrong]")).toHaveText("staus");
  await expect(page.getByText("The query cannot be read")).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);
  const bar = page.getByRole("combobox", { name: "Query" });
  await bar.fill("duration > 1ms AND status = 'OK'");
  await expect(page.locator("[data-wrong]")).toHaveCount(0);
});

test("a quote that is not closed is told, an AND that nothing follows is left out", async ({ page, server }) => {
  await sendTrace(server.url, order());
  await sendTrace(server.url, failed);
  await page.goto("/traces");
  const bar = page.getByRole("combobox", { name: "Query" });
  await bar.fill("span.name LIKE 'pay");
  await bar.press("Enter");
  await expect(page.getByTestId("query-error")).toHaveText("A quote is not closed.");
  await expect(page.getByTestId("trace-row")).toHaveCount(2);
  await bar.fill("status = 'ERROR' AND ");
  await bar.press("Enter");
  await expect(page.getByTestId("trace-row")).toHaveText([/invoice/]);
  await expect(bar).toHaveValue("status = 'ERROR'");
  await expect(page).toHaveURL("/traces?filter=status+%3D+%27ERROR%27");
  // The whole head of a column is its button.
  await page.getByRole("button", { name: "Clear the query" }).click();
  await page.getByRole("columnheader", { name: "Duration" }).click();
  await expect(page).toHaveURL(/order=duration/);
});

test("an address that nobody could have made is told, and leads on", async ({ page, server }) => {
  await sendTrace(server.url, order());
  await page.goto("/traces?order=zzz+DESC&columns=zzz&range=zzz&from=abc");
  await expect(page.getByText("The address cannot be read")).toBeVisible();
  await page.getByRole("button", { name: "Show all traces" }).click();
  await expect(page.getByTestId("trace-row")).toHaveText([/checkout/]);
  await expect(page.getByRole("columnheader", { name: "Duration" })).toBeVisible();
});

test("order, columns and time are in the address, which brings another page to the same list", async ({
  page,
  server,
}) => {
  await sendTrace(server.url, order());
  await sendTrace(server.url, failed);
  await sendTrace(server.url, {
    ...order(),
    startedMsAgo: 2 * 3_600_000,
    spans: [{ name: "yesterday", start: 0, end: 9_000 }],
  });
  await page.goto("/traces");
  const rows = page.getByTestId("trace-row");
  await expect(rows).toHaveText([/checkout/, /invoice/, /yesterday/]);
  await page.getByRole("button", { name: "Duration" }).click();
  await expect(rows).toHaveText([/yesterday/, /invoice/, /checkout/]);
  await page.getByRole("button", { name: "Any time" }).click();
  await page.getByRole("button", { name: "Last hour" }).click();
  await expect(rows).toHaveText([/invoice/, /checkout/]);
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("menuitemcheckbox", { name: "User" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Spans" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: "User" })).toBeVisible();

  await page.goto(page.url());
  await expect(rows).toHaveText([/invoice/, /checkout/]);
  await expect(page.getByRole("columnheader", { name: "Duration" })).toHaveAttribute("aria-sort", "descending");
  await expect(page.getByRole("columnheader", { name: "Spans" })).toHaveCount(0);
  await expect(rows.last()).toContainText("ada");
});

test("a filtered list stays live", async ({ page, server }) => {
  await page.goto(`/traces?filter=${encodeURIComponent("status = 'ERROR'")}`);
  await expect(page.getByText("No trace matches")).toBeVisible();
  await sendTrace(server.url, order());
  await sendTrace(server.url, failed);
  await expect(page.getByTestId("trace-row")).toHaveText([/invoice/]);
});

test("a value in the inspector leads to the traces that have it", async ({ page, server }) => {
  const { traceId, spanIds } = await sendTrace(server.url, order());
  await sendTrace(server.url, failed);
  await page.goto(`/traces/${traceId}?span=${spanIds.get("pay") ?? ""}`);
  const inspector = page.getByTestId("inspector");
  await inspector.getByRole("tab", { name: "Attributes" }).click();
  await inspector.getByText("visa").hover();
  await inspector.getByRole("button", { name: "Traces with this card.kind" }).click();
  await expect(page.getByTestId("trace-row")).toHaveText([/checkout/]);
  await expect(page.getByRole("combobox", { name: "Query" })).toHaveValue("span.attributes.card.kind = 'visa'");
});

test("two marked traces lead to their comparison, the older one as baseline", async ({ page, server }) => {
  const newer = await sendTrace(server.url, order());
  const older = await sendTrace(server.url, failed);
  await page.goto("/traces");
  await expect(page.getByTestId("trace-row")).toHaveCount(2);
  await page.keyboard.press("j");
  await page.keyboard.press(" ");
  await page.getByRole("checkbox", { name: "Mark invoice" }).click();
  await expect(page.getByText("2 marked")).toBeVisible();
  await page.keyboard.press("c");
  await expect(page).toHaveURL(`/compare?baseline=${older.traceId}&candidate=${newer.traceId}`);
});

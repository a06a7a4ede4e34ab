// The inspector over what real SDKs and frameworks send: conversations, retrievals, exceptions, large and hostile values.
import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { traceWith } from "../harness/api.ts";
import { seriousFindings } from "../harness/axe.ts";
import { hasFrameworkTraces, sendFrameworkTrace } from "../harness/framework-traces.ts";
import { sendTrace } from "../harness/otlp.ts";
import { hasPython, installClients, runScenario } from "../harness/python.ts";
import { sdkSights } from "../harness/sdk-sights.ts";
import { until } from "../harness/until.ts";
import { expect, test } from "./fixtures.ts";

/** Opens a span and waits until the inspector shows it. */
async function inspect(page: Page, traceId: string, spanId: string, patienceMs = 10_000): Promise<Locator> {
  await page.goto(`/traces/${traceId}?span=${spanId}`);
  await expect(page.locator(`[data-inspected-span="${spanId}"]`)).toBeVisible({
    timeout: patienceMs,
  });
  return page.getByTestId("inspector");
}

function selectedTab(page: Page): Locator {
  return page.getByTestId("inspector").getByRole("tab", { selected: true });
}

test.describe("traces of frameworks", () => {
  test.skip(!hasFrameworkTraces(), "the folder with the traces is not here");

  // facts.json: the agent asked for the weather in Tokyo, called get_weather, and told the result.
  test("an OpenAI agent: what is new, the tool with its result, the way to the call before", async ({
    page,
    server,
  }) => {
    await sendFrameworkTrace(server.url, "openai-agents.openinference");
    const traceId = "fee618f96dc31e0ca38b2f7b26eb8b29";
    const [first, second] = ["98870087af69bf06", "90d94774e8e3724d"];
    const inspector = await inspect(page, traceId, second);
    await expect(selectedTab(page)).toHaveText("Chat");
    const known = inspector.getByTestId("same-as-previous");
    await expect(known).toContainText("3 messages");
    await expect(inspector.getByText("What's the weather in Tokyo?")).toHaveCount(0);
    const card = inspector.getByTestId("tool-card");
    await expect(card).toContainText("get_weather");
    await expect(card).toContainText("Tokyo");
    await expect(card).toContainText("The weather in Tokyo is sunny.");
    await expect(inspector.getByRole("article", { name: "assistant, answer" })).toContainText("currently sunny");
    await expect(inspector.getByTestId("llm-facts")).toContainText(/85 in\s*29 out/);
    await expect(inspector.getByTestId("via")).toHaveText("via OpenInference");
    await known.getByRole("button").click();
    await expect(inspector.getByText("What's the weather in Tokyo?")).toBeVisible();

    await known.getByRole("link", { name: "open it" }).click();
    await expect(page).toHaveURL(`/traces/${traceId}?span=${first}`);
    await expect(inspector.getByTestId("tool-card")).toContainText("The weather in Tokyo is sunny.");
    await expect(inspector.getByTestId("tool-card")).toContainText("in the next call");
    expect(await seriousFindings(page)).toEqual([]);

    // The choice holds for calls, not for the tool between them.
    await inspector.getByRole("tab", { name: /Attributes/ }).click();
    await page.getByTestId("waterfall-row").filter({ hasText: "get_weather" }).click();
    await expect(selectedTab(page)).toHaveText("In / out");
    await page.getByTestId("waterfall-row").filter({ hasText: "response" }).last().click();
    await expect(selectedTab(page)).toContainText("Attributes");
  });

  test("an agent's whole conversation, with three tools called at once", async ({ page, server }) => {
    await sendFrameworkTrace(server.url, "pydantic-ai-v1-tools.genai-semconv");
    const inspector = await inspect(page, "7a38edd8123db47ad8dcb8aa4c5e3926", "5b5c52d029f28206");
    await expect(selectedTab(page)).toHaveText("Chat");
    const cards = inspector.getByTestId("tool-card");
    await expect(cards).toHaveCount(3);
    for (const name of ["get_pun_suggestion", "get_dad_joke_suggestion", "get_one_liner_suggestion"]) {
      await expect(cards.filter({ hasText: name })).toContainText("Result");
    }
    await inspector.getByRole("button", { name: /^system/ }).click();
    await expect(inspector.getByText(/creative joke writer/).last()).toBeVisible();
  });

  test("an answer that came token by token is one answer", async ({ page, server }) => {
    await sendFrameworkTrace(server.url, "beeai.openinference");
    const inspector = await inspect(page, "096fc09a30ab90d2431778f9ee2b3936", "f50f7bbf13112df9");
    const answers = inspector.getByTestId("chat-message");
    await expect(answers).toHaveCount(1);
    await expect(answers).toContainText(/sent in \d+ pieces/);
    await expect(answers).toContainText("It's a great time to explore the city!");
  });

  test("the doctor says what is wrong, how to fix it, and leads to the span", async ({ page, server }) => {
    await sendFrameworkTrace(server.url, "google-adk-tool-orphan.openinference");
    await page.goto("/traces/01ca258b963c8ec1aced696f9daf2eab");
    await page.getByTestId("doctor-badge").click();
    const finding = page.getByTestId("doctor-findings").locator('[data-code="orphan"]');
    await expect(finding).toContainText("Spans whose parent is not here");
    await expect(finding).toContainText("Fix");
    expect(await seriousFindings(page)).toEqual([]);
    await finding.getByRole("button", { name: "execute_tool_bake_cake" }).click();
    await expect(page.locator('[data-inspected-span="f42c2a8f67ce35c8"]')).toBeVisible();
    await expect(page.getByTestId("doctor-findings")).toBeHidden();
  });
});

test("the MLflow SDK: documents, a chat with a tool, an exception", async ({ page, server }) => {
  test.skip(!hasPython(), "there is no python3");
  test.setTimeout(180_000);
  await installClients();
  await runScenario("agent_loop", server.url);
  const traceId = await until("the trace", 20_000, () => traceWith(server.url, 6));
  await page.goto(`/traces/${traceId}`);
  const row = (name: string): Locator => page.getByTestId("waterfall-row").filter({ hasText: name });
  const inspector = page.getByTestId("inspector");

  await row("retrieve").click();
  await expect(selectedTab(page)).toHaveText("Retrieval");
  const documents = inspector.getByTestId("document");
  await expect(documents).toHaveCount(2);
  await expect(documents.first()).toContainText("Orders leave the warehouse within a day.");
  await expect(inspector.getByTestId("retrieval")).toContainText("Where is my order 8841?");
  await documents.first().getByRole("button", { name: "Metadata" }).click();
  await expect(documents.first()).toContainText("faq.md");
  expect(await seriousFindings(page)).toEqual([]);

  await row("Completions").last().click();
  await expect(selectedTab(page)).toHaveText("Chat");
  const card = inspector.getByTestId("tool-card");
  await expect(card).toContainText("search_orders");
  await expect(card).toContainText("8841");
  await expect(card).toContainText("in_transit");
  // System prompt, the question with its picture, and the call of the tool.
  await expect(inspector.getByTestId("same-as-previous")).toContainText("3 messages");
  await expect(inspector.getByTestId("llm-facts")).toContainText("12 in (4 cached)");

  await row("notify").click();
  await inspector.getByRole("tab", { name: /Events & logs/ }).click();
  const stack = inspector.getByRole("region", { name: "Stack trace" });
  await expect(stack).toContainText("agent_loop.py");
  await expect(stack.getByRole("button", { name: /frames of libraries/ })).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);
});

test("the MLflow SDK: each way to call a model, whole, streamed and refused", async ({ page, server }) => {
  test.skip(!hasPython(), "there is no python3");
  test.setTimeout(180_000);
  await installClients();
  for (const { what, traceId, span, tab, texts } of await sdkSights(server.url)) {
    await page.goto(`/traces/${traceId}`);
    await page.getByTestId("waterfall-row").filter({ hasText: span }).last().click();
    await expect(selectedTab(page), what).toHaveText(tab);
    for (const text of texts) await expect(page.getByTestId("inspector"), what).toContainText(text);
  }
});

// A PNG of one red pixel.
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

test("pictures come from the store, never from the network", async ({ page, server }) => {
  const message = {
    role: "user",
    parts: [
      { type: "text", content: "What is this?" },
      { type: "blob", modality: "image", mime_type: "image/png", content: pixel },
      {
        type: "uri",
        modality: "image",
        mime_type: "image/png",
        uri: "https://images.example/cat.png",
      },
    ],
  };
  const attributes = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.input.messages": JSON.stringify([message]),
  };
  const { traceId, spanIds } = await sendTrace(server.url, {
    spans: [{ name: "chat", start: 0, end: 9, attributes }],
  });
  const inspector = await inspect(page, traceId, spanIds.get("chat") ?? "");
  const picture = inspector.locator("img");
  await expect(picture).toHaveCount(1);
  await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1);
  await expect(inspector).toContainText("https://images.example/cat.png");
  await expect(inspector).toContainText("Elsewhere: not loaded");
  await expect(inspector).not.toContainText(pixel.slice(0, 40));
});

test("ten megabytes open as a tree, are searched, and are copied by path", async ({ page, server }) => {
  test.setTimeout(180_000);
  const items = Array.from({ length: 90_000 }, (_, i) => ({
    id: i,
    text: `entry ${i} ${"x".repeat(70)}`,
  }));
  const attributes = {
    "input.value": JSON.stringify({ items }),
    "input.mime_type": "application/json",
  };
  const { traceId, spanIds } = await sendTrace(server.url, {
    spans: [{ name: "big", start: 0, end: 9, attributes }],
  });
  // A server without optimisation takes its time over ten megabytes.
  const inspector = await inspect(page, traceId, spanIds.get("big") ?? "", 60_000);
  await inspector.getByRole("tab", { name: "In / out" }).click();
  const tree = inspector.getByRole("tree", { name: "Inputs" });
  await tree.getByText("90,000 items").click();
  await expect(tree.getByRole("treeitem").nth(5)).toBeVisible();
  // Rows out of sight are not in the page.
  expect(await tree.getByRole("treeitem").count()).toBeLessThan(200);

  await inspector.getByRole("searchbox", { name: "Search inputs" }).fill("entry 89999");
  await expect(inspector.getByText("1 of 1")).toBeVisible();
  const found = tree.locator("[data-found]");
  await expect(found).toBeInViewport();
  await expect(found.locator("mark")).toHaveText("entry 89999");
  await found.hover();
  await found.getByRole("button", { name: "Copy path (p)" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("$.items[89999].text");
});

test("a span as it came is shown, searched and downloaded", async ({ page, server }) => {
  const spans = [{ name: "pay", start: 0, end: 9, attributes: { "payment.amount": 12 } }];
  const { traceId, spanIds } = await sendTrace(server.url, { spans });
  const inspector = await inspect(page, traceId, spanIds.get("pay") ?? "");
  await inspector.getByRole("tab", { name: "Raw" }).click();
  await expect(inspector.getByTestId("raw-otlp")).toContainText("payment.amount");
  expect(await seriousFindings(page)).toEqual([]);
  const download = page.waitForEvent("download");
  await inspector.getByRole("link", { name: "Download" }).click();
  const text = await readFile(await (await download).path(), "utf8");
  const [span] = JSON.parse(text).resourceSpans[0].scopeSpans[0].spans;
  expect(span.spanId).toBe(spanIds.get("pay"));
  expect(span.attributes).toEqual([{ key: "payment.amount", value: { intValue: "12" } }]);
});

test("five thousand messages, deep nesting and hostile markup are readable, and nothing runs or loads", async ({
  page,
  server,
}) => {
  test.setTimeout(90_000);
  const hostile = `<img src=https://evil.example/x onerror="document.title='owned'"><script>document.title='owned'</script>`;
  const messages = Array.from({ length: 5000 }, (_, i) => ({
    role: i % 2 === 0 ? "user" : hostile,
    parts: [{ type: "text", content: `message ${i} ${hostile}` }],
  }));
  const deep = `${'{"a":'.repeat(1000)}1${"}".repeat(1000)}`;
  const { traceId, spanIds } = await sendTrace(server.url, {
    spans: [
      {
        name: "chat",
        start: 0,
        end: 9,
        attributes: {
          "gen_ai.operation.name": "chat",
          "gen_ai.request.model": `${hostile}${"m".repeat(1_000_000)}`,
          "gen_ai.input.messages": JSON.stringify(messages),
          deep,
          [`${hostile}${"k".repeat(10_000)}`]: hostile,
        },
      },
    ],
  });
  const inspector = await inspect(page, traceId, spanIds.get("chat") ?? "");
  await expect(inspector.getByTestId("chat-message")).toHaveCount(50);
  await expect(inspector.getByText("message 4999")).toBeAttached();
  await inspector.getByRole("button", { name: /Show 100 more of 4,950 folded messages/ }).click();
  await expect(inspector.getByTestId("chat-message")).toHaveCount(150);
  await inspector.getByRole("tab", { name: /Attributes/ }).click();
  await inspector
    .getByRole("searchbox", { name: "Filter attributes" })
    .or(inspector.getByText("deep", { exact: true }))
    .first()
    .waitFor();
  await inspector.getByRole("tab", { name: "Raw" }).click();
  await expect(inspector.getByTestId("raw-otlp")).toContainText("resourceSpans");
  await expect(page).not.toHaveTitle("owned");
  expect(await inspector.locator("script, img").count()).toBe(0);
});

// axe finds nothing serious on any page, in either theme.
import { putTheme } from "../harness/api.ts";
import { seriousFindings } from "../harness/axe.ts";
import { exportTrace, sendLogs, sendTrace } from "../harness/otlp.ts";
import { expect, test } from "./fixtures.ts";

for (const theme of ["light", "dark"] as const) {
  test(`all pages, ${theme}`, async ({ page, server }) => {
    test.setTimeout(120_000);
    await putTheme(server.url, theme);
    const { traceId, spanIds } = await sendTrace(server.url, {
      spans: [
        { name: "order", start: 0, end: 100, attributes: { "session.id": "visit 1" } },
        {
          name: "pay",
          parent: "order",
          start: 10,
          end: 90,
          error: "card refused",
          attributes: { amount: 12 },
        },
      ],
    });
    const spanId = spanIds.get("pay") ?? "";
    const { traceId: otherId } = await sendTrace(server.url, {
      spans: [
        { name: "order", start: 0, end: 60 },
        { name: "pay", parent: "order", start: 10, end: 50, attributes: { amount: 11 } },
        { name: "ship", parent: "order", start: 50, end: 60 },
      ],
    });
    await sendLogs(server.url, [
      { traceId, spanId, severityNumber: 17, body: "card refused" },
      { traceId, body: { user: "ann" } },
    ]);
    await exportTrace(server.url, {
      headers: { "x-mlflow-experiment-id": "4242" },
      spans: [{ name: "lost", start: 0, end: 5 }],
    });

    for (const [address, ready] of [
      ["/", page.getByRole("heading", { level: 1 })],
      ["/traces", page.getByTestId("trace-row")],
      ["/experiments", page.getByTestId("experiment-row")],
      ["/experiments/0", page.getByTestId("trace-row")],
      ["/sessions", page.getByText("visit 1")],
      ["/sessions/visit%201?experiment=0", page.getByRole("heading", { level: 1 })],
      ["/settings", page.getByRole("heading", { level: 1 })],
      ["/diagnostics", page.getByTestId("rejected-request")],
      [`/traces/${traceId}`, page.getByTestId("trace-log").first()],
      [`/traces/${traceId}?span=${spanId}`, page.getByTestId("inspector").getByRole("heading", { name: "pay" })],
      ["/compare", page.getByRole("heading", { level: 1 })],
      [`/compare?baseline=${otherId}&candidate=${traceId}`, page.getByTestId("waterfall-row")],
      [`/compare?baseline=${otherId}&candidate=${traceId}&span=${spanId}&v=side`, page.getByRole("tab").first()],
      [`/compare?baseline=${otherId}&candidate=${"f".repeat(32)}`, page.getByText("The candidate is not here")],
      ["/nowhere", page.getByRole("heading", { level: 1 })],
    ] as const) {
      await page.goto(address);
      await expect(ready.first()).toBeVisible();
      expect(await seriousFindings(page), address).toEqual([]);
    }
    await page.goto(`/traces/${traceId}?span=${spanId}`);
    await page.getByRole("tab", { name: /Events & logs/ }).click();
    await expect(page.getByTestId("log-entry")).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);

    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    await page.keyboard.type("pay");
    await expect(page.getByTestId("found-count")).toHaveText("1 of 1");
    await page.getByRole("button", { name: "Columns and colours" }).click();
    await expect(page.getByRole("menu")).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
  });

  test(`menus and dialogs, ${theme}`, async ({ page, server }) => {
    test.setTimeout(120_000);
    await putTheme(server.url, theme);
    // A name of before 1.23, of which the doctor tells.
    const attributes = { "http.method": "POST" };
    const { traceId, spanIds } = await sendTrace(server.url, {
      spans: [{ name: "pay", start: 0, end: 100, attributes }],
    });
    const button = (name: string | RegExp) => page.getByRole("button", { name });
    for (const [opened, open, role] of [
      ["copy", () => button("Copy…").click(), "menu"],
      ["feedback", () => button(/^Feedback on this span/).click(), "dialog"],
      ["doctor", () => page.getByTestId("doctor-badge").click(), "dialog"],
      ["keys", () => page.keyboard.press("?"), "dialog"],
      ["palette", () => page.keyboard.press("Control+k"), "dialog"],
    ] as const) {
      await page.goto(`/traces/${traceId}?span=${spanIds.get("pay")}`);
      await expect(page.getByTestId("inspector").getByRole("heading", { name: "pay" })).toBeVisible();
      await open();
      await expect(page.getByRole(role)).toBeVisible();
      expect(await seriousFindings(page), opened).toEqual([]);
    }
    await page.goto("/experiments");
    await button(/^New experiment/).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    expect(await seriousFindings(page), "new experiment").toEqual([]);
  });
}

/** A call with every kind of part, by the GenAI conventions. */
const call = {
  "gen_ai.operation.name": "chat",
  "gen_ai.request.model": "gpt-4o",
  "gen_ai.request.temperature": 1,
  "gen_ai.usage.input_tokens": 12,
  "gen_ai.usage.output_tokens": 7,
  "gen_ai.prompt.name": "answer",
  "gen_ai.evaluation.name": "relevance",
  "gen_ai.evaluation.score.value": 0.9,
  "gen_ai.evaluation.score.label": "pass",
  "gen_ai.evaluation.explanation": "It answers what was asked",
  "gen_ai.system_instructions": JSON.stringify([{ type: "text", content: "Be brief" }]),
  "gen_ai.tool.definitions": JSON.stringify([{ type: "function", name: "search_orders" }]),
  "gen_ai.input.messages": JSON.stringify([
    {
      role: "user",
      parts: [{ type: "text", content: "Where is **order** `8841`?\n\n```json\n{}\n```" }],
    },
    {
      role: "assistant",
      parts: [{ type: "tool_call", id: "1", name: "search_orders", arguments: { order_id: 8841 } }],
    },
    {
      role: "tool",
      parts: [{ type: "tool_call_response", id: "1", response: { status: "in_transit" } }],
    },
  ]),
  "gen_ai.output.messages": JSON.stringify([
    {
      role: "assistant",
      finish_reason: "stop",
      parts: [
        { type: "reasoning", content: "They ask for an order" },
        { type: "text", content: '{"status":"in transit"}' },
      ],
    },
  ]),
};

const retrieval = {
  "openinference.span.kind": "RETRIEVER",
  "input.value": "delivery",
  "retrieval.documents.0.document.id": "faq",
  "retrieval.documents.0.document.content": "Orders leave within a day",
  "retrieval.documents.0.document.score": 0.91,
};

for (const theme of ["light", "dark"] as const) {
  test(`all panes of the inspector, ${theme}`, async ({ page, server }) => {
    test.setTimeout(120_000);
    await putTheme(server.url, theme);
    const { traceId, spanIds } = await sendTrace(server.url, {
      spans: [
        { name: "chat", start: 0, end: 100, attributes: call, error: "cut off" },
        { name: "find", parent: "chat", start: 5, end: 20, attributes: retrieval },
      ],
    });
    for (const name of ["chat", "find"]) {
      await page.goto(`/traces/${traceId}?span=${spanIds.get(name)}`);
      const inspector = page.getByTestId("inspector");
      await expect(inspector.getByRole("heading", { name })).toBeVisible();
      const tabs = inspector.getByRole("tab");
      await expect(tabs).toHaveCount(7);
      for (const tab of await tabs.all()) {
        await tab.click();
        await expect(tab).toHaveAttribute("aria-selected", "true");
        expect(await seriousFindings(page), `${name}: ${await tab.textContent()}`).toEqual([]);
      }
    }
    await page.goto(`/traces/${traceId}?span=${spanIds.get("chat")}`);
    for (const name of [/^system/, /^tools/, "Reasoning"]) {
      await page.getByTestId("inspector").getByRole("button", { name }).first().click();
    }
    await page.getByRole("button", { name: /^Evaluations of this span/ }).click();
    await expect(page.getByTestId("evaluation")).toContainText("It answers what was asked");
    expect(await seriousFindings(page), "evaluations").toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByTestId("inspector").getByRole("tree").last().focus();
    await page.keyboard.press("ArrowDown");
    expect(await seriousFindings(page), "unfolded").toEqual([]);
  });
}

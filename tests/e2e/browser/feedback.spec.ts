// Feedback and expectations on a trace and on a span: added, changed, deleted; as MLflow's API has them; in the list, which filters by them.
import { seriousFindings } from "../harness/axe.ts";
import { sendTrace } from "../harness/otlp.ts";
import { expect, test } from "./fixtures.ts";

const order = {
  spans: [
    { name: "checkout", start: 0, end: 40 },
    { name: "pay", parent: "checkout", start: 5, end: 30 },
  ],
};

test("feedback on a trace is added, changed and deleted, and MLflow's API has it", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, order);
  const known = async (): Promise<object[]> => {
    const answer = await page.request.get(`/api/3.0/mlflow/traces/tr-${traceId}`);
    const { trace } = (await answer.json()) as {
      trace: { trace_info: { assessments?: object[] } };
    };
    return trace.trace_info.assessments ?? [];
  };
  await page.goto(`/traces/${traceId}`);
  await page.getByRole("button", { name: "Add feedback" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toHaveText("The name is missing");
  // Letters are text here, not keys of the page.
  await page.getByRole("textbox", { name: "Name" }).fill("helpful x");
  await page.getByRole("radio", { name: "Yes", exact: true }).click();
  await page.getByRole("textbox", { name: "Why" }).fill("It says when it arrives");
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press("Control+Enter");
  const card = page.getByTestId("assessment");
  await expect(card).toContainText("helpful xyes");
  await expect(card).toContainText("user, person");
  await expect.poll(known).toMatchObject([
    {
      assessment_name: "helpful x",
      feedback: { value: true },
      rationale: "It says when it arrives",
      source: { source_type: "HUMAN", source_id: "user" },
    },
  ]);

  await card.getByRole("button", { name: "Edit helpful x" }).click();
  await page.getByRole("radio", { name: "Number" }).click();
  await page.getByRole("textbox", { name: "Value" }).fill("0.25");
  await page.getByRole("textbox", { name: "Why" }).fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(card).toContainText("0.25");
  await expect(card).not.toContainText("It says when it arrives");
  await expect.poll(known).toMatchObject([{ feedback: { value: 0.25 } }]);

  await card.getByRole("button", { name: "Delete helpful x" }).click();
  await card.getByRole("button", { name: "Cancel" }).click();
  await expect(card).toContainText("0.25");
  await card.getByRole("button", { name: "Delete helpful x" }).click();
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await expect(card).toHaveCount(0);
  await expect.poll(known).toEqual([]);
});

test("a span has feedback of its own, which the trace lists with the way to it", async ({ page, server }) => {
  const { traceId, spanIds } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}?span=${spanIds.get("pay") ?? ""}`);
  const strip = page.getByRole("button", { name: /^Feedback on this span/ });
  await strip.click();
  await page.getByRole("button", { name: "Add feedback" }).click();
  await page.getByRole("radio", { name: "Expectation" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("amount");
  await page.getByRole("radio", { name: "JSON" }).click();
  await page.getByRole("textbox", { name: "Value" }).fill('{"euros": 12}');
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByTestId("assessment")).toContainText('{"euros": 12}');
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(strip).toContainText("amount");

  await page.goto(`/traces/${traceId}`);
  await page.getByTestId("assessment").getByRole("button", { name: "pay" }).click();
  await expect(page.getByTestId("inspector").getByRole("heading", { name: "pay" })).toBeVisible();
});

test("names that are in use are offered, and a judge that failed says why", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, order);
  const error = {
    error_code: "ValueError",
    error_message: "the judge gave no JSON",
    stack_trace: "judge.py, line 3",
  };
  for (const [assessment_name, feedback] of [
    ["safety", { error }],
    ["correctness", { value: "yes" }],
  ] as const) {
    const answer = await page.request.post(`/api/3.0/mlflow/traces/tr-${traceId}/assessments`, {
      data: {
        assessment: {
          assessment_name,
          trace_id: `tr-${traceId}`,
          source: { source_type: "LLM_JUDGE", source_id: "gpt-4o" },
          feedback,
        },
      },
    });
    expect(answer.ok()).toBe(true);
  }
  await page.goto(`/traces/${traceId}`);
  const failed = page.getByRole("article", { name: "safety" });
  await expect(failed).toContainText("ValueError: the judge gave no JSON");
  await expect(failed.getByRole("region", { name: "Stack trace" })).toContainText("judge.py, line 3");
  expect(await seriousFindings(page)).toEqual([]);

  await page.getByRole("button", { name: "Add feedback" }).click();
  const names = page.getByRole("group", { name: "Names in use" }).getByRole("button");
  await expect(names).toHaveCount(2);
  await page.keyboard.type("Corr");
  await names.click();
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("correctness");
  await expect(page.getByRole("textbox", { name: "Name" })).toBeFocused();
  await expect(names).toHaveCount(0);

  // In the list what was judged comes before what is expected, and two of them have room.
  await page.goto("/traces");
  const row = page.getByTestId("trace-row");
  await expect(row.getByRole("button", { name: "Only traces with safety error" })).toBeDisabled();
  await row.getByRole("button", { name: "Only traces with correctness yes" }).click();
  await expect(page.getByRole("combobox", { name: "Query" })).toHaveValue("feedback.correctness = 'yes'");
});

test("a megabyte of feedback is stored, and shown as far as one reads", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, order);
  await page.goto(`/traces/${traceId}`);
  await page.getByRole("button", { name: "Add feedback" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("\u202Eevil <b>{{x}}</b>");
  await page.getByRole("radio", { name: "Text" }).click();
  await page.getByRole("textbox", { name: "Value" }).fill("word ".repeat(210_000));
  await page.getByRole("button", { name: "Save" }).click();
  const card = page.getByTestId("assessment");
  await expect(card).toContainText("evil <b>{{x}}</b>");
  const { assessments } = (await (await page.request.get(`/traceloupe/v1/traces/${traceId}/assessments`)).json()) as {
    assessments: { value: string }[];
  };
  expect(assessments[0]?.value).toHaveLength(1_050_002);
  expect(await card.evaluate((element) => element.textContent?.length ?? 0)).toBeLessThan(100_000);
  await page.goto("/traces");
  await expect(page.getByTestId("trace-row")).toContainText("evil");
});

test("the list shows feedback live, and a click on it filters", async ({ page, server }) => {
  const first = await sendTrace(server.url, order);
  await sendTrace(server.url, { spans: [{ name: "other", start: 0, end: 5 }] });
  await page.goto("/traces");
  const rows = page.getByTestId("trace-row");
  await expect(rows).toHaveCount(2);
  const answer = await page.request.post(`/api/3.0/mlflow/traces/tr-${first.traceId}/assessments`, {
    data: {
      assessment: {
        assessment_name: "correct",
        trace_id: `tr-${first.traceId}`,
        source: { source_type: "LLM_JUDGE", source_id: "gpt-4o" },
        feedback: { value: "partly" },
      },
    },
  });
  expect(answer.ok()).toBe(true);
  await page.getByRole("button", { name: "Only traces with correct partly" }).click();
  await expect(rows).toHaveText([/checkout/]);
  await expect(page.getByRole("combobox", { name: "Query" })).toHaveValue("feedback.correct = 'partly'");
});

test("what no assessment may be is refused", async ({ request, server }) => {
  const { traceId } = await sendTrace(server.url, order);
  const url = `${server.url}/traceloupe/v1/traces/${traceId}/assessments`;
  const good = { name: "n", kind: "feedback", value: 1 };
  for (const [data, status] of [
    [{ ...good, name: " " }, 400],
    [{ ...good, name: "n".repeat(251) }, 400],
    [{ ...good, name: "n".repeat(250) }, 201],
    [{ ...good, value: null }, 400],
    [{ ...good, kind: "issue" }, 400],
    [{ ...good, kind: "praise" }, 400],
    [{ ...good, span_id: "x" }, 400],
    [{}, 400],
  ] as const) {
    expect((await request.post(url, { data })).status(), JSON.stringify(data).slice(0, 60)).toBe(status);
  }
  expect((await request.post(url.replace(traceId, "0".repeat(31) + "1"), { data: good })).status()).toBe(404);
  expect((await request.put(`${url}/nowhere`, { data: { name: "n", value: 1, rationale: "" } })).status()).toBe(404);
});

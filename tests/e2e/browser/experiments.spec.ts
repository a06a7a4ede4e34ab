// Experiments: made, changed, deleted, restored; traces moved among them.
import { seriousFindings } from "../harness/axe.ts";
import { sendTrace } from "../harness/otlp.ts";
import { expect, test } from "./fixtures.ts";

const order = { spans: [{ name: "order", start: 0, end: 5 }] };

test("an experiment is made, changed, deleted and restored, as MLflow's API sees it", async ({ page }) => {
  await page.goto("/experiments");
  await expect(page.getByTestId("experiment-row")).toHaveText([/^Defaultdefault/]);
  await expect(page.getByRole("button", { name: "Delete Default" })).toBeDisabled();
  await page.getByRole("button", { name: "New experiment" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Default");
  await page.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("alert")).toContainText("already exists");
  await page.getByRole("textbox", { name: "Name" }).fill("Search");
  await page.getByRole("button", { name: "Create" }).click();
  await expect(page).toHaveURL(/\/experiments\/\d+$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Search");
  const id = page.url().split("/").at(-1) ?? "";

  await page.goto("/experiments");
  await page.getByRole("button", { name: "Edit Search" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Search v2");
  await page.getByRole("textbox", { name: "Description" }).fill("Ranking with a reranker");
  await page.getByRole("button", { name: "Add a tag" }).click();
  await page.getByRole("textbox", { name: "Key of tag 1" }).fill("team");
  await page.getByRole("textbox", { name: "Value of tag 1" }).fill("ranking");
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "Save" }).click();
  const row = page.locator(`[data-experiment-id="${id}"]`);
  await expect(row).toContainText("Search v2team: rankingRanking with a reranker");
  const known = async (): Promise<unknown> =>
    (
      (await (await page.request.get(`/api/2.0/mlflow/experiments/get?experiment_id=${id}`)).json()) as {
        experiment: unknown;
      }
    ).experiment;
  expect(await known()).toMatchObject({
    name: "Search v2",
    lifecycle_stage: "active",
    tags: [
      { key: "mlflow.note.content", value: "Ranking with a reranker" },
      { key: "team", value: "ranking" },
    ],
  });

  await page.getByRole("button", { name: "Edit Search v2" }).click();
  await page.getByRole("textbox", { name: "Description" }).fill("");
  await page.getByRole("button", { name: "Remove tag 1" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(row).not.toContainText("ranking");
  expect(JSON.stringify(await known())).not.toMatch(/team|note/);

  // Another one takes the traces that name none.
  await row.getByRole("button", { name: "Edit Search v2" }).click();
  await page.getByRole("checkbox", { name: /name no experiment/ }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("Search v2default");
  await expect(row.getByRole("button", { name: "Delete Search v2" })).toBeDisabled();
  await page.getByRole("button", { name: "Edit Default" }).click();
  await page.getByRole("checkbox", { name: /name no experiment/ }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await row.getByRole("button", { name: "Delete Search v2" }).click();
  await expect(row).toHaveCount(0);
  expect(await known()).toMatchObject({ lifecycle_stage: "deleted" });
  await page.getByRole("button", { name: "Show 1 deleted" }).click();
  await row.getByRole("button", { name: "Restore Search v2" }).click();
  await expect(row.getByRole("button", { name: "Edit Search v2" })).toBeVisible();
  expect(await known()).toMatchObject({ lifecycle_stage: "active" });
});

test("marked traces are moved, and spans that come later join them there", async ({ page, server }) => {
  const created = await page.request.post("/traceloupe/v1/experiments", {
    data: { name: "Archive" },
  });
  const { experiment_id: archive } = (await created.json()) as { experiment_id: string };
  const headers = { "x-mlflow-experiment-id": "0" };
  const { traceId } = await sendTrace(server.url, { ...order, headers });
  await sendTrace(server.url, { spans: [{ name: "stays", start: 0, end: 5 }], headers });
  await page.goto("/experiments/0");
  await expect(page.getByTestId("trace-row")).toHaveCount(2);
  await page.getByRole("row", { name: /order/ }).hover();
  await page.getByRole("checkbox", { name: "Mark order" }).click();
  await page.getByRole("button", { name: "Move to another experiment" }).click();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole("menuitem", { name: "Archive" }).click();
  await page.mouse.move(0, 0);
  await expect(page.getByTestId("trace-row")).toHaveText([/stays/]);
  await expect(page.getByText("1 trace moved to Archive")).toBeVisible();

  // Its sender still names the experiment that it knows.
  await sendTrace(server.url, { traceId, headers, spans: [{ name: "later", start: 5, end: 10 }] });
  await page.goto(`/experiments/${archive}`);
  await expect(page.getByTestId("trace-row")).toHaveText([/order/]);
  const moved = await page.request.get(`/traceloupe/v1/traces/${traceId}`);
  expect(((await moved.json()) as { summary: object }).summary).toMatchObject({
    n_spans: 2,
    experiment_id: archive,
  });
});

test("traces and sessions of a deleted experiment are out of sight until it is restored", async ({ page, server }) => {
  const created = await page.request.post("/traceloupe/v1/experiments", { data: { name: "Old" } });
  const { experiment_id: old } = (await created.json()) as { experiment_id: string };
  const headers = { "x-mlflow-experiment-id": old };
  const spans = [{ name: "first try", start: 0, end: 5, attributes: { "session.id": "s" } }];
  await sendTrace(server.url, { spans, headers });
  await sendTrace(server.url, order);
  await page.goto("/traces");
  const rows = page.getByTestId("trace-row");
  await expect(rows).toHaveCount(2);
  await page.request.delete(`/traceloupe/v1/experiments/${old}`);
  await page.goto("/traces");
  await expect(rows).toHaveText([/order/]);
  await page.goto("/sessions");
  await expect(page.getByText("No sessions yet")).toBeVisible();
  await page.goto(`/experiments/${old}`);
  await expect(rows).toHaveText([/first try/]);
  await expect(page.getByText("deleted", { exact: true })).toBeVisible();
  await page.request.post(`/traceloupe/v1/experiments/${old}/restore`);
  await page.goto("/traces");
  await expect(rows).toHaveCount(2);
});

test("what cannot be moved or made is refused", async ({ request, server }) => {
  const { traceId } = await sendTrace(server.url, order);
  const move = async (trace_ids: readonly string[], experiment_id: string): Promise<number> =>
    (
      await request.post(`${server.url}/traceloupe/v1/traces/move`, {
        data: { trace_ids, experiment_id },
      })
    ).status();
  expect(await move([traceId], "4242")).toBe(404);
  expect(await move([traceId], "x")).toBe(400);
  expect(await move([], "0")).toBe(400);
  expect(
    await move(
      Array.from({ length: 1000 }, () => traceId),
      "0",
    ),
  ).toBe(200);
  expect(
    await move(
      Array.from({ length: 1001 }, () => traceId),
      "0",
    ),
  ).toBe(400);
  const make = async (name: string): Promise<number> =>
    (await request.post(`${server.url}/traceloupe/v1/experiments`, { data: { name } })).status();
  expect(await make(" ")).toBe(400);
  expect(await make("n".repeat(501))).toBe(400);
  expect(await make("n".repeat(500))).toBe(201);
});

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
        { name: "order", start: 0, end: 100 },
        { name: "pay", parent: "order", start: 10, end: 90, error: "card refused", attributes: { amount: 12 } },
      ],
    });
    const spanId = spanIds.get("pay") ?? "";
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
      ["/settings", page.getByRole("heading", { level: 1 })],
      ["/diagnostics", page.getByTestId("rejected-request")],
      [`/traces/${traceId}`, page.getByTestId("trace-log").first()],
      [`/traces/${traceId}?span=${spanId}`, page.getByTestId("inspector").getByRole("heading", { name: "pay" })],
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
}

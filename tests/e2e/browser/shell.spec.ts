// What is around every page: keys, themes, the status line, and a server that goes away.
import { sendTrace } from "../harness/otlp.ts";
import { Server } from "../harness/server.ts";
import { expect, test } from "./fixtures.ts";

test("the keys lead to every page and list themselves", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByTestId("status-dot")).toHaveAttribute("data-state", "ok");
  for (const [key, address] of [
    ["t", "/traces"],
    ["e", "/experiments"],
    ["i", "/diagnostics"],
    ["s", "/settings"],
    ["h", "/"],
  ] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await expect(page).toHaveURL(address);
  }
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("Next trace");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("a chosen theme stays, and shows from the first paint on", async ({ page }) => {
  const root = page.locator("html");
  for (const [label, theme] of [
    ["Dark", "dark"],
    ["Light", "light"],
  ] as const) {
    await page.goto("/settings");
    await page.getByRole("radio", { name: label }).click();
    await expect(root).toHaveAttribute("data-theme", theme);
    // Before any answer of the server: only what the page itself knows.
    await page.route("**/traceloupe/v1/**", (route) => route.abort());
    await page.reload({ waitUntil: "commit" });
    await expect(root).toHaveAttribute("data-theme", theme);
    await page.unroute("**/traceloupe/v1/**");
  }
});

test("bounds of retention stay", async ({ page }) => {
  await page.goto("/settings");
  const size = page.getByRole("textbox", { name: "Largest size, GiB" });
  await size.fill("2.5");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "Save" })).toBeHidden();
  const age = page.getByRole("textbox", { name: "Largest age, days" });
  await age.fill("30");
  await age.press("Enter");
  await expect(page.getByRole("button", { name: "Save" })).toBeHidden();
  await page.reload();
  await expect(size).toHaveValue("2.5");
  await expect(age).toHaveValue("30");
  await size.fill("");
  await page.getByRole("button", { name: "Turn off" }).click();
  await page.reload();
  await expect(size).toHaveValue("");
  await expect(age).toHaveValue("30");
});

test("the system's theme is followed", async ({ page }) => {
  await page.goto("/settings");
  await page.getByRole("radio", { name: "System" }).click();
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
  }
});

test("a server that goes away is noticed", async ({ page }) => {
  const server = await Server.start();
  await page.goto(server.url);
  await expect(page.getByTestId("status-dot")).toHaveAttribute("data-state", "ok");
  await server.stop();
  await expect(page.getByTestId("status-dot")).not.toHaveAttribute("data-state", "ok");
});

test("two tabs share one live connection", async ({ context, server }) => {
  const pages = await Promise.all([context.newPage(), context.newPage(), context.newPage()]);
  const streams: string[] = [];
  for (const page of pages) {
    page.on("request", (request) => {
      if (request.url().endsWith("/live")) streams.push(request.url());
    });
    await page.goto(`${server.url}/traces`);
    await expect(page.getByTestId("status-dot")).toHaveAttribute("data-state", "ok");
  }
  expect(streams).toHaveLength(1);
});

test("a page says when the server is gone, and goes on by itself when it is back", async ({ page, server }) => {
  const { traceId } = await sendTrace(server.url, { spans: [{ name: "order", start: 0, end: 5 }] });
  await page.goto(`/traces/${traceId}`);
  await expect(page.getByTestId("waterfall-row")).toHaveCount(1);
  await server.end();
  const banner = page.getByTestId("connection-banner");
  await expect(banner).toContainText("Traceloupe does not answer", { timeout: 20_000 });
  await page.getByTestId("waterfall-row").click();
  await expect(page.getByText("This span cannot be shown")).toBeVisible();

  await server.startAgain();
  await expect(banner).toHaveCount(0);
  await expect(page.getByTestId("inspector").getByRole("heading", { name: "order" })).toBeVisible();
  await sendTrace(server.url, { traceId, spans: [{ name: "later", start: 5, end: 10 }] });
  await expect(page.getByTestId("waterfall-row")).toHaveCount(2);
});

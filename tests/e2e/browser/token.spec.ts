// A server that wants its token: a browser is asked for it once, and is led to where it wanted to go.
import { Server } from "../harness/server.ts";
import { expect, test } from "./fixtures.ts";

test("a browser is asked for the token, and let in where it wanted to go", async ({ page }) => {
  const server = await Server.start("--token", "s3cret/+=");
  try {
    const wanted = `${server.url}/traces?filter=name%20%3D%20%22a%26b%22`;
    expect((await page.goto(wanted))?.status()).toBe(401);
    const token = page.getByLabel("Token");
    await expect(token).toBeFocused();
    await token.fill("wrong");
    await page.getByRole("button", { name: "Open" }).click();
    await expect(page.getByRole("alert")).toHaveText("This is not its token");

    await token.fill("s3cret/+=");
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("status-dot")).toHaveAttribute("data-state", "ok");
    const { pathname, searchParams } = new URL(page.url());
    expect([pathname, [...searchParams]]).toEqual(["/traces", [["filter", 'name = "a&b"']]]);
    // From now on without it.
    await page.goto(`${server.url}/settings`);
    await expect(page.getByTestId("status-dot")).toHaveAttribute("data-state", "ok");
  } finally {
    await server.stop();
  }
});

// Sessions: listed with their users, and read as conversations.
import { seriousFindings } from "../harness/axe.ts";
import { sendTrace } from "../harness/otlp.ts";
import { expect, test } from "./fixtures.ts";

type TurnSpec = {
  session: string;
  user: string;
  ask: string;
  answer: string;
  ago: number;
  fails?: boolean;
};

async function sendTurn(url: string, { session, user, ask, answer, ago, fails }: TurnSpec) {
  return sendTrace(url, {
    startedMsAgo: ago,
    spans: [
      {
        name: "answer",
        start: 0,
        end: 200,
        attributes: {
          "session.id": session,
          "user.id": user,
          "input.value": ask,
          "output.value": answer,
        },
        ...(fails === true ? { error: "no stock" } : {}),
      },
      {
        name: "execute_tool find_order",
        parent: "answer",
        start: 20,
        end: 60,
        attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "find_order" },
      },
    ],
  });
}

test("sessions are listed with their users, and filtered by one", async ({ page, server }) => {
  await page.goto("/sessions");
  await expect(page.getByText("No sessions yet")).toBeVisible();
  await sendTurn(server.url, {
    session: "a/b",
    user: "ada",
    ask: "Where is it?",
    answer: "Here.",
    ago: 9_000,
  });
  await sendTurn(server.url, {
    session: "a/b",
    user: "ada",
    ask: "When?",
    answer: "Now.",
    ago: 6_000,
  });
  await sendTurn(server.url, {
    session: "other",
    user: "bob",
    ask: "Why?",
    answer: "So.",
    ago: 3_000,
    fails: true,
  });
  const rows = page.getByTestId("session-row");
  await expect(rows).toHaveText([/^otherWhy\?bob11/, /^a\/bWhere is it\?ada2/]);
  expect(await seriousFindings(page)).toEqual([]);

  await page.getByRole("combobox", { name: "User" }).click();
  await page.getByRole("option", { name: /^ada/ }).click();
  await expect(rows).toHaveText([/^a\/b/]);
  await expect(page).toHaveURL("/sessions?user=ada");
  await rows.getByRole("link").click();
  await expect(page).toHaveURL("/sessions/a%2Fb");
  await expect(page.getByTestId("turn")).toHaveCount(2);
});

test("a conversation reads in order, grows, and leads to its traces and tools", async ({ page, server }) => {
  const second = await sendTurn(server.url, {
    session: "s",
    user: "ada",
    ask: "When?",
    answer: "Now.",
    ago: 5_000,
  });
  await sendTurn(server.url, {
    session: "s",
    user: "ada",
    ask: "Where is it?",
    answer: "Here.",
    ago: 9_000,
  });
  await page.goto(`/traces/${second.traceId}`);
  await page.getByRole("link", { name: "session s" }).click();
  const turns = page.getByTestId("turn");
  await expect(turns).toHaveText([/Where is it\?.*find_order.*Here\./s, /When\?.*find_order.*Now\./s]);
  await expect(page.getByTestId("session-facts")).toContainText("2 turns · ada · 400 ms");
  expect(await seriousFindings(page)).toEqual([]);

  await sendTurn(server.url, {
    session: "s",
    user: "ada",
    ask: "Sure?",
    answer: "",
    ago: 1_000,
    fails: true,
  });
  await expect(turns).toHaveCount(3);
  await expect(turns.last()).toContainText("This turn failed");
  await expect(turns.last()).toContainText("Nothing was recorded");

  await turns
    .nth(1)
    .getByRole("link", { name: /find_order/ })
    .click();
  await expect(page.getByTestId("inspector").getByRole("heading", { name: "execute_tool find_order" })).toBeVisible();
  await page.goBack();
  await expect(turns).toHaveCount(3);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/traces/${second.traceId}`);
});

test("a turn whose root recorded nothing reads from its model calls", async ({ page, server }) => {
  const said = (role: string, content: string) => JSON.stringify([{ role, parts: [{ type: "text", content }] }]);
  await sendTrace(server.url, {
    startedMsAgo: 5_000,
    spans: [
      { name: "POST /answer", start: 0, end: 200 },
      {
        name: "chat",
        parent: "POST /answer",
        start: 20,
        end: 160,
        attributes: {
          "session.id": "web",
          "gen_ai.operation.name": "chat",
          "gen_ai.input.messages": said("user", "Capital of France?"),
          "gen_ai.output.messages": said("assistant", "Paris."),
        },
      },
    ],
  });
  await page.goto("/sessions/web");
  await expect(page.getByTestId("turn")).toHaveText(/Capital of France\?.*Paris\./s);
  await page.goto("/sessions");
  await expect(page.getByTestId("session-row")).toHaveText(/^webCapital of France\?/);
});

test("a turn is judged where it is read", async ({ page, server }) => {
  await sendTurn(server.url, {
    session: "v1.2/../x",
    user: "ada",
    ask: "When?",
    answer: "Now.",
    ago: 5_000,
  });
  // Dots in an address are names here, not files.
  await page.goto("/sessions/v1.2%2F..%2Fx");
  const turn = page.getByTestId("turn");
  await turn.getByRole("button", { name: "Feedback on this turn, 0" }).click();
  await page.getByRole("button", { name: "Add feedback" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("helpful");
  await page.getByRole("radio", { name: "No", exact: true }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByTestId("assessment")).toContainText("helpfulno");
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(turn.getByRole("button", { name: "Feedback on this turn, 1" })).toHaveText("helpfulno");
});

test("a session that nobody knows says so", async ({ page }) => {
  await page.goto("/sessions/nobody");
  await expect(page.getByText("No trace is of this session")).toBeVisible();
});

// What a person does with traces all day, in the real web view: experiments, sessions, feedback and the query bar, by mouse and key.
import { By, Key, type WebElement } from "selenium-webdriver";
import { sendTrace } from "../harness/otlp.ts";
import { until } from "../harness/until.ts";
import { DrivenWindow } from "../harness/window.ts";
import { expect, test as base } from "./fixtures.ts";

const test = base.extend<{ window: DrivenWindow }>({
  window: async ({ display, folder }, use) => {
    const window = await DrivenWindow.open(display, folder);
    await use(window);
    await window.quit();
  },
});

/** Finds what a person would call so, and clicks it: the driver refuses if something else lies over it. */
async function press({ page }: DrivenWindow, role: string, name: string): Promise<void> {
  const find = `
    const [role, name] = arguments;
    const called = (element) => (element.getAttribute("aria-label") ?? element.innerText).trim();
    const all = [...document.querySelectorAll(role)].filter((element) => element.getClientRects().length > 0);
    return all.find((element) => called(element) === name) ?? all.find((element) => called(element).startsWith(name)) ?? null;`;
  const element = await until(`${role} "${name}"`, 10_000, () =>
    page.executeScript<WebElement | null>(find, role, name),
  );
  await element.click();
}

/** Clicks a place, whatever lies over it. */
async function clickAt({ page }: DrivenWindow, selector: string): Promise<void> {
  const origin = await page.findElement(By.css(selector));
  await page.actions().move({ origin }).click().perform();
}

async function type({ page }: DrivenWindow, ...keys: readonly string[]): Promise<void> {
  await page
    .actions()
    .sendKeys(...keys)
    .perform();
}

async function isAt({ page, url }: DrivenWindow, address: RegExp): Promise<void> {
  await until(`the address ${String(address)}`, 10_000, async () =>
    address.test((await page.getCurrentUrl()).slice(url.length)),
  );
}

async function shows({ page }: DrivenWindow, testId: string, texts: readonly RegExp[]): Promise<void> {
  const script = "return [...document.querySelectorAll(`[data-testid='${arguments[0]}']`)].map((one) => one.innerText)";
  let seen: string[] = [];
  await until(`${testId}: ${texts.join(", ")}`, 10_000, async () => {
    seen = await page.executeScript<string[]>(script, testId);
    return seen.length === texts.length && texts.every((text, place) => text.test(seen[place] ?? ""));
  }).catch((error: unknown) => {
    throw new Error(`there is ${JSON.stringify(seen)}`, { cause: error });
  });
}

const turn = (session: string, user: string, ask: string, answer: string, more: object = {}) => ({
  spans: [
    {
      name: "answer",
      start: 0,
      end: 200,
      attributes: { "session.id": session, "user.id": user, "input.value": ask, "output.value": answer },
    },
  ],
  ...more,
});

test("experiments: what stands beside rows can be pressed, a row opens what it names", async ({ window }) => {
  await window.go("/experiments");
  await shows(window, "experiment-row", [/^Default/]);
  // A link that covered more than its row would swallow this.
  await press(window, "button", "New experiment");
  await type(window, "Search", Key.ENTER);
  await isAt(window, /^\/experiments\/[1-9]\d*$/);
  await window.go("/experiments");
  await shows(window, "experiment-row", [/^Default/, /^Search/]);
  await press(window, "button", "Edit Search");
  await press(window, "label", "Traces that name no experiment");
  await press(window, "button", "Save");
  await shows(window, "experiment-row", [/^Default\s*0/, /^Search\s*default/]);
  // Far from the name the row is the link all the same.
  await clickAt(window, "[data-testid=experiment-row]:first-child td:nth-child(5)");
  await isAt(window, /^\/experiments\/0$/);
});

test("sessions: a user is chosen, a conversation opened and a turn judged", async ({ window }) => {
  await sendTrace(window.url, turn("a", "ada", "Where is it?", "Here.", { startedMsAgo: 9_000 }));
  await sendTrace(window.url, turn("b", "bob", "Why?", "So.", { startedMsAgo: 5_000 }));
  await window.go("/sessions");
  await shows(window, "session-row", [/^b\s*Why\?/, /^a\s*Where/]);
  await press(window, "[role=combobox]", "User");
  await press(window, "[role=option]", "ada");
  await isAt(window, /^\/sessions\?user=ada$/);
  await shows(window, "session-row", [/^a\s*Where/]);
  await clickAt(window, "[data-testid=session-row] td:nth-child(6)");
  await isAt(window, /^\/sessions\/a$/);
  await shows(window, "turn", [/Where is it\?[^]*Here\./]);
  await press(window, "button", "Feedback on this turn, 0");
  await press(window, "button", "Add feedback");
  const isFocused = "return document.activeElement?.matches('form input') ?? false";
  await until("the field of the name", 10_000, () => window.page.executeScript(isFocused));
  await type(window, "helpful");
  await press(window, "[role=radio]", "Yes");
  await press(window, "button", "Save");
  await shows(window, "assessment", [/^helpful\s*yes/]);
  await type(window, Key.ESCAPE);
  await press(window, "button", "Feedback on this turn, 1");
});

test("the query bar is filled by keys alone, and the address leads back and forth", async ({ window }) => {
  await sendTrace(window.url, turn("a", "ada", "Where is it?", "Here."));
  await sendTrace(window.url, { spans: [{ name: "invoice", start: 0, end: 4_000, error: "card refused" }] });
  await window.go("/traces");
  await shows(window, "trace-row", [/./, /./]);
  const option = async (name: string): Promise<void> => {
    const label = `return [...document.querySelectorAll("[role=option]")].some((one) => one.innerText.startsWith(arguments[0]))`;
    await until(`the completion "${name}"`, 10_000, () => window.page.executeScript(label, name));
  };
  await type(window, "/", "stat");
  await option("status");
  await type(window, Key.TAB);
  await option("=");
  await type(window, Key.TAB);
  await option("ERROR");
  await type(window, "ERR");
  // No completion shows while the one for what is typed now is on its way.
  await option("ERROR");
  await type(window, Key.TAB, Key.ENTER);
  await shows(window, "trace-row", [/invoice/]);
  await isAt(window, /^\/traces\?filter=status\+%3D\+%27ERROR%27$/);
  // Neither the window nor its web view has a way back of its own.
  const together = async (key: string): Promise<void> => {
    await window.page.actions().keyDown(Key.ALT).sendKeys(key).keyUp(Key.ALT).perform();
  };
  await type(window, Key.ESCAPE);
  await together(Key.ARROW_LEFT);
  await shows(window, "trace-row", [/./, /./]);
  await together(Key.ARROW_RIGHT);
  await shows(window, "trace-row", [/invoice/]);
  expect(await window.page.executeScript("return document.querySelector('[role=combobox]').value")).toBe(
    "status = 'ERROR'",
  );
});

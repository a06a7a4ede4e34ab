// A page to measure, in whichever engine: the few things that a measurement does with it.
import type { Page } from "@playwright/test";
import type { WebDriver } from "selenium-webdriver";

export interface PageDriver {
  go(url: string): Promise<void>;
  /** Runs a function in the page, which sees nothing but its argument; returns what it returns or promises. */
  evaluate<A, R>(inPage: (argument: A) => R | Promise<R>, argument: A): Promise<R>;
  /** Presses the keys of a text, one after the other. */
  type(text: string): Promise<void>;
  escape(): Promise<void>;
}

export function chromiumDriver(page: Page): PageDriver {
  return {
    go: async (url) => void (await page.goto(url)),
    evaluate: async <A, R>(inPage: (argument: A) => R | Promise<R>, argument: A): Promise<R> =>
      await page.evaluate<R>(`(${String(inPage)})(${JSON.stringify(argument)})`),
    type: async (text) => await page.keyboard.type(text),
    escape: async () => await page.keyboard.press("Escape"),
  };
}

export function windowDriver(page: WebDriver): PageDriver {
  const type = async (text: string): Promise<void> => await page.actions().sendKeys(text).perform();
  return {
    go: async (url) => await page.get(url),
    evaluate: async <A, R>(inPage: (argument: A) => R | Promise<R>, argument: A): Promise<R> => {
      const script = `const done = arguments[1]; Promise.resolve((${String(inPage)})(arguments[0])).then(done);`;
      return await page.executeAsyncScript<R>(script, argument);
    },
    type,
    // The driver's code of the key.
    escape: async () => await type("\uE00C"),
  };
}

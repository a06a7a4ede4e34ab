// What window tests share: a screen for each test, and a folder that ends with it.
import { expect, test as base } from "@playwright/test";
import { Display } from "../harness/display.ts";
import { Folder } from "../harness/folders.ts";
import { endLeftovers } from "../harness/programs.ts";

type Fixtures = { display: Display; folder: Folder; nothingLeft: boolean };

export const screen = { width: 1920, height: 1080 };

export const test = base.extend<Fixtures>({
  display: async ({ nothingLeft }, use) => {
    // Named so that it ends after this one.
    void nothingLeft;
    const display = await Display.start(screen.width, screen.height);
    await use(display);
    await display.stop();
  },
  nothingLeft: [
    async ({}, use, testInfo) => {
      await use(true);
      const leftovers = await endLeftovers();
      if (testInfo.status === testInfo.expectedStatus)
        expect(leftovers, "programs that the test left running").toEqual([]);
    },
    { auto: true },
  ],
  folder: async ({}, use) => {
    const folder = new Folder();
    await use(folder);
    folder.remove();
  },
});

export { expect };

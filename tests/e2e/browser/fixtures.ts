// What browser tests share: a server of its own for each test, and a page that fails the test when it complains.
import { expect, test as base } from "@playwright/test";
import { endLeftovers } from "../harness/programs.ts";
import { Server } from "../harness/server.ts";

type Fixtures = { server: Server; nothingLeft: boolean };

export const test = base.extend<Fixtures>({
  nothingLeft: [
    async ({}, use) => {
      await use(true);
      await endLeftovers();
    },
    { auto: true },
  ],
  server: async ({ nothingLeft }, use) => {
    // Named so that it ends after this one.
    void nothingLeft;
    const server = await Server.start();
    await use(server);
    await server.stop();
  },
  baseURL: async ({ server }, use) => await use(server.url),
  page: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      // A 404 that a test asks for is logged by the browser itself.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        complaints.push(message.text());
      }
    });
    // Nothing leaves the machine: neither fonts nor images nor anything else.
    page.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (/^https?:$/.test(protocol) && hostname !== "127.0.0.1") complaints.push(`request to ${request.url()}`);
    });
    await use(page);
    expect(complaints).toEqual([]);
  },
});

export { expect };

import { expect, test } from "vitest";
import { httpOrigin, originOf, portOf } from "./listeners.ts";
import type { Status } from "./messages.ts";

test.each([
  ["127.0.0.1:5000", "http://127.0.0.1:5000"],
  ["[::1]:5000", "http://[::1]:5000"],
  ["0.0.0.0:4318", "http://box.local:4318"],
  ["[::]:4318", "http://box.local:4318"],
])("%s is reached at %s", (address, origin) => expect(originOf(address, "box.local")).toBe(origin));

test("the port is what follows the last colon", () => expect(portOf("[::1]:43187")).toBe("43187"));

test("without an address of the main listener, the page's own origin is the best guess", () => {
  const status = { listeners: [] as Status["listeners"] } as Status;
  expect(httpOrigin(status, { hostname: "x", origin: "http://x:1" })).toBe("http://x:1");
});

import { cleanup, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Listener, Status } from "../api/messages.ts";
import { renderPage } from "../api/testing/render-page.tsx";
import { status } from "../api/testing/status.ts";
import { StatusLine } from "./StatusLine.tsx";
import { StoreBanner } from "./StoreBanner.tsx";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const listeners: Listener[] = [
  { role: "http", address: "127.0.0.1:5000", asked: "127.0.0.1:5000", is_fallback: false },
  { role: "otlp_http", address: "127.0.0.1:43187", asked: "127.0.0.1:4318", is_fallback: true },
  { role: "otlp_grpc", address: "127.0.0.1:4317", asked: "127.0.0.1:4317", is_fallback: false },
];

/** Shows the line and the banner of a server whose status a test may change. */
function showLine(first: Partial<Status>) {
  const served = { status: status(first) };
  const shown = renderPage(
    () => (
      <>
        <StoreBanner />
        <StatusLine />
      </>
    ),
    { "/status": () => Response.json(served.status) },
  );
  return { served, ...shown };
}

test("says where Traceloupe listens, what it holds, and which port was taken", async () => {
  const { served, announce } = showLine({ listeners, n_spans: 1, n_traces: 1, database_bytes: 4096 });
  expect(await screen.findByText("127.0.0.1:5000 · 127.0.0.1:43187 · 127.0.0.1:4317")).toBeTruthy();
  expect(screen.getByText("port 4318 is taken, using 43187")).toBeTruthy();
  expect(screen.getByTestId("span-count").textContent).toBe("1 span");

  served.status.n_spans = 12_408;
  await announce("status");
  await waitFor(() => expect(screen.getByTestId("span-count").textContent).toBe("12,408 spans"));
});

test("counts what is in the inbox and leads there", async () => {
  const { served, announce } = showLine({});
  await screen.findByTestId("span-count");
  expect(screen.queryByTestId("rejected")).toBeNull();

  served.status = status({ n_rejected_groups: 1 });
  await announce("rejected");
  await waitFor(() => expect(screen.getByTestId("rejected").textContent).toBe("1 problem in the inbox"));
  served.status = status({ n_rejected_groups: 2, n_waiting: 1_204 });
  await announce("rejected");
  await waitFor(() =>
    expect(screen.getByTestId("rejected").textContent).toBe("2 problems in the inbox, 1,204 waiting"),
  );
  expect(screen.getByTestId("rejected").getAttribute("href")).toBe("/diagnostics");
});

test("the dot follows the connection", async () => {
  const { connection } = showLine({});
  const dot = await screen.findByTestId("status-dot");
  expect(dot.dataset["state"]).toBe("connecting");
  await connection("open");
  expect(dot.dataset["state"]).toBe("ok");
  expect(dot.textContent).toBe("Listening");
  await connection("error");
  expect(dot.dataset["state"]).toBe("reconnecting");
});

test.each([
  ["busy", "Database held", "Another program holds the database"],
  ["full", "Disk full", "The disk is full"],
  ["read_only", "Not writable", "The data folder may not be written"],
  ["failed", "Not storing", "The database cannot be written"],
] as const)("a store that is %s says so in words, at the dot and over the page", async (state, short, title) => {
  const store = { state, message: "12 MB are left on /data", since_unix_nano: "1700000000000000000" };
  const { served, connection, announce } = showLine({ store });
  await connection("open");
  const dot = await screen.findByTestId("status-dot");
  await waitFor(() => expect(dot.textContent).toBe(short));
  const banner = screen.getByRole("status", { name: "Store" });
  expect(banner.textContent).toContain(title);
  expect(banner.textContent).toContain("12 MB are left on /data");

  served.status = status();
  await announce("status");
  await waitFor(() => expect(dot.textContent).toBe("Listening"));
  expect(banner.textContent).toBe("");
});

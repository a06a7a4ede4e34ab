import { cleanup, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { renderPage } from "../api/testing/render-page.tsx";
import { StatusLine } from "./StatusLine.tsx";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const status = {
  listeners: [
    { role: "http", address: "127.0.0.1:5000", asked: "127.0.0.1:5000", is_fallback: false },
    { role: "otlp_http", address: "127.0.0.1:43187", asked: "127.0.0.1:4318", is_fallback: true },
    { role: "otlp_grpc", address: "127.0.0.1:4317", asked: "127.0.0.1:4317", is_fallback: false },
  ],
  n_spans: 1,
  n_traces: 1,
  n_rejected: 0,
  database_bytes: 4096,
};

test("says where Traceloupe listens, what it holds, and which port was taken", async () => {
  const { announce } = renderPage(StatusLine, { "/status": () => Response.json(status) });
  expect(await screen.findByText("127.0.0.1:5000 · 127.0.0.1:43187 · 127.0.0.1:4317")).toBeTruthy();
  expect(screen.getByText("port 4318 is taken, using 43187")).toBeTruthy();
  expect(screen.getByTestId("span-count").textContent).toBe("1 span");
  expect(screen.queryByTestId("rejected")).toBeNull();

  status.n_spans = 12_408;
  status.n_rejected = 2;
  await announce("status");
  await waitFor(() => expect(screen.getByTestId("rejected").textContent).toBe("2 rejected"));
  expect(screen.getByTestId("span-count").textContent).toBe("12,408 spans");
});

test("the dot follows the connection", async () => {
  const { connection } = renderPage(StatusLine, { "/status": () => Response.json(status) });
  const dot = await screen.findByTestId("status-dot");
  expect(dot.dataset["state"]).toBe("connecting");
  await connection("open");
  expect(dot.dataset["state"]).toBe("ok");
  expect(dot.textContent).toBe("Listening");
  await connection("error");
  expect(dot.dataset["state"]).toBe("reconnecting");
});

import { cleanup, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { ExperimentSummary } from "../../api/messages.ts";
import { renderPage } from "../../api/testing/render-page.tsx";
import { ExperimentsPage } from "./ExperimentsPage.tsx";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const experiment = (more: Partial<ExperimentSummary>): ExperimentSummary => ({
  experiment_id: "0",
  name: "Default",
  lifecycle_stage: "active",
  creation_time_ms: 1_700_000_000_000,
  n_traces: 0,
  tags: {},
  ...more,
});

test("experiments are listed with their counts and lead to their traces, live", async () => {
  const experiments = [
    experiment({
      experiment_id: "7",
      name: "FastAPI",
      n_traces: 12_408,
      last_trace_time_unix_nano: "1700000000000000000",
    }),
    experiment({}),
  ];
  const { announce } = renderPage(ExperimentsPage, { "/experiments": () => Response.json({ experiments }) });
  const [first, second] = await screen.findAllByTestId("experiment-row");
  const inFirst = within(first ?? document.body);
  expect(inFirst.getByRole("link", { name: "FastAPI" }).getAttribute("href")).toBe("/experiments/7");
  expect(inFirst.getByText("12,408")).toBeTruthy();
  expect(within(second ?? document.body).getByText("never")).toBeTruthy();

  experiments.push(experiment({ experiment_id: "8", name: "New" }));
  await announce("experiments");
  await waitFor(() => expect(screen.getAllByTestId("experiment-row")).toHaveLength(3));
});

test("a failure is said, and tried again on request", async () => {
  let isBroken = true;
  renderPage(ExperimentsPage, {
    "/experiments": () =>
      isBroken
        ? Response.json({ message: "no such table", code: "internal" }, { status: 500 })
        : Response.json({ experiments: [experiment({})] }),
  });
  expect((await screen.findByRole("alert")).textContent).toContain("no such table");
  isBroken = false;
  screen.getByRole("button", { name: "Try again" }).click();
  expect(await screen.findByTestId("experiment-row")).toBeTruthy();
});

import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Accepted, RejectedDetail, RejectedGroup, Settings, Status } from "../../api/messages.ts";
import { type Answers, renderPage } from "../../api/testing/render-page.tsx";
import { status } from "../../api/testing/status.ts";
import { DiagnosticsPage } from "./DiagnosticsPage.tsx";
import { rejectedGroup, rejectedRequest } from "./testing/rejected.ts";

beforeEach(() => {
  // jsdom lays nothing out.
  HTMLElement.prototype.scrollIntoView = () => {};
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const experiment = (experiment_id: string, name: string) => ({
  experiment_id,
  name,
  lifecycle_stage: "active",
  creation_time_ms: 0,
  n_traces: 0,
});

/** A server whose inbox a test may change; `asked` are the requests that change something. */
function openInbox(groups: RejectedGroup[], more: { answers?: Answers; status?: Partial<Status> } = {}) {
  const served = {
    groups,
    settings: { theme: "system", default_experiment_id: "0", allow_origins: ["https://old.example"] } as Settings,
  };
  const asked: string[] = [];
  const note = async (request: Request, url: URL): Promise<void> => {
    asked.push(
      `${request.method} ${url.pathname.replace("/traceloupe/v1", "")} ${await request.clone().text()}`.trim(),
    );
  };
  const detailOf = (group: RejectedGroup): RejectedDetail => ({
    group,
    fix: { text: "Create the experiment first", snippets: [{ title: "Shell", language: "shell", code: "export A=1" }] },
    requests: [
      rejectedRequest({
        request_id: `${group.group_id}-1`,
        headers: [{ name: "x-mlflow-experiment-id", value: "42" }],
      }),
    ],
  });
  const answers: Answers = {
    "/status": () => Response.json(status(more.status)),
    "/experiments": () => Response.json({ experiments: [experiment("0", "Default"), experiment("7", "Agents")] }),
    "/settings": async (request, url) => {
      if (request.method === "PUT") {
        await note(request, url);
        served.settings = (await request.json()) as Settings;
      }
      return Response.json(served.settings);
    },
    "/rejected": async (request, url) => {
      if (request.method === "DELETE") {
        await note(request, url);
        served.groups = [];
        return new Response(null, { status: 204 });
      }
      return Response.json({ groups: served.groups, n_bytes: 2048, n_forgotten: 3 });
    },
    ...more.answers,
    "/rejected/*": async (request, url) => {
      const id = url.pathname.split("/")[4] ?? "";
      const group = served.groups.find((one) => one.group_id === id);
      if (!group) return Response.json({ message: "gone", code: "not_found" }, { status: 404 });
      if (request.method === "GET") return Response.json(detailOf(group));
      await note(request, url);
      served.groups = served.groups.filter((one) => one !== group);
      if (request.method === "DELETE") return new Response(null, { status: 204 });
      const accepted: Accepted = { n_stored: 12, n_left: 0, reasons: [], trace_ids: ["a".repeat(32)] };
      return Response.json(accepted);
    },
  };
  const Page = (): React.ReactNode => {
    const [groupId, setGroupId] = useState<string | null>(null);
    return <DiagnosticsPage groupId={groupId} onChoose={setGroupId} />;
  };
  return { served, asked, ...renderPage(() => <Page />, answers) };
}

const rows = (): string[] =>
  screen.queryAllByTestId("rejected-group").map((row) => (row.getAttribute("href") ?? "").replace(/.*group=/, ""));
const currentRow = (): string | undefined =>
  screen
    .queryAllByTestId("rejected-group")
    .find((row) => row.getAttribute("aria-current") === "true")
    ?.getAttribute("href")
    ?.replace(/.*group=/, "");

test("a group says in words what was wrong, who sent it, and how to mend it", async () => {
  openInbox([
    rejectedGroup({ kind: "wrong_path", reason: "Nothing is at /v1/trace", path: "/v1/trace", n_waiting: 0 }),
  ]);
  expect(await screen.findByRole("heading", { level: 2, name: "Wrong path" })).toBeTruthy();
  const detail = screen.getByRole("region", { name: "Wrong path" });
  expect(within(detail).getByText("Nothing is at /v1/trace")).toBeTruthy();
  expect(await within(detail).findByText("Create the experiment first")).toBeTruthy();
  expect(within(detail).getByText("export A=1")).toBeTruthy();
  expect(within(detail).getByRole("button", { name: "Copy Shell" })).toBeTruthy();
  expect(within(detail).getByText("x-mlflow-experiment-id")).toBeTruthy();
  expect(within(detail).getByText("answer_question, llm.chat, …")).toBeTruthy();
  expect(
    within(detail)
      .getByRole("link", { name: /Payload/ })
      .getAttribute("href"),
  ).toBe("/traceloupe/v1/rejected/1/requests/1-1/body");
  expect(within(detail).queryByRole("button", { name: "Accept" })).toBe(null);
});

test("waiting spans are accepted into the proposed experiment, and the page says where they are", async () => {
  const user = userEvent.setup();
  const { asked, announce } = openInbox([rejectedGroup()]);
  await user.click(await screen.findByRole("button", { name: "Accept" }));
  const notice = await screen.findByTestId("accepted");
  expect(notice.textContent).toContain("12 spans and log records stored, new traces in Default");
  expect(within(notice).getByRole("link", { name: "Open the trace" }).getAttribute("href")).toBe(
    `/traces/${"a".repeat(32)}`,
  );
  expect(asked).toEqual([`POST /rejected/1/accept {"experiment_id":"0"}`]);
  await announce("rejected");
  expect(await screen.findByText("The inbox is empty")).toBeTruthy();
  expect(screen.getByTestId("accepted")).toBeTruthy();
});

test("another experiment can be chosen", async () => {
  const user = userEvent.setup();
  const { asked } = openInbox([rejectedGroup()]);
  await user.click(await screen.findByRole("combobox", { name: "Experiment to accept into" }));
  await user.click(await screen.findByRole("option", { name: /Agents/ }));
  await user.click(screen.getByRole("button", { name: "Accept" }));
  await screen.findByTestId("accepted");
  expect(asked).toEqual([`POST /rejected/1/accept {"experiment_id":"7"}`]);
});

test("a refused origin is added to those of the settings, and says that it is allowed", async () => {
  const user = userEvent.setup();
  const { served, asked } = openInbox([
    rejectedGroup({ kind: "foreign_origin", origin: "https://app.example", n_waiting: 0 }),
  ]);
  await user.click(await screen.findByRole("button", { name: "Allow this origin" }));
  expect(await screen.findByText("Allowed")).toBeTruthy();
  expect(served.settings.allow_origins).toEqual(["https://old.example", "https://app.example"]);
  expect(asked).toHaveLength(1);
});

test("removing asks first where spans would be lost, and the next group follows", async () => {
  const user = userEvent.setup();
  const { asked, announce } = openInbox([
    rejectedGroup({ group_id: "a" }),
    rejectedGroup({ group_id: "b", kind: "undecodable", n_waiting: 0 }),
    rejectedGroup({ group_id: "c" }),
  ]);
  await user.click(await screen.findByRole("button", { name: "Remove…" }));
  const dialog = await screen.findByRole("alertdialog");
  expect(dialog.textContent).toContain("12 spans and log records");
  await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
  expect(asked).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Remove…" }));
  await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Remove" }));
  await announce("rejected");
  await waitFor(() => expect(rows()).toEqual(["b", "c"]));
  expect(asked).toEqual(["DELETE /rejected/a"]);
  expect(currentRow()).toBe("b");

  await user.click(screen.getByRole("button", { name: "Remove" }));
  await announce("rejected");
  await waitFor(() => expect(rows()).toEqual(["c"]));
});

test("the whole inbox is emptied after a question that counts what would be lost", async () => {
  const user = userEvent.setup();
  const { asked, announce } = openInbox([rejectedGroup({ group_id: "a" }), rejectedGroup({ group_id: "b" })]);
  await user.click(await screen.findByRole("button", { name: "Empty the inbox…" }));
  const dialog = await screen.findByRole("alertdialog");
  expect(dialog.textContent).toContain("24 spans and log records");
  await user.click(within(dialog).getByRole("button", { name: "Remove all" }));
  await announce("rejected");
  expect(await screen.findByText("The inbox is empty")).toBeTruthy();
  expect(asked).toEqual(["DELETE /rejected"]);
});

test("a group that comes, or is hit again, moves neither the list nor what is shown", async () => {
  const [a, b] = [rejectedGroup({ group_id: "a" }), rejectedGroup({ group_id: "b", kind: "undecodable" })];
  const { served, announce } = openInbox([a, b]);
  await waitFor(() => expect(rows()).toEqual(["a", "b"]));
  served.groups = [rejectedGroup({ group_id: "new", kind: "too_large" }), { ...b, n_requests: 9 }, a];
  await announce("rejected");
  await waitFor(() => expect(rows()).toEqual(["new", "a", "b"]));
  expect(currentRow()).toBe("a");
  expect(screen.getByText("×9")).toBeTruthy();
  expect(screen.getByRole("region", { name: "Unknown experiment" })).toBeTruthy();
});

test("a click chooses, and what was chosen is told as such", async () => {
  const user = userEvent.setup();
  openInbox([rejectedGroup({ group_id: "a" }), rejectedGroup({ group_id: "b", kind: "undecodable" })]);
  await user.click(await screen.findByRole("link", { name: /Unreadable body/ }));
  expect(currentRow()).toBe("b");
  expect(await screen.findByRole("region", { name: "Unreadable body" })).toBeTruthy();
});

test("j and k choose, Enter leads to the details, Escape back", async () => {
  const user = userEvent.setup();
  openInbox([rejectedGroup({ group_id: "a" }), rejectedGroup({ group_id: "b", kind: "undecodable" })]);
  await waitFor(() => expect(currentRow()).toBe("a"));
  await user.keyboard("j");
  await waitFor(() => expect(currentRow()).toBe("b"));
  await user.keyboard("j");
  expect(currentRow()).toBe("b");
  await user.keyboard("{Enter}");
  expect(document.activeElement).toBe(screen.getByRole("region", { name: "Unreadable body" }));
  await user.keyboard("{Escape}");
  expect(document.activeElement?.getAttribute("aria-current")).toBe("true");
  await user.keyboard("{ArrowUp}");
  await waitFor(() => expect(currentRow()).toBe("a"));
  expect(document.activeElement?.getAttribute("href")).toContain("group=a");
});

test("an empty inbox says that all is well; one that cannot be read says why", async () => {
  openInbox([]);
  expect(await screen.findByText("The inbox is empty")).toBeTruthy();
  cleanup();
  openInbox([], {
    answers: { "/rejected": () => Response.json({ message: "No luck", code: "internal" }, { status: 500 }) },
  });
  expect((await screen.findByRole("alert")).textContent).toContain("No luck");
});

test("the strip tells of store, listeners, what is not kept and what retention removed", async () => {
  openInbox([], {
    status: {
      store: { state: "full", message: "1 MB is left" },
      listeners: [{ role: "otlp_http", address: "127.0.0.1:43187", asked: "127.0.0.1:4318", is_fallback: true }],
      not_stored: { n_metric_requests: 2, n_metric_points: 1204, n_logs_without_trace: 30 },
      retention: { n_traces: 5, n_spans: 900, last_time_unix_nano: "1700000000000000000" },
    },
  });
  expect((await screen.findByTestId("health-store")).textContent).toContain("Disk full1 MB is left");
  expect(screen.getByTestId("health-listeners").textContent).toContain("127.0.0.1:4318 was taken127.0.0.1:43187");
  expect(screen.getByTestId("health-not-kept").textContent).toContain("1,204 metric points, 30 log records");
  expect(screen.getByTestId("health-retention").textContent).toContain("5 traces removed900 spans");
});

import { act, cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useState } from "react";
import type { QueryReading, TraceSummary } from "../../api/messages.ts";
import { renderPage } from "../../api/testing/render-page.tsx";
import { usualView } from "./list-view.ts";
import { summary } from "./testing/summary.ts";
import { TraceListPage } from "./TraceListPage.tsx";

const windowHeight = 28 * 21;

beforeEach(() => {
  // jsdom lays nothing out; the virtual list asks for these.
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(windowHeight);
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(1200);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(windowHeight);
  HTMLElement.prototype.scrollTo = function scrollTo(this: HTMLElement, options?: ScrollToOptions | number) {
    if (typeof options === "object") this.scrollTop = options.top ?? 0;
    fireEvent.scroll(this);
  };
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** Opens the page before a server that answers from `traces`; `announce` says what a test did to them. */
async function openPage(
  traces: TraceSummary[],
  experimentId: string | null = null,
  onPin: (request: Request, url: URL) => void = () => {},
  onTrace: (url: URL) => void = () => {},
) {
  const listPage = vi.fn<(url: URL) => Response>((url) => {
    const from = Number(url.searchParams.get("page_token") ?? 0);
    const to = from + Number(url.searchParams.get("limit"));
    const next_page_token = to < traces.length ? String(to) : null;
    return Response.json({ traces: traces.slice(from, to), next_page_token, n_total: traces.length });
  });
  function Page() {
    const [view, setView] = useState(usualView);
    return <TraceListPage experimentId={experimentId} view={view} onView={setView} />;
  }
  const { announce } = renderPage(() => <Page />, {
    "/traces/query": (_request, url) => Response.json(readQuery(url.searchParams.get("text") ?? "")),
    "/traces": (_request, url) => listPage(url),
    "/traces/*": (request, url) => {
      if (url.pathname.endsWith("/pin")) {
        onPin(request, url);
        return new Response(null, { status: 204 });
      }
      onTrace(url);
      return Response.json({ summary: traces.find((trace) => url.pathname.endsWith(trace.trace_id)) });
    },
    "/experiments": () =>
      Response.json({
        experiments: [
          {
            experiment_id: "0",
            name: "Default",
            lifecycle_stage: "active",
            creation_time_ms: 0,
            n_traces: 1,
            tags: {},
          },
        ],
      }),
  });
  await screen.findByRole("heading", { level: 1 });
  await waitFor(() => expect(listPage).toHaveBeenCalled());
  return { announce, listPage };
}

/** What the server says of a query, as far as these tests go: one word is refused, all else is text. */
function readQuery(text: string): QueryReading {
  const start = text.indexOf("staus");
  const suggestions = [{ label: "status", insert: "status ", detail: "OK, ERROR or IN_PROGRESS" }];
  const error = { message: "Invalid attribute key 'staus' specified. Valid keys are", hint: "Did you mean status?" };
  return {
    parts: text === "" ? [] : [{ kind: "plain", start: 0, end: text.length }],
    ...(start === -1 ? {} : { error: { ...error, start, end: start + 5 } }),
    suggestions: "status".startsWith(text) ? suggestions : [],
    replace_start: 0,
    replace_end: text.length,
  };
}

const shownNames = (): string =>
  screen
    .queryAllByTestId("trace-row")
    .map((row) => within(row).getByRole("link").textContent)
    .join("");
const frame = async (): Promise<HTMLElement> => (await screen.findByRole("grid")).parentElement ?? document.body;

test("new traces come in by themselves while nobody points at the list", async () => {
  const traces = [summary("b"), summary("a")];
  const { announce } = await openPage(traces);
  await waitFor(() => expect(shownNames()).toBe("ba"));
  traces.unshift(summary("c"));
  await announce("traces", `trace:${traces[0]?.trace_id ?? ""}`);
  await waitFor(() => expect(shownNames()).toBe("cba"));
  expect(screen.getByTestId("trace-count").textContent).toBe("3 traces");
  expect(screen.queryByTestId("new-traces")).toBeNull();
});

test("while the pointer is over the list new traces wait, counted, and a changed row changes in its place", async () => {
  const user = userEvent.setup();
  const traces = [summary("b"), summary("a")];
  const { announce } = await openPage(traces);
  await user.hover(await frame());
  traces[0] = { ...summary("b"), n_spans: 77 };
  traces.unshift(summary("d"), summary("c"));
  await announce("traces", ...traces.map((trace) => `trace:${trace.trace_id}`));
  const pill = await screen.findByRole("button", { name: "2 new" });
  expect(shownNames()).toBe("ba");

  await user.click(pill);
  expect(shownNames()).toBe("dcba");
  expect(screen.queryByTestId("new-traces")).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole("grid"));
});

test("a row that changed is updated while held", async () => {
  const user = userEvent.setup();
  const traces = [summary("b"), summary("a")];
  const { announce } = await openPage(traces);
  await user.hover(await frame());
  traces[1] = { ...summary("a"), n_spans: 77, n_errors: 3, state: "ERROR" };
  await announce("traces", `trace:${traces[1].trace_id}`);
  const row = screen.getAllByTestId("trace-row")[1] ?? document.body;
  await waitFor(() => expect(within(row).getByText("77")).toBeTruthy());
  expect(within(row).getByRole("img", { name: "Error" })).toBeTruthy();
  expect(shownNames()).toBe("ba");
});

test("leaving the list lets waiting traces in", async () => {
  const user = userEvent.setup();
  const traces = [summary("a")];
  const { announce } = await openPage(traces);
  await user.hover(await frame());
  traces.unshift(summary("b"));
  await announce("traces");
  await screen.findByTestId("new-traces");
  await user.unhover(await frame());
  expect(shownNames()).toBe("ba");
});

test("j, k and Enter choose and open a trace; a chosen row holds new ones back, Escape lets them in", async () => {
  const user = userEvent.setup();
  const traces = [summary("c"), summary("b"), summary("a")];
  const { announce } = await openPage(traces);
  await screen.findByRole("grid");
  await user.keyboard("jjjk");
  const chosen = (): string =>
    screen
      .getAllByRole("row", { selected: true })
      .map((row) => row.id)
      .join();
  expect(chosen()).toBe(`trace-${summary("b").trace_id}`);
  expect(screen.getByRole("grid").getAttribute("aria-activedescendant")).toBe(chosen());

  traces.unshift(summary("d"));
  await announce("traces");
  await screen.findByRole("button", { name: "1 new" });
  expect(shownNames()).toBe("cba");
  await user.keyboard("{Escape}");
  expect(shownNames()).toBe("dcba");

  await user.keyboard("{ArrowDown}{Enter}");
  expect(await screen.findByText(`at /traces/${summary("d").trace_id}`)).toBeTruthy();
});

test("a trace is pinned by its button, which opens nothing, and unpinned by the key", async () => {
  const user = userEvent.setup();
  const traces = [summary("b"), summary("a")];
  const asked: string[] = [];
  const { announce } = await openPage(traces, null, (request, url) => {
    asked.push(`${request.method} ${url.pathname.slice(-6)}`);
    traces[1] = { ...summary("a"), is_pinned: request.method === "PUT" };
  });
  const button = await screen.findByRole("button", { name: "Pin a" });
  expect(button.getAttribute("aria-pressed")).toBe("false");
  await user.click(button);
  await announce("traces", `trace:${summary("a").trace_id}`);
  await waitFor(() => expect(button.getAttribute("aria-pressed")).toBe("true"));
  expect(shownNames()).toBe("ba");

  await user.keyboard("{Escape}{End}P");
  await announce("traces", `trace:${summary("a").trace_id}`);
  await waitFor(() => expect(button.getAttribute("aria-pressed")).toBe("false"));
  const end = summary("a").trace_id.slice(-2);
  expect(asked).toEqual([`PUT ${end}/pin`, `DELETE ${end}/pin`]);
});

test("scrolling towards the end loads the next page, and only rows in view are in the document", async () => {
  const traces = Array.from({ length: 240 }, (_, index) =>
    summary("x", {
      name: `${index};`,
      trace_id: index.toString(16).padStart(32, "0"),
      start_time_unix_nano: String(1_700_000_000_000_000_000n - BigInt(index)),
    }),
  );
  await openPage(traces);
  expect((await screen.findByTestId("trace-count")).textContent).toBe("240 traces");
  expect(screen.getAllByTestId("trace-row").length).toBeLessThan(60);
  const grid = screen.getByRole("grid");
  const scrollToRow = async (index: number) => {
    await act(async () => {
      grid.scrollTop = index * 28;
      fireEvent.scroll(grid);
      await Promise.resolve();
    });
  };
  await scrollToRow(80);
  await waitFor(() =>
    expect(Number(grid.querySelector<HTMLElement>('[style*="height"]')?.style.height.slice(0, -2))).toBe(200 * 28),
  );
  await scrollToRow(185);
  await scrollToRow(219);
  await waitFor(() => expect(shownNames()).toContain("239;"));
  expect(screen.getAllByTestId("trace-row").length).toBeLessThan(60);
});

test("a failed page is said, and loaded on request", async () => {
  const user = userEvent.setup();
  const traces = Array.from({ length: 120 }, (_, index) =>
    summary("x", { trace_id: index.toString(16).padStart(32, "0"), start_time_unix_nano: String(2_000_000 - index) }),
  );
  const { listPage } = await openPage(traces);
  const grid = await screen.findByRole("grid");
  listPage.mockImplementation(() => Response.json({ message: "busy", code: "unavailable" }, { status: 503 }));
  act(() => {
    grid.scrollTop = 70 * 28;
    fireEvent.scroll(grid);
  });
  const again = await screen.findByRole("button", { name: "Try again" });
  listPage.mockReset();
  await user.click(again);
  await waitFor(() => expect(screen.queryByText("More traces could not be loaded")).toBeNull());
});

test("an experiment without traces, and one that does not exist, say so", async () => {
  await openPage([], "0");
  expect(await screen.findByText("No traces in this experiment yet")).toBeTruthy();
  cleanup();
  await openPage([], "99");
  expect(await screen.findByText("There is no experiment 99")).toBeTruthy();
});

test("Enter applies a query, a refused one is told with its remedy and asks the server for nothing", async () => {
  const user = userEvent.setup();
  const { listPage } = await openPage([summary("b"), summary("a")]);
  await screen.findByRole("grid");
  const bar = screen.getByRole("combobox", { name: "Query" });
  await user.keyboard("/");
  expect(document.activeElement).toBe(bar);
  await user.type(bar, "staus = 'OK'");
  expect((await screen.findByTestId("query-error")).textContent).toContain("Did you mean status?");
  expect(bar.getAttribute("aria-invalid")).toBe("true");
  const asked = listPage.mock.calls.length;
  await user.keyboard("{Enter}");
  expect(listPage.mock.calls.length).toBe(asked);

  await user.clear(bar);
  await user.type(bar, "card refused{Enter}");
  await waitFor(() => expect(listPage.mock.lastCall?.[0].searchParams.get("filter")).toBe("card refused"));
});

test("Tab completes what is typed", async () => {
  const user = userEvent.setup();
  await openPage([summary("a")]);
  const bar = await screen.findByRole<HTMLInputElement>("combobox", { name: "Query" });
  await user.type(bar, "sta");
  await screen.findByRole("option", { name: /^status/ });
  await user.keyboard("{Tab}");
  expect(bar.value).toBe("status ");
  expect(document.activeElement).toBe(bar);
});

test("the head of a column orders by it, twice the other way, three times no longer", async () => {
  const user = userEvent.setup();
  const { listPage } = await openPage([summary("b"), summary("a")]);
  const head = await screen.findByRole("button", { name: "Tokens" });
  const order = (): string | null | undefined => listPage.mock.lastCall?.[0].searchParams.get("order");
  await user.click(head);
  await waitFor(() => expect(order()).toBe("tokens DESC"));
  expect(screen.getByRole("columnheader", { name: "Tokens" }).getAttribute("aria-sort")).toBe("descending");
  // The rows stay as the server ordered them.
  await waitFor(() => expect(shownNames()).toBe("ba"));
  await user.click(screen.getByRole("button", { name: "Tokens" }));
  await waitFor(() => expect(order()).toBe("tokens ASC"));
  await user.click(screen.getByRole("button", { name: "Tokens" }));
  await waitFor(() =>
    expect(screen.getByRole("columnheader", { name: "Tokens" }).getAttribute("aria-sort")).toBe("none"),
  );
});

test("two traces are marked by key and compared, the older one first", async () => {
  const user = userEvent.setup();
  await openPage([summary("b"), summary("a")]);
  await screen.findByRole("grid");
  await user.keyboard("j j");
  expect(screen.getByRole("button", { name: /^Compare/ })).toHaveProperty("disabled", true);
  await user.keyboard(" ");
  expect(screen.getByText("2 marked")).toBeTruthy();
  await user.keyboard("c");
  expect(await screen.findByText("at /compare")).toBeTruthy();
});

test("a trace is asked for when its link is pressed, once", async () => {
  const asked: string[] = [];
  await openPage(
    [summary("b"), summary("a")],
    null,
    () => {},
    (url) => asked.push(url.pathname.split("/").slice(4).join("/")),
  );
  const link = await screen.findByRole("link", { name: "b" });
  const id = summary("b").trace_id;
  for (let press = 0; press < 2; press++) fireEvent.pointerDown(link);
  await waitFor(() => expect(asked).toEqual([id, `${id}/spans`]));
});

import { cleanup, configure, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Finding } from "../../api/messages.ts";
import { renderPage } from "../../api/testing/render-page.tsx";
import { encodeTable, testTraceId } from "../../trace-model/testing/build.ts";
import { drawSpans } from "../../trace-model/testing/draw.ts";
import { DoctorBadge } from "./DoctorBadge.tsx";

// On a busy machine a page takes its time.
configure({ asyncUtilTimeout: 4000 });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const spans = drawSpans(`
           0....5....10...15...20
  plan     [===================]
  pay      [========]              !orphan
`);

const orphan: Finding = {
  code: "orphan",
  severity: "warning",
  title: "Spans whose parent is not here",
  meaning: "They are shown as roots.",
  fix: "Call `provider.shutdown()` <script>alert(1)</script>",
  span_ids: ["0000000000000002"],
  n_spans: 1,
};

const many: Finding = {
  ...orphan,
  code: "no_service_name",
  severity: "info",
  title: "Spans without a service name",
  span_ids: Array.from({ length: 100 }, (_, i) => (i + 16).toString(16).padStart(16, "0")),
  n_spans: 812,
};

function show(findings: readonly Finding[]) {
  return renderPage(() => <DoctorBadge traceId={testTraceId} />, {
    [`/traces/${testTraceId}/analysis`]: () => Response.json({ critical_path: [], critical_path_ns: "0", findings }),
    [`/traces/${testTraceId}/spans`]: () => new Response(encodeTable(spans)),
  });
}

test("the badge counts, and behind it stands what it means, how to fix it and where it is", async () => {
  const user = userEvent.setup();
  show([orphan, many]);
  const badge = await screen.findByRole("button", { name: /^2 findings of the doctor/ });
  await user.click(badge);
  const list = await screen.findByTestId("doctor-findings");
  const [first, second] = within(list).getAllByRole("listitem") as [HTMLElement, HTMLElement];
  expect(within(first).getByRole("heading").textContent).toBe("Spans whose parent is not here");
  expect(within(first).getByText("They are shown as roots.")).toBeTruthy();
  expect(within(first).getByText("provider.shutdown()").tagName).toBe("CODE");
  expect(document.querySelector("script")).toBe(null);

  expect(within(second).getByText("812 spans")).toBeTruthy();
  await user.click(within(second).getByRole("button", { name: "96 more" }));
  expect(within(second).getByText("the first 100 of them")).toBeTruthy();

  await user.click(await within(first).findByRole("button", { name: "pay" }));
  await screen.findByText(`at /traces/${testTraceId}`);
});

test("a sound trace has no badge", async () => {
  let nAsked = 0;
  renderPage(() => <DoctorBadge traceId={testTraceId} />, {
    [`/traces/${testTraceId}/analysis`]: () => {
      nAsked++;
      return Response.json({ critical_path: [], critical_path_ns: "0", findings: [] });
    },
  });
  await waitFor(() => expect(nAsked).toBe(1));
  expect(screen.queryByTestId("doctor-badge")).toBe(null);
});

import { expect, test } from "vitest";
import type { ExperimentSummary } from "../../api/messages.ts";
import { clientName, experimentToAccept, neighbourOf, requestLine, transportName } from "./group-text.ts";
import { rejectedGroup, rejectedRequest } from "./testing/rejected.ts";

test.each([
  [{ sdk: "OpenTelemetry Python", user_agent: "OTel-OTLP-Exporter-Python/1.38.0" }, "OpenTelemetry Python"],
  [{ user_agent: "python-requests/2.32.5 extra" }, "python-requests/2.32.5"],
  [{ user_agent: "", client_address: "127.0.0.1" }, "127.0.0.1"],
])("the client of %j is called %s", (more, want) => expect(clientName(rejectedGroup(more))).toBe(want));

test.each([
  [{ method: "POST", path: "/v1/trace" }, "POST /v1/trace"],
  [
    { transport: "grpc", path: "/opentelemetry.proto.collector.trace.v1.TraceService/Export" },
    "gRPC TraceService/Export",
  ],
])("the request of %j reads %s", (more, want) => expect(requestLine(rejectedGroup(more))).toBe(want));

test.each([
  [{ transport: "http" }, "HTTP"],
  [{ transport: "grpc" }, "gRPC"],
  [{ kind: "tls", transport: "http" }, "TLS"],
] as const)("%j spoke %s", (more, want) => expect(transportName(rejectedGroup(more))).toBe(want));

const experiment = (experiment_id: string, lifecycle_stage = "active"): ExperimentSummary => ({
  experiment_id,
  name: `e${experiment_id}`,
  lifecycle_stage,
  creation_time_ms: 0,
  n_traces: 0,
  tags: {},
});

const namedBy = (value: string) => ({
  requests: [rejectedRequest({ headers: [{ name: "x-mlflow-experiment-id", value }] })],
});

test.each([
  ["the one of the header, made since", namedBy("42"), [experiment("0"), experiment("42")], "42"],
  ["the default one while that of the header is unknown", namedBy("42"), [experiment("7"), experiment("0")], "0"],
  ["not a deleted one", namedBy("42"), [experiment("42", "deleted"), experiment("0")], "0"],
  ["the first where the default one is gone", { requests: [] }, [experiment("0", "deleted"), experiment("3")], "3"],
  ["none where there is none", { requests: [] }, [], null],
])("accepting proposes %s", (_name, detail, experiments, want) => {
  expect(experimentToAccept(detail, experiments, "0")).toBe(want);
});

test("when a group goes, the next one follows, at the end the one before", () => {
  const groups = ["a", "b", "c"].map((group_id) => rejectedGroup({ group_id }));
  expect(["a", "c"].map((id) => neighbourOf(groups, id))).toEqual(["b", "b"]);
  expect(neighbourOf([rejectedGroup({ group_id: "a" })], "a")).toBe(null);
});

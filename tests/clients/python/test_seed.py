"""The programs that Traceloupe exists for, each in its own process against a server of its own.

MLflow's auto-tracing, an OpenTelemetry SDK configured by environment variables alone, and FastAPI with both SDKs in one
tracer provider: MLflow exporting alone (setup A), beside an OTLP exporter (B), and beside one without the experiment
header (C). Each must give one trace with the right tree, no span twice, and say of each span where it came from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import mlflow
import pytest

import fake_openai
import otlp
from api import Api, wait_until
from span_table import Row, outline

pytestmark = pytest.mark.traceloupe

SERVER_SPAN = "POST /rag/v1/answer"
SEND = f"{SERVER_SPAN} http send"
RECEIVE = f"{SERVER_SPAN} http receive"
FASTAPI = "opentelemetry.instrumentation.fastapi"
MLFLOW_SCOPE = "mlflow.tracing.provider"
RETRIEVER = "rag.retriever"
USAGE = {**fake_openai.RESPONSES_USAGE, "cache_read_input_tokens": 0}
MLFLOW_NAMES = ("answer_question", "rerank", "generate", "Responses")

# From the second request on, both SDKs work together; that is the trace that the seed is about.
MERGED = f"""\
{SERVER_SPAN}
  answer_question
    {RECEIVE}
    retrieve
      rerank
    generate
      Responses
  {SEND}
  {SEND}"""

# What MLflow 3.18 and the OTLP exporter make of the first request, before MLflow has joined the tracer provider: the client
# cuts it in pieces (recorded without Traceloupe). They are here so that "nothing lost, nothing twice" covers the whole run.
FIRST_REQUEST = {
    "a": [
        f"answer_question\n  {RECEIVE}\n  retrieve\n    rerank\n  generate\n    Responses",
        SEND,
        SEND,
    ],
    "b": [f"{SERVER_SPAN}\n  {SEND}\n  {SEND}", RECEIVE, "retrieve\n  rerank", "generate\n  Responses"],
}
FIRST_REQUEST["c"] = FIRST_REQUEST["b"]


@dataclass
class Run:
    """A finished scenario, and the API of the server that it ran against."""

    setup: str
    api: Api
    printed: str

    def outlines(self) -> dict[str, str]:
        """The tree of every trace in the store, as text, by trace id."""
        return {trace["trace_id"]: outline(self.api.ui_rows(trace["trace_id"])) for trace in self.api.ui_traces()}

    def merged_trace_id(self) -> str:
        (trace_id,) = [trace_id for trace_id, tree in self.outlines().items() if tree == MERGED]
        return trace_id

    def spans(self, trace_id: str) -> list[tuple[Row, dict[str, Any]]]:
        """Rows of the waterfall, each with its span's detail."""
        return [(row, self.api.ui_span(trace_id, row.span_id)) for row in self.api.ui_rows(trace_id)]

    def experiment_id(self, name: str) -> str:
        (experiment,) = [e for e in self.api.ui("experiments")["experiments"] if e["name"] == name]
        return experiment["experiment_id"]


@contextmanager
def running(start_server, tmp_path_factory) -> Iterator[Any]:
    server = start_server(tmp_path_factory.mktemp("own") / "data")
    try:
        yield server
    finally:
        server.stop()


# Auto-tracing


@pytest.fixture(scope="module")
def autotrace(start_server, run_scenario, tmp_path_factory) -> Iterator[Run]:
    with running(start_server, tmp_path_factory) as server:
        printed = run_scenario("autotrace", server.url)
        yield Run("autotrace", Api(server.url), printed)


def test_autotrace_is_one_trace(autotrace: Run) -> None:
    (trace,) = autotrace.api.ui_traces()
    assert (trace["name"], trace["n_spans"], trace["n_errors"]) == ("Responses", 1, 0)
    assert (trace["state"], trace["has_root"]) == ("OK", True)
    assert (trace["experiment_id"], trace["sources"]) == ("0", ["mlflow"])
    assert (trace["input_tokens"], trace["output_tokens"]) == (11, 6)
    detail = autotrace.api.ui(f"traces/{trace['trace_id']}")
    assert detail["experiment_name"] == "Default"
    assert detail["request_preview"] == '{"model": "gpt-4o-mini", "input": "Hello, world!"}'
    assert detail["response_preview"] == fake_openai.RESPONSES_TEXT
    ((row, span),) = autotrace.spans(trace["trace_id"])
    assert (row.source, row.span_type) == (("mlflow", False), "CHAT_MODEL")
    assert span["inputs"] == any_value({"model": "gpt-4o-mini", "input": "Hello, world!"})
    assert fake_openai.RESPONSES_TEXT in json.dumps(span["outputs"])
    assert exporters(span) == ["mlflow"]
    mlflow_info = autotrace.api.mlflow("GET", f"traces/tr-{trace['trace_id']}")["trace"]["trace_info"]
    assert json.loads(mlflow_info["trace_metadata"]["mlflow.trace.tokenUsage"]) == USAGE


# The environment-variable route


@pytest.fixture(scope="module", params=["main listener", "main listener, gzip", "OTLP listener, no header"])
def otel(request, start_server, run_scenario, tmp_path_factory) -> Iterator[Run]:
    with running(start_server, tmp_path_factory) as server:
        api = Api(server.url)
        experiment_id = api.create_experiment("checkout")
        if request.param == "OTLP listener, no header":
            environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{server.ready['otlp_http']}"}
        else:
            environment = {
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{server.url}/v1/traces",
                "OTEL_EXPORTER_OTLP_TRACES_HEADERS": f"x-mlflow-experiment-id={experiment_id}",
            }
        if "gzip" in request.param:
            environment["OTEL_EXPORTER_OTLP_COMPRESSION"] = "gzip"
        yield Run(request.param, api, run_scenario("otel_env", server.url, **environment))


def test_otel_environment_route(otel: Run) -> None:
    expected_experiment = "Default" if "no header" in otel.setup else "checkout"
    (trace,) = otel.api.ui_traces()
    assert trace["experiment_id"] == otel.experiment_id(expected_experiment)
    assert (trace["name"], trace["n_spans"], trace["n_errors"], trace["state"]) == ("checkout", 3, 1, "OK")
    assert (trace["services"], trace["sources"]) == (["unknown_service:python"], ["opentelemetry"])

    (checkout_row, checkout), (reserve_row, reserve), (charge_row, charge) = otel.spans(trace["trace_id"])
    rows = (checkout_row, reserve_row, charge_row)
    assert [(row.name, row.depth) for row in rows] == [("checkout", 0), ("reserve stock", 1), ("charge card", 1)]
    assert {row.source for row in rows} == {("opentelemetry", False)}
    assert {row.scope for row in rows} == {"checkout"}
    for span in (checkout, reserve, charge):
        assert exporters(span) == ["opentelemetry"]
        (origin,) = span["origins"]
        assert (origin["scope"]["name"], origin["scope"]["version"]) == ("checkout", "3.2.1")
        assert resource(origin)["telemetry.sdk.name"] == "opentelemetry"

    assert attributes(checkout) == {
        "http.request.method": {"stringValue": "POST"},
        "cart.items": {"intValue": "3"},
        "cart.ids": {"arrayValue": {"values": [{"stringValue": "a"}, {"stringValue": "b"}]}},
        "cart.total": {"doubleValue": "12.5"},
        "cart.is_gift": {"boolValue": False},
    }
    assert (checkout["kind"], checkout["parent_span_id"]) == ("SPAN_KIND_SERVER", None)
    assert (charge["kind"], charge["status"]) == (
        "SPAN_KIND_CLIENT",
        {"code": "STATUS_CODE_ERROR", "message": "card declined"},
    )
    assert [event["name"] for event in charge["events"]] == ["retry", "exception"]
    (link,) = reserve["links"]
    assert (link["trace_id"], link["span_id"], link["is_known"]) == (trace["trace_id"], checkout["span_id"], True)
    assert checkout["linked_from"] == [{"trace_id": trace["trace_id"], "span_id": reserve["span_id"]}]


# FastAPI with both SDKs


@pytest.fixture(scope="module", params=["a", "b", "c"])
def fastapi(request, start_server, run_scenario, tmp_path_factory) -> Iterator[Run]:
    with running(start_server, tmp_path_factory) as server:
        printed = run_scenario(f"fastapi_setup_{request.param}", server.url)
        yield Run(request.param, Api(server.url), printed)


def test_fastapi_answered_both_questions(fastapi: Run) -> None:
    assert fastapi.printed.splitlines() == [f"200 {fake_openai.RESPONSES_TEXT}"] * 2


def test_fastapi_gives_one_merged_trace_and_nothing_twice(fastapi: Run) -> None:
    assert sorted(fastapi.outlines().values()) == sorted([MERGED, *FIRST_REQUEST[fastapi.setup]])


def test_fastapi_trace_info(fastapi: Run) -> None:
    trace_id = fastapi.merged_trace_id()
    detail = fastapi.api.ui(f"traces/{trace_id}")
    summary = detail["summary"]
    assert summary["experiment_id"] == fastapi.experiment_id("FastAPI")
    assert (summary["name"], summary["n_spans"], summary["n_errors"]) == (SERVER_SPAN, 9, 0)
    assert (summary["state"], summary["has_root"]) == ("OK", True)
    assert summary["sources"] == ["mlflow", "opentelemetry"]
    assert (summary["input_tokens"], summary["output_tokens"]) == (11, 6)
    assert detail["tags"]["mlflow.traceName"] == SERVER_SPAN
    # The root is FastAPI's, which has neither inputs nor outputs.
    assert (detail["request_preview"], detail["response_preview"]) == (None, None)
    if fastapi.setup == "a":
        assert summary["services"] == []
    else:
        assert summary["services"] == ["rag-api"]
        assert (detail["tags"]["service.name"], detail["tags"]["service.version"]) == ("rag-api", "1.4.2")


def test_fastapi_spans(fastapi: Run) -> None:
    by_name = {row.name: (row, span) for row, span in fastapi.spans(fastapi.merged_trace_id())}
    types = {name: row.span_type for name, (row, _) in by_name.items() if row.span_type}
    assert types == {"answer_question": "UNKNOWN", "rerank": "RERANKER", "generate": "CHAIN", "Responses": "CHAT_MODEL"}
    root_row, root = by_name[SERVER_SPAN]
    assert (root["kind"], root["status"]["code"], root_row.kind) == ("SPAN_KIND_SERVER", "STATUS_CODE_UNSET", 2)
    assert attributes(root)["http.status_code"] == {"intValue": "200"}
    assert attributes(by_name["retrieve"][1])["rag.top_k"] == {"intValue": "2"}
    generate = by_name["generate"][1]
    question = {"question": "What is a span?", "documents": ["A document", "Another document"]}
    assert (generate["inputs"], generate["outputs"]) == (any_value(question), any_value(fake_openai.RESPONSES_TEXT))
    responses_row, responses = by_name["Responses"]
    assert (responses_row.input_tokens, responses_row.output_tokens) == (11, 6)
    assert attributes(responses)["mlflow.chat.tokenUsage"] == any_value(USAGE)
    for row, span in by_name.values():
        assert row.duration_ns == int(span["duration_ns"]) > 0
        assert row.start_unix_nano == int(span["start_time_unix_nano"])


def test_fastapi_origins_and_source_badges(fastapi: Run) -> None:
    spans = fastapi.spans(fastapi.merged_trace_id())
    assert len(spans) == 9
    for row, span in spans:
        is_mlflow = row.name in MLFLOW_NAMES
        # Setup A drops scopes, so a foreign span is known as such only by what it lacks.
        is_inferred = fastapi.setup == "a" and not is_mlflow
        assert row.source == ("mlflow" if is_mlflow else "opentelemetry", is_inferred), row.name
        assert (span["source"]["name"], span["source"]["is_inferred"]) == row.source
        assert span["source"]["reason"]

        origins = {origin["exporter"]: origin for origin in span["origins"]}
        if fastapi.setup == "a":
            assert exporters(span) == ["mlflow"], row.name
            assert resource(origins["mlflow"]) == otlp.MLFLOW_RESOURCE
            assert (row.scope, row.has_both_exporters) == ("", False)
            continue
        assert exporters(span) == ["mlflow", "opentelemetry"], row.name
        expected_scope = MLFLOW_SCOPE if is_mlflow else RETRIEVER if row.name == "retrieve" else FASTAPI
        assert origins["opentelemetry"]["scope"]["name"] == row.scope == expected_scope
        assert row.has_both_exporters
        for origin in origins.values():
            assert resource(origin)["service.name"] == row.service == "rag-api"
    for _, span in spans:
        assert all(origin.get("scope") is None for origin in span["origins"] if origin["exporter"] == "mlflow")


def test_fastapi_trace_in_the_mlflow_sdk(fastapi: Run) -> None:
    mlflow.set_tracking_uri(fastapi.api.url)
    try:
        trace = mlflow.get_trace(f"tr-{fastapi.merged_trace_id()}")
        assert len(trace.data.spans) == len({span.span_id for span in trace.data.spans}) == 9
        assert (trace.info.state, trace.info.token_usage) == ("OK", USAGE)
        assert trace.info.experiment_id == fastapi.experiment_id("FastAPI")
        (responses,) = [span for span in trace.data.spans if span.name == "Responses"]
        assert responses.outputs["output"][0]["content"][0]["text"] == fake_openai.RESPONSES_TEXT
        mlflow.set_experiment("FastAPI")
        found = mlflow.search_traces(return_type="list")
        assert trace.info.trace_id in {trace.info.trace_id for trace in found}
    finally:
        mlflow.set_tracking_uri(None)


def test_fastapi_traces_without_any_explicit_experiment_are_in_the_default_one(fastapi: Run) -> None:
    """Only setup C makes one: the part of the first request that MLflow never saw."""
    in_default = [trace["name"] for trace in fastapi.api.ui_traces(experiment_id="0")]
    assert in_default == ([SERVER_SPAN] if fastapi.setup == "c" else [])


def test_fastapi_live_status_counts_what_is_there(fastapi: Run) -> None:
    n_spans = sum(len(tree.splitlines()) for tree in fastapi.outlines().values())
    wait_until(lambda: fastapi.api.ui("status")["n_spans"] == n_spans, f"status counts {n_spans} spans")
    status = fastapi.api.ui("status")
    assert (status["n_traces"], status["n_rejected"]) == (len(fastapi.outlines()), 0)


def exporters(span: dict) -> list[str]:
    return sorted(origin["exporter"] for origin in span["origins"])


def resource(origin: dict) -> dict[str, str]:
    return {a["key"]: a["value"].get("stringValue") for a in origin["resource"]["attributes"]}


def attributes(span: dict) -> dict[str, dict]:
    return {attribute["key"]: attribute["value"] for attribute in span["attributes"]}


def any_value(value: Any) -> dict:
    """A plain value as the UI API writes it."""
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case str():
            return {"stringValue": value}
        case list():
            return {"arrayValue": {"values": [any_value(item) for item in value]}}
        case dict():
            return {"kvlistValue": {"values": [{"key": key, "value": any_value(v)} for key, v in value.items()]}}
        case _:
            raise TypeError(f"no value for {value!r}")

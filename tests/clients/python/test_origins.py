"""The same spans from two exporters: one merged view whatever the order, and nothing of either copy lost.

The copies differ as recorded from MLflow 3.18 and the OpenTelemetry SDK sharing a tracer provider: MLflow's has typed
attributes and no scope, the other JSON text, the scope and the flags; both carry the user's resource.
"""

from __future__ import annotations

import itertools

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

import otlp
from api import Api

pytestmark = pytest.mark.traceloupe

RESOURCE = {"service.name": "rag-api", "telemetry.sdk.name": "opentelemetry", "telemetry.sdk.version": "1.45.2"}
MLFLOW_SCOPE = ("mlflow.tracing.provider", "")
FASTAPI_SCOPE = ("opentelemetry.instrumentation.fastapi", "0.66b2")
INPUTS = '{"question": "What is a span?", "documents": ["a", "b"]}'


class Copies:
    """A trace of one foreign root and one MLflow span in it, as each exporter sends it."""

    def __init__(self) -> None:
        self.trace_id = otlp.new_trace_id()
        root = otlp.span(self.trace_id, "POST /answer", kind=otlp.SERVER, attributes={"http.flavor": "1.1"})
        generate = otlp.span(
            self.trace_id,
            "generate",
            parent=root,
            start_ms=10,
            end_ms=90,
            status=otlp.OK,
            attributes={"mlflow.spanType": '"CHAIN"', "mlflow.spanInputs": INPUTS, "mlflow.spanLogLevel": "10"},
        )
        self.root_id, self.generate_id = root.span_id.hex(), generate.span_id.hex()
        self.by_mlflow = otlp.request([otlp.mlflow_copy(generate), otlp.mlflow_copy(root)], resource=RESOURCE)
        self.by_otel = otlp.request(otlp.otel_copy(root), resource=RESOURCE, scope=FASTAPI_SCOPE, schema_url="https://s/1")
        self.by_otel.MergeFrom(otlp.request(otlp.otel_copy(generate), resource=RESOURCE, scope=MLFLOW_SCOPE))

    def send(self, api: Api, order: tuple[str, ...], experiment: str) -> None:
        for exporter in order:
            if exporter == "mlflow":
                api.ingest(self.by_mlflow, experiment_id=experiment, headers=otlp.MLFLOW_HEADERS)
            else:
                api.ingest(self.by_otel, experiment_id=experiment if exporter == "otel" else None)


ORDERS = [
    ("mlflow", "otel"),
    ("otel", "mlflow"),
    ("mlflow", "otel without header"),
    ("otel without header", "mlflow"),
    ("otel", "mlflow", "otel", "mlflow"),
]


@pytest.mark.parametrize("order", ORDERS, ids=" → ".join)
def test_merged_view_is_the_same_in_every_order(api: Api, experiment: str, order: tuple[str, ...]) -> None:
    copies = Copies()
    copies.send(api, order, experiment)
    trace_id = copies.trace_id.hex()

    (summary,) = api.ui_traces(experiment_id=experiment)
    assert (summary["trace_id"], summary["n_spans"]) == (trace_id, 2)
    assert summary["sources"] == ["mlflow", "opentelemetry"]
    assert summary["services"] == ["rag-api"]

    root, generate = api.ui_rows(trace_id)
    assert (root.name, root.scope, root.service, root.source) == ("POST /answer", FASTAPI_SCOPE[0], "rag-api", ("opentelemetry", False))
    assert (generate.name, generate.scope, generate.service, generate.source) == ("generate", MLFLOW_SCOPE[0], "rag-api", ("mlflow", False))
    assert root.has_both_exporters and generate.has_both_exporters
    assert (root.span_type, generate.span_type) == ("", "CHAIN")

    generate = api.ui_span(trace_id, copies.generate_id)
    attributes = {attribute["key"]: attribute["value"] for attribute in generate["attributes"]}
    assert len(attributes) == len(generate["attributes"]), "no key twice"
    assert attributes["mlflow.spanType"] == {"stringValue": "CHAIN"}
    assert attributes["mlflow.spanLogLevel"] == {"intValue": "10"}
    assert [item["key"] for item in attributes["mlflow.spanInputs"]["kvlistValue"]["values"]] == ["question", "documents"]
    assert attributes["mlflow.traceRequestId"] == {"stringValue": f"tr-{trace_id}"}
    assert generate["inputs"] == attributes["mlflow.spanInputs"]
    assert generate["flags"] == 0x100
    assert_origins(generate, {"mlflow": None, "opentelemetry": MLFLOW_SCOPE})

    root = api.ui_span(trace_id, copies.root_id)
    assert root["span_type"] is None
    # MLflow's exporter parses all text as JSON, so its copy says 1.1, a number; on a foreign span the maker's copy is the true one.
    assert {"key": "http.flavor", "value": {"stringValue": "1.1"}} in root["attributes"]
    assert root["source"]["name"] == "opentelemetry" and not root["source"]["is_inferred"]
    assert_origins(root, {"mlflow": None, "opentelemetry": FASTAPI_SCOPE})

    # MLflow's own readers see the same spans once.
    spans = api.spans(copies.trace_id)
    assert [span["name"] for span in spans] == ["POST /answer", "generate"]
    assert spans[1]["attributes"]["mlflow.spanInputs"] == {"question": "What is a span?", "documents": ["a", "b"]}


def assert_origins(span: dict, scopes: dict[str, tuple[str, str] | None]) -> None:
    origins = {origin["exporter"]: origin for origin in span["origins"]}
    assert len(origins) == len(span["origins"]), "one origin for each exporter"
    assert origins.keys() == scopes.keys()
    for exporter, scope in scopes.items():
        actual = origins[exporter].get("scope")
        assert (actual and (actual["name"], actual["version"])) == scope
        resource = {a["key"]: a["value"]["stringValue"] for a in origins[exporter]["resource"]["attributes"]}
        assert resource == RESOURCE


@pytest.mark.parametrize("order", ORDERS, ids=" → ".join)
def test_raw_view_holds_both_copies_as_sent(api: Api, experiment: str, order: tuple[str, ...]) -> None:
    copies = Copies()
    copies.send(api, order, experiment)
    raw = api.ui_raw(copies.trace_id.hex())
    assert flatten(raw) == sorted(flatten(copies.by_mlflow) + flatten(copies.by_otel))


def flatten(message) -> list[tuple[bytes, ...]]:
    """Every span with its resource and scope, sorted: what is left of a request when batching does not matter.

    OTLP makes no difference between an empty scope and none.
    """
    return sorted(
        tuple(part.SerializeToString(deterministic=True) for part in (group.resource, scope_spans.scope, span))
        + (group.schema_url.encode(), scope_spans.schema_url.encode())
        for group in message.resource_spans
        for scope_spans in group.scope_spans
        for span in scope_spans.spans
    )


@pytest.mark.parametrize("order", list(itertools.permutations(("old mlflow", "new mlflow", "otel"))), ids=" → ".join)
def test_a_newer_copy_replaces_only_its_own_exporters(api: Api, experiment: str, order: tuple[str, ...]) -> None:
    """The last copy of an exporter counts; the other exporter's copy stays."""
    trace_id, span_id = otlp.new_trace_id(), otlp.new_span_id()

    def copy(name: str, **attributes: object) -> Span:
        return otlp.span(trace_id, name, span_id=span_id, attributes=attributes)

    for exporter in order:
        if exporter == "otel":
            body = otlp.request(copy("otel", only_otel="x"), resource=RESOURCE, scope=FASTAPI_SCOPE)
            api.ingest(body, experiment_id=experiment)
        else:
            body = otlp.request(copy(exporter, **{"version": exporter, exporter.replace(" ", "_"): 1}), resource=RESOURCE)
            api.ingest(body, experiment_id=experiment, headers=otlp.MLFLOW_HEADERS)
    last_mlflow = max(("old mlflow", "new mlflow"), key=order.index)
    span = api.ui_span(trace_id.hex(), span_id.hex())
    attributes = {attribute["key"]: attribute["value"] for attribute in span["attributes"]}
    assert attributes["version"] == {"stringValue": last_mlflow}
    assert attributes["only_otel"] == {"stringValue": "x"}
    superseded = ({"old_mlflow", "new_mlflow"} - {last_mlflow.replace(" ", "_")}).pop()
    assert superseded not in attributes
    assert_origins(span, {"mlflow": None, "opentelemetry": FASTAPI_SCOPE})


@pytest.mark.parametrize(
    ("span_type", "source"),
    [
        pytest.param({}, ("opentelemetry", True), id="absent"),
        pytest.param({"mlflow.spanType": None}, ("opentelemetry", True), id="without value, as MLflow 3.18 sends it"),
        pytest.param({"mlflow.spanType": "null"}, ("opentelemetry", True), id="text null"),
        pytest.param({"mlflow.spanType": "UNKNOWN"}, ("mlflow", False), id="UNKNOWN, as of a plain @mlflow.trace"),
        pytest.param({"mlflow.spanType": "CHAIN"}, ("mlflow", False), id="CHAIN"),
    ],
)
def test_source_of_a_span_that_only_mlflow_exported(
    api: Api, experiment: str, span_type: dict, source: tuple[str, bool]
) -> None:
    """Setup A: the exporter drops the scope, so whose span it is must be inferred from the span type."""
    trace_id = otlp.new_trace_id()
    span = otlp.span(trace_id, attributes=span_type)
    api.ingest_mlflow(span, experiment_id=experiment)
    (row,) = api.ui_rows(trace_id.hex())
    assert row.source == source
    detail = api.ui_span(trace_id.hex(), span.span_id.hex())["source"]
    assert (detail["name"], detail["is_inferred"]) == source
    assert detail["reason"]


def test_the_exporter_is_not_judged_by_the_resource(api: Api, experiment: str) -> None:
    """With a user's own tracer provider, MLflow's exporter sends the resource of the OpenTelemetry SDK."""
    trace_id = otlp.new_trace_id()
    span = otlp.span(trace_id, attributes={"mlflow.spanType": "TOOL"})
    api.ingest_mlflow(span, experiment_id=experiment, resource=RESOURCE)
    (origin,) = api.ui_span(trace_id.hex(), span.span_id.hex())["origins"]
    assert origin["exporter"] == "mlflow"


def test_a_plain_opentelemetry_span_has_one_certain_origin(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    span = otlp.span(trace_id, attributes={"a": 1})
    api.ingest(otlp.request(span, resource=RESOURCE, scope=("checkout", "3.2.1")), experiment_id=experiment)
    (row,) = api.ui_rows(trace_id.hex())
    assert (row.source, row.scope, row.has_both_exporters) == (("opentelemetry", False), "checkout", False)
    assert_origins(api.ui_span(trace_id.hex(), span.span_id.hex()), {"opentelemetry": ("checkout", "3.2.1")})

"""OTLP over gRPC with the real exporter: on every listener, compressed or not, answered after the commit, refusals explained."""

from __future__ import annotations

import grpc
import pytest
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult

import otlp
from api import Api

pytestmark = pytest.mark.traceloupe

LISTENERS = ("http", "otlp_http", "otlp_grpc")


class Recorded(SimpleSpanProcessor):
    """Exports each span as it ends, and keeps what the exporter made of the answer."""

    def on_end(self, span) -> None:
        self.result = self.span_exporter.export([span])


def send(exporter: OTLPSpanExporter) -> tuple[str, SpanExportResult]:
    """Sends one span; returns its trace id and the outcome."""
    provider = TracerProvider(resource=Resource({"service.name": "checkout"}))
    recorded = Recorded(exporter)
    provider.add_span_processor(recorded)
    with provider.get_tracer("cart", "1.2").start_as_current_span("checkout", attributes={"items": 3}) as span:
        trace_id = span.get_span_context().trace_id
    provider.shutdown()
    return f"{trace_id:032x}", recorded.result


@pytest.mark.parametrize("compression", [grpc.Compression.NoCompression, grpc.Compression.Gzip])
@pytest.mark.parametrize("listener", LISTENERS)
def test_every_listener_takes_spans_over_grpc(server, api: Api, listener: str, compression: grpc.Compression) -> None:
    exporter = OTLPSpanExporter(endpoint=server.ready[listener], insecure=True, compression=compression)
    trace_id, result = send(exporter)
    assert result is SpanExportResult.SUCCESS
    # The answer follows the commit: the span is there at once.
    (row,) = api.ui_rows(trace_id)
    detail = api.ui_span(trace_id, row.span_id)
    assert (detail["name"], detail["origins"][0]["scope"]["name"]) == ("checkout", "cart")
    assert {"key": "items", "value": {"intValue": "3"}} in detail["attributes"]


def test_metadata_names_the_experiment(server, api: Api, experiment: str) -> None:
    headers = {"x-mlflow-experiment-id": experiment}
    trace_id, result = send(OTLPSpanExporter(endpoint=server.ready["otlp_grpc"], insecure=True, headers=headers))
    assert result is SpanExportResult.SUCCESS
    assert api.experiment_of(bytes.fromhex(trace_id)) == experiment


@pytest.mark.parametrize(
    ("metadata", "code", "words"),
    [
        ([("x-mlflow-experiment-id", "987654")], grpc.StatusCode.NOT_FOUND, "No Experiment with id=987654 exists"),
        ([("x-mlflow-experiment-id", "abc")], grpc.StatusCode.INVALID_ARGUMENT, "must be a valid integer"),
    ],
)
def test_refusals_say_why(server, metadata: list, code: grpc.StatusCode, words: str) -> None:
    with grpc.insecure_channel(server.ready["otlp_grpc"]) as channel, pytest.raises(grpc.RpcError) as refused:
        TraceServiceStub(channel).Export(otlp.request(otlp.span(otlp.new_trace_id())), metadata=metadata)
    assert (refused.value.code(), words in refused.value.details()) == (code, True), refused.value.details()


def test_bad_spans_are_told_and_good_ones_kept(server, api: Api) -> None:
    good = otlp.span(otlp.new_trace_id(), "good")
    bad = otlp.span(otlp.new_trace_id(), "bad", span_id=b"")
    with grpc.insecure_channel(server.ready["otlp_grpc"]) as channel:
        answer = TraceServiceStub(channel).Export(otlp.request([good, bad]))
    assert answer.partial_success.rejected_spans == 1
    assert answer.partial_success.error_message == "span 'bad': span_id is missing"
    assert len(api.ui_rows(good.trace_id.hex())) == 1


def test_a_message_over_the_limit_is_refused_and_the_connection_lives(server) -> None:
    large = otlp.span(otlp.new_trace_id(), "large", attributes={"text": "x" * (65 << 20)})
    options = [("grpc.max_send_message_length", -1)]
    with grpc.insecure_channel(server.ready["otlp_grpc"], options=options) as channel:
        stub = TraceServiceStub(channel)
        with pytest.raises(grpc.RpcError) as refused:
            stub.Export(otlp.request(large))
        assert refused.value.code() in (grpc.StatusCode.OUT_OF_RANGE, grpc.StatusCode.RESOURCE_EXHAUSTED)
        stub.Export(otlp.request(otlp.span(otlp.new_trace_id(), "small")))

"""What the OpenTelemetry Collector sends arrives whole and once: large batches, many at once, and again after a refusal."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

import collector
import otlp
from api import Api, wait_until
from collector import Exporter
from server_process import Traceloupe

pytestmark = pytest.mark.traceloupe

EXPORTERS = {
    "http": lambda server: collector.over_http(f"http://{server.ready['otlp_http']}"),
    "grpc": lambda server: collector.over_grpc(server.ready["otlp_grpc"]),
}
SERVICES = ("checkout", "payment", "stock")


@pytest.fixture(params=EXPORTERS)
def exporter(request: pytest.FixtureRequest, server: Traceloupe) -> Exporter:
    return EXPORTERS[request.param](server)


def trace(n_spans: int) -> list[tuple[str, str, Span]]:
    """Spans of one trace with the service and the scope that made each; one in 64 is a model call of 3 and 2 tokens, a leaf."""
    trace_id = otlp.new_trace_id()
    root = otlp.span(trace_id, "root", kind=otlp.SERVER, end_ms=n_spans)
    spans = [("checkout", "http.server", root)]
    for i in range(1, n_spans):
        attributes = {"i": i, "peer": f"pod-{i % 7}"}
        if is_call(i):
            attributes |= {"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 3, "gen_ai.usage.output_tokens": 2}
        parent = spans[0 if is_call(i // 4) else i // 4][2]
        span = otlp.span(trace_id, f"work {i}", parent=parent, start_ms=i, end_ms=i + 1, attributes=attributes)
        spans.append((SERVICES[i % 3], f"library.{i % 5}", span))
    return spans


def is_call(i: int) -> bool:
    return i % 64 == 1


def batch(spans: list[tuple[str, str, Span]], n_per_entry: int = 64) -> ExportTraceServiceRequest:
    """As the batch processor puts together what came in small requests: the same resource and scope again and again."""
    message = ExportTraceServiceRequest()
    for start in range(0, len(spans), n_per_entry):
        entry = spans[start : start + n_per_entry]
        for service in SERVICES:
            group = otlp.request([], resource={"service.name": service, "host.name": "node-1"}).resource_spans[0]
            del group.scope_spans[:]
            for scope in sorted({scope for made_by, scope, _ in entry if made_by == service}):
                scope_spans = group.scope_spans.add()
                scope_spans.scope.name, scope_spans.scope.version = scope, "1.0"
                scope_spans.spans.extend(span for made_by, of, span in entry if (made_by, of) == (service, scope))
            if group.scope_spans:
                message.resource_spans.append(group)
    return message


def stored(api: Api, trace_id: bytes) -> dict[bytes, tuple[str, str, Span]]:
    """Every span of the raw view by its id, which must be there once."""
    found = {}
    for group in api.ui_raw(trace_id.hex()).resource_spans:
        (service,) = (item.value.string_value for item in group.resource.attributes if item.key == "service.name")
        for scope_spans in group.scope_spans:
            for span in scope_spans.spans:
                assert span.span_id not in found, f"{span.name} is stored twice"
                found[span.span_id] = (service, scope_spans.scope.name, span)
    return found


def assert_stored(api: Api, spans: list[tuple[str, str, Span]]) -> None:
    """A trace is there as it was sent, and counted once."""
    trace_id = spans[0][2].trace_id
    assert stored(api, trace_id) == {span.span_id: (service, scope, span) for service, scope, span in spans}
    n_calls = sum(any(item.key == "gen_ai.operation.name" for item in span.attributes) for _, _, span in spans)
    summary = api.ui(f"traces/{trace_id.hex()}")["summary"]
    assert summary["n_spans"] == len(spans) == len(api.ui_rows(trace_id.hex()))
    assert (summary["input_tokens"], summary["output_tokens"]) == ((3 * n_calls, 2 * n_calls) if n_calls else (None, None))
    assert sorted(summary["services"]) == sorted({service for service, _, _ in spans})


def test_a_full_batch_arrives(api: Api, exporter: Exporter) -> None:
    traces = [trace(128) for _ in range(collector.BATCH_SIZE // 128)]
    spans = [span for spans in traces for span in spans]
    # Spans of a trace come from several programs and at several times: never neatly together.
    random.Random(1).shuffle(spans)
    message = batch(spans)
    assert len(message.resource_spans) > 100
    exporter.send(message)
    assert exporter.refusals == []
    for spans in traces:
        assert_stored(api, spans)


def test_one_trace_of_several_full_batches_arrives(api: Api, exporter: Exporter) -> None:
    spans = trace(2 * collector.BATCH_SIZE + 1)
    exporter.send_all(batch(spans[i : i + collector.BATCH_SIZE]) for i in range(0, len(spans), collector.BATCH_SIZE))
    assert_stored(api, spans)


def test_many_senders_at_once_get_everything_in(api: Api, server: Traceloupe) -> None:
    """Two collectors with ten consumers each, every trace spread over batches of both."""
    traces = [trace(40) for _ in range(100)]
    spans = [span for spans in traces for span in spans]
    random.Random(2).shuffle(spans)
    batches = [batch(spans[i : i + 100]) for i in range(0, len(spans), 100)]
    halves = {"http": batches[::2], "grpc": batches[1::2]}
    in_parallel([lambda name=name: EXPORTERS[name](server).send_all(halves[name]) for name in halves])
    for spans in traces:
        assert_stored(api, spans)


def test_a_batch_sent_again_doubles_nothing(api: Api, server: Traceloupe, exporter: Exporter) -> None:
    """An answer that was lost makes the Collector send all of the batch again; a fan-out sends it by two ways at once."""
    traces = [trace(100) for _ in range(20)]
    message = batch([span for spans in traces for span in spans])
    n_traces, n_spans = counts(api)
    exporter.send(message)
    exporter.send(message)
    in_parallel([lambda name=name: EXPORTERS[name](server).send(message) for name in (*EXPORTERS, *EXPORTERS)])
    for spans in traces:
        assert_stored(api, spans)
    assert counts(api) == (n_traces + 20, n_spans + 2000)


def test_a_batch_sent_again_with_news_adds_only_these(api: Api, exporter: Exporter) -> None:
    spans = trace(50)
    exporter.send(batch(spans[:30]))
    exporter.send(batch(spans[10:]))
    assert_stored(api, spans)


@pytest.fixture
def own_server(tmp_path: Path, start_server) -> Iterator[Traceloupe]:
    server = start_server(tmp_path / "data")
    yield server
    server.stop()


def test_a_refused_batch_is_asked_for_again_and_then_stored_once(own_server: Traceloupe) -> None:
    """Once it is known that another program holds the database, nothing is acknowledged, and the answer says when to try again."""
    api = Api(own_server.url)
    exporters = {name: make(own_server) for name, make in EXPORTERS.items()}
    traces = {name: trace(500) for name in EXPORTERS}
    early = trace(1)
    (database,) = own_server.data_dir.glob("*.db")
    other_program = sqlite3.connect(database, isolation_level=None)
    other_program.execute("BEGIN IMMEDIATE")
    try:
        # The journal takes it; that the database is held shows when it is to be committed.
        exporters["http"].send(batch(early))
        wait_until(lambda: api.ui("status")["store"]["state"] == "busy", "the store is busy", timeout_s=60)
        senders = [threading.Thread(target=exporters[name].send, args=[batch(traces[name])]) for name in EXPORTERS]
        for sender in senders:
            sender.start()
        wait_until(lambda: all(exporter.refusals for exporter in exporters.values()), "both are refused", timeout_s=60)
        assert api.ui_traces() == []
    finally:
        other_program.rollback()
        other_program.close()
    for sender in senders:
        sender.join()
    assert {refusal.status for refusal in exporters["http"].refusals} == {"503"}
    assert {refusal.status for refusal in exporters["grpc"].refusals} == {"UNAVAILABLE"}
    for exporter in exporters.values():
        assert all(refusal.after_s and refusal.after_s <= 30 for refusal in exporter.refusals)
    for spans in [early, *traces.values()]:
        assert_stored(api, spans)


def counts(api: Api) -> tuple[int, int]:
    status = api.ui("status")
    return status["n_traces"], status["n_spans"]


def in_parallel(jobs: list[Callable[[], None]]) -> None:
    """Runs all at once; the first failure of any is raised."""
    failures: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as failure:  # noqa: BLE001 (told below)
            failures.append(failure)

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]

"""The raw view gives back what was sent: every field that OTLP has, with values at the edges, in both encodings.

Batching may differ, nothing else: the test compares the spans with their resources and scopes.
"""

from __future__ import annotations

import math

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

import otlp
from api import JSON, PROTOBUF, Api

pytestmark = pytest.mark.traceloupe

MAX_U64 = 2**64 - 1
MAX_U32 = 2**32 - 1
VALUES = {
    "none": None,
    "text": "grüße 🙂 \u0000 \u2028 <script>alert(1)</script>",
    "empty text": "",
    "true": True,
    "false": False,
    "zero": 0,
    "min": -(2**63),
    "max": 2**63 - 1,
    "float": 0.1,
    "minus zero": -0.0,
    "tiny": 5e-324,
    "infinity": math.inf,
    "minus infinity": -math.inf,
    "bytes": b"\x00\xff",
    "empty bytes": b"",
    "list": [1, "two", None, [3.5, []], {}],
    "empty list": [],
    "map": {"a": {"": None}, "b": [{"c": b"\x01"}]},
    "empty map": {},
    "": "empty key",
}


def everything() -> ExportTraceServiceRequest:
    """A trace that uses every field of the trace protocol."""
    trace_id = otlp.new_trace_id()
    plain = otlp.span(trace_id, "plain")
    full = Span(
        trace_id=trace_id,
        span_id=otlp.new_span_id(),
        trace_state="vendor=a,other=b",
        parent_span_id=plain.span_id,
        flags=MAX_U32,
        name="full \u0000",
        kind=Span.SPAN_KIND_CONSUMER,
        start_time_unix_nano=MAX_U64 - 1,
        end_time_unix_nano=MAX_U64,
        dropped_attributes_count=MAX_U32,
        dropped_events_count=2,
        dropped_links_count=3,
        attributes=[*otlp.key_values(VALUES), *otlp.key_values({"twice": 1}), *otlp.key_values({"twice": "2"})],
    )
    full.status.code, full.status.message = otlp.ERROR, "why"
    full.events.add(time_unix_nano=MAX_U64, name="event", dropped_attributes_count=4, attributes=otlp.key_values(VALUES))
    full.events.add()
    full.links.add(
        trace_id=otlp.new_trace_id(),
        span_id=otlp.new_span_id(),
        trace_state="x=y",
        dropped_attributes_count=5,
        flags=MAX_U32,
        attributes=otlp.key_values(VALUES),
    )
    message = otlp.request([full, plain], resource=VALUES, scope=("scope", "1"), schema_url="https://scope.example/1")
    group = message.resource_spans[0]
    group.schema_url = "https://resource.example/1"
    group.resource.dropped_attributes_count = 6
    group.scope_spans[0].scope.attributes.extend(otlp.key_values(VALUES))
    group.scope_spans[0].scope.dropped_attributes_count = 7
    bare = otlp.span(trace_id, "no resource, no scope", parent=plain)
    message.MergeFrom(otlp.request(bare))
    return message


def flatten(message: ExportTraceServiceRequest) -> dict[bytes, tuple]:
    """Every span by id, with what it came with."""
    return {
        span.span_id: (span, scope_spans.scope, scope_spans.schema_url, group.resource, group.schema_url)
        for group in message.resource_spans
        for scope_spans in group.scope_spans
        for span in scope_spans.spans
    }


def trace_id_of(message: ExportTraceServiceRequest) -> str:
    return message.resource_spans[0].scope_spans[0].spans[0].trace_id.hex()


@pytest.mark.parametrize("content_type", [PROTOBUF, JSON])
def test_every_field_comes_back(api: Api, experiment: str, content_type: str) -> None:
    sent = everything()
    assert api.post_otlp(sent, experiment_id=experiment, content_type=content_type).status_code == 200
    assert flatten(api.ui_raw(trace_id_of(sent))) == flatten(sent)


@pytest.mark.parametrize("content_type", [PROTOBUF, JSON])
def test_not_a_number_comes_back(api: Api, experiment: str, content_type: str) -> None:
    sent = otlp.request(otlp.span(otlp.new_trace_id(), attributes={"nan": math.nan}))
    assert api.post_otlp(sent, experiment_id=experiment, content_type=content_type).status_code == 200
    ((span, *_),) = flatten(api.ui_raw(trace_id_of(sent))).values()
    assert math.isnan(span.attributes[0].value.double_value)


def test_values_around_the_limit_for_shared_storage_come_back(api: Api, experiment: str) -> None:
    """Values over 64 kB are kept once by content; a trace with the same large value in many places is still itself."""
    sizes = [64_000 - 1, 64_000, 64_000 + 1, 65_536 - 1, 65_536, 65_536 + 1, 1_000_000]
    trace_id = otlp.new_trace_id()
    spans = [
        otlp.span(trace_id, f"span {i}", attributes={f"large {size}": "ä" * (size // 2) + "x" * (size % 2) for size in sizes})
        for i in range(3)
    ]
    spans[0].attributes.extend(otlp.key_values({"nested": {"deep": ["y" * 100_000]}, "bytes": b"\xff" * 100_000}))
    spans[0].events.add(name="large", attributes=otlp.key_values({"event": "z" * 100_000}))
    sent = otlp.request(spans, resource={"large resource": "r" * 100_000})
    api.ingest(sent, experiment_id=experiment)
    assert flatten(api.ui_raw(trace_id.hex())) == flatten(sent)
    shown = api.ui_span(trace_id.hex(), spans[1].span_id.hex())
    lengths = [len(attribute["value"]["stringValue"].encode()) for attribute in shown["attributes"]]
    assert lengths == sizes


def test_a_large_trace_comes_back(api: Api, experiment: str) -> None:
    """MLflow's SDK posts bodies of more than 16 MB; none of our limits may be below that."""
    trace_id = otlp.new_trace_id()
    root = otlp.span(trace_id, "root")
    filler = "f" * 30_000
    children = [otlp.span(trace_id, f"child {i}", parent=root, attributes={"i": i, "filler": filler}) for i in range(700)]
    sent = otlp.request([root, *children])
    assert sent.ByteSize() > 20_000_000
    api.ingest(sent, experiment_id=experiment)
    assert flatten(api.ui_raw(trace_id.hex())) == flatten(sent)
    assert len(api.ui_rows(trace_id.hex())) == 701
    assert len(api.spans(trace_id)) == 701


def test_json_download_equals_the_protobuf_download(api: Api, experiment: str) -> None:
    sent = everything()
    api.ingest(sent, experiment_id=experiment)
    answer = api.send("GET", f"/traceloupe/v1/traces/{trace_id_of(sent)}/otlp")
    assert answer.headers["Content-Type"].startswith(JSON)
    again = answer.content.replace(trace_id_of(sent).encode(), otlp.new_trace_id().hex().encode())
    assert api.post_otlp(again, experiment_id=experiment, content_type=JSON).status_code == 200
    new_id = next(i["trace_id"] for i in api.search(experiment) if i["trace_id"] != f"tr-{trace_id_of(sent)}")[3:]
    first, second = (flatten(api.ui_raw(trace_id)) for trace_id in (trace_id_of(sent), new_id))
    for span_id, (span, *around) in first.items():
        span.trace_id = bytes.fromhex(new_id)
        assert (span, *around) == second[span_id]

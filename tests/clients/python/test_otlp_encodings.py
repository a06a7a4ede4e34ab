"""`POST /v1/traces` in every content type and content encoding gives the same spans."""

from __future__ import annotations

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

import otlp
from api import JSON, PROTOBUF, Api

ENCODINGS = {
    "none": (None, None),
    "gzip": ("gzip", "gzip"),
    "GZIP": ("GZIP", "gzip"),
    "deflate with zlib frame": ("deflate", "deflate"),
    "raw deflate": ("deflate", "deflate-raw"),
}
ENCODINGS_MLFLOW_REFUSES = {
    "identity": ("identity", "identity"),
    "zstd": ("zstd", "zstd"),
}
ATTRIBUTES = {
    "text": "grüße 🙂",
    "yes": True,
    "int": 2**53 + 1,
    "float": 0.1,
    "list": [1, "two", [3.5]],
    "map": {"a": {"b": None}},
    "empty text": "",
}


def rich_span() -> Span:
    span = otlp.span(
        otlp.new_trace_id(), "rich", parent=otlp.new_span_id(), kind=otlp.SERVER, status=otlp.ERROR, attributes=ATTRIBUTES
    )
    span.status.message = "it broke"
    span.events.add(name="event", time_unix_nano=otlp.T0_NS + 1, attributes=otlp.key_values({"n": 1}))
    span.links.add(trace_id=otlp.new_trace_id(), span_id=otlp.new_span_id(), attributes=otlp.key_values({"why": "because"}))
    return span


def send(api: Api, experiment: str, content_type: str, header: str | None, encoding: str | None) -> Span:
    span = rich_span()
    message = otlp.request(span)
    body = otlp.to_json(message) if content_type == JSON else message.SerializeToString()
    answer = api.post_otlp(
        otlp.encode(body, encoding) if encoding else body,
        experiment_id=experiment,
        content_type=content_type,
        headers={"Content-Encoding": header} if header else None,
    )
    assert answer.status_code == 200, answer.text
    return span


def assert_stored(api: Api, sent: Span) -> None:
    (span,) = api.spans(sent.trace_id)
    assert span["name"] == "rich"
    assert span["kind"] == "SPAN_KIND_SERVER"
    assert span["status"] == {"code": "STATUS_CODE_ERROR", "message": "it broke"}
    assert {key: span["attributes"][key] for key in ATTRIBUTES} == ATTRIBUTES
    assert [event["name"] for event in span["events"]] == ["event"]
    assert len(span["links"]) == 1


@pytest.mark.parametrize("content_type", [PROTOBUF, JSON])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_of_mlflow(api: Api, experiment: str, content_type: str, encoding: str) -> None:
    assert_stored(api, send(api, experiment, content_type, *ENCODINGS[encoding]))


@pytest.mark.traceloupe
@pytest.mark.parametrize("content_type", [PROTOBUF, JSON])
@pytest.mark.parametrize("encoding", ENCODINGS_MLFLOW_REFUSES)
def test_encodings_beyond_mlflow(api: Api, experiment: str, content_type: str, encoding: str) -> None:
    assert_stored(api, send(api, experiment, content_type, *ENCODINGS_MLFLOW_REFUSES[encoding]))


@pytest.mark.traceloupe
def test_raw_view_equals_what_was_sent_in_every_encoding(api: Api, experiment: str) -> None:
    for content_type in (PROTOBUF, JSON):
        for header, encoding in {**ENCODINGS, **ENCODINGS_MLFLOW_REFUSES}.values():
            sent = send(api, experiment, content_type, header, encoding)
            raw = api.ui_raw(sent.trace_id.hex())
            (stored,) = [span for group in raw.resource_spans for scope in group.scope_spans for span in scope.spans]
            assert stored == sent, (content_type, header, encoding)

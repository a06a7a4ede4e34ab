"""Builds OTLP trace requests: spans as OpenTelemetry SDKs send them, and as MLflow's exporter sends the same spans."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import zstandard
from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span, Status

T0_NS = 1_795_000_000_000_000_000
"""2026-11-18T11:06:40Z, the zero of all times in these tests."""

MS = 1_000_000
OK = Status.STATUS_CODE_OK
ERROR = Status.STATUS_CODE_ERROR
SERVER = Span.SPAN_KIND_SERVER

# As recorded from the real exporters.
OTEL_HEADERS = {"User-Agent": "OTel-OTLP-Exporter-Python/1.45.2"}
MLFLOW_HEADERS = {"User-Agent": "mlflow-python-client/3.18.0", "X-MLflow-Client-Version": "3.18.0"}
MLFLOW_RESOURCE = {"telemetry.sdk.language": "python", "telemetry.sdk.name": "mlflow", "telemetry.sdk.version": "3.18.0"}


def new_trace_id() -> bytes:
    return os.urandom(16)


def new_span_id() -> bytes:
    return os.urandom(8)


def mlflow_id(trace_id: bytes) -> str:
    return f"tr-{trace_id.hex()}"


def span(
    trace_id: bytes,
    name: str = "work",
    *,
    span_id: bytes | None = None,
    parent: Span | bytes | None = None,
    start_ms: int = 0,
    end_ms: int = 100,
    kind: int = Span.SPAN_KIND_INTERNAL,
    status: int | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> Span:
    """A span whose times are milliseconds after `T0_NS`."""
    return Span(
        trace_id=trace_id,
        span_id=new_span_id() if span_id is None else span_id,
        parent_span_id=parent.span_id if isinstance(parent, Span) else parent or b"",
        name=name,
        kind=kind,
        start_time_unix_nano=T0_NS + start_ms * MS,
        end_time_unix_nano=T0_NS + end_ms * MS,
        status=None if status is None else Status(code=status),
        attributes=key_values(attributes or {}),
    )


def request(
    spans: Span | Iterable[Span],
    *,
    resource: Mapping[str, Any] | None = None,
    scope: tuple[str, str] | None = None,
    schema_url: str = "",
) -> ExportTraceServiceRequest:
    """One resource, one scope; no scope at all if none is given, as MLflow's exporter does."""
    resource_spans = ResourceSpans()
    resource_spans.resource.attributes.extend(key_values(resource or {}))
    scope_spans = resource_spans.scope_spans.add(schema_url=schema_url)
    if scope is not None:
        scope_spans.scope.name, scope_spans.scope.version = scope
    scope_spans.spans.extend([spans] if isinstance(spans, Span) else spans)
    return ExportTraceServiceRequest(resource_spans=[resource_spans])


def mlflow_copy(original: Span) -> Span:
    """What MLflow's exporter sends for a span: its own id attribute, no flags, JSON text turned into typed values.

    On a span that MLflow did not make, `mlflow.spanType` is there without a value.
    """
    copy = Span()
    copy.CopyFrom(original)
    copy.flags = 0
    plain = {attribute.key: to_plain(attribute.value) for attribute in original.attributes}
    typed = {"mlflow.traceRequestId": mlflow_id(original.trace_id), "mlflow.spanType": None}
    typed |= {key: _parse_json(value) for key, value in plain.items()}
    del copy.attributes[:]
    copy.attributes.extend(key_values(typed))
    return copy


def otel_copy(original: Span) -> Span:
    """What an OpenTelemetry exporter sends beside MLflow: MLflow's attributes as the JSON text that it keeps in the span."""
    copy = Span()
    copy.CopyFrom(original)
    copy.flags = 0x100
    if not any(attribute.key == "mlflow.spanType" for attribute in original.attributes):
        copy.attributes.extend(key_values({"mlflow.spanType": "null"}))
    copy.attributes.extend(key_values({"mlflow.traceRequestId": json.dumps(mlflow_id(original.trace_id))}))
    return copy


def key_values(attributes: Mapping[str, Any]) -> list[KeyValue]:
    return [KeyValue(key=key, value=any_value(value)) for key, value in attributes.items()]


def any_value(value: Any) -> AnyValue:
    """The typed value; `None` is the empty value."""
    result = AnyValue()
    match value:
        case None:
            pass
        case bool():
            result.bool_value = value
        case str():
            result.string_value = value
        case int():
            result.int_value = value
        case float():
            result.double_value = value
        case bytes():
            result.bytes_value = value
        case list() | tuple():
            result.array_value.values.extend(any_value(item) for item in value)
            result.array_value.SetInParent()
        case dict():
            result.kvlist_value.values.extend(key_values(value))
            result.kvlist_value.SetInParent()
        case _:
            raise TypeError(f"no OTLP value for {value!r}")
    return result


def to_plain(value: AnyValue) -> Any:
    match value.WhichOneof("value"):
        case None:
            return None
        case "array_value":
            return [to_plain(item) for item in value.array_value.values]
        case "kvlist_value":
            return {item.key: to_plain(item.value) for item in value.kvlist_value.values}
        case name:
            return getattr(value, name)


def to_json(message: ExportTraceServiceRequest) -> bytes:
    """OTLP/JSON: as protobuf JSON, but with ids in hex and enums as numbers."""
    body = MessageToDict(message, use_integers_for_enums=True)
    for resource_spans, dict_resource_spans in zip(message.resource_spans, body.get("resourceSpans", [])):
        for scope_spans, dict_scope_spans in zip(resource_spans.scope_spans, dict_resource_spans.get("scopeSpans", [])):
            for span_, dict_span in zip(scope_spans.spans, dict_scope_spans.get("spans", [])):
                _hex_ids(span_, dict_span)
                for link, dict_link in zip(span_.links, dict_span.get("links", [])):
                    _hex_ids(link, dict_link)
    return json.dumps(body).encode()


def encode(body: bytes, content_encoding: str) -> bytes:
    """Compresses a body; `deflate-raw` is deflate without the zlib frame."""
    match content_encoding.lower():
        case "identity":
            return body
        case "gzip":
            return gzip.compress(body)
        case "deflate":
            return zlib.compress(body)
        case "deflate-raw":
            compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
            return compressor.compress(body) + compressor.flush()
        case "zstd":
            return zstandard.compress(body)
        case _:
            raise ValueError(content_encoding)


def _hex_ids(message: Any, body: dict) -> None:
    for key, field in (("traceId", "trace_id"), ("spanId", "span_id"), ("parentSpanId", "parent_span_id")):
        if key in body:
            body[key] = getattr(message, field).hex()


def _parse_json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value

"""`POST /v1/traces`: every row of the OTLP ingestion contract, as MLflow 3.18 answers or as we deliberately differ.

A request with `x-mlflow-experiment-id` is answered in MLflow's dialect (`detail`, or its error envelope), one without in
OTLP's (`google.rpc.Status` in the encoding of the request).
"""

from __future__ import annotations

import base64
import json

import pytest
from google.rpc.status_pb2 import Status as RpcStatus
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans

import otlp
from api import JSON, PROTOBUF, Api

INVALID = "Invalid OpenTelemetry format"
NO_SPANS = "Invalid OpenTelemetry format - no spans found"
NOT_CONVERTIBLE = "Cannot convert OpenTelemetry span to MLflow span"


def good_request() -> ExportTraceServiceRequest:
    return otlp.request(otlp.span(otlp.new_trace_id()))


def json_spans(**fields: object) -> bytes:
    """An OTLP/JSON request of one span, with fields of the span replaced."""
    span = {
        "traceId": otlp.new_trace_id().hex(),
        "spanId": otlp.new_span_id().hex(),
        "name": "work",
        "startTimeUnixNano": str(otlp.T0_NS),
        "endTimeUnixNano": str(otlp.T0_NS + 100 * otlp.MS),
        **fields,
    }
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()


# Success


@pytest.mark.parametrize("content_type", [PROTOBUF, f"{PROTOBUF}; charset=utf-8"])
def test_protobuf_success_is_an_empty_protobuf(api: Api, experiment: str, content_type: str) -> None:
    answer = api.post_otlp(good_request(), experiment_id=experiment, content_type=content_type)
    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (200, PROTOBUF, b"")


@pytest.mark.parametrize("content_type", [JSON, f"{JSON}; charset=utf-8"])
def test_json_success_is_an_empty_object(api: Api, experiment: str, content_type: str) -> None:
    answer = api.post_otlp(json_spans(), experiment_id=experiment, content_type=content_type)
    assert (answer.status_code, answer.headers["Content-Type"], answer.json()) == (200, JSON, {})


def test_header_name_is_case_insensitive(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    answer = api.post_otlp(otlp.request(otlp.span(trace_id)), headers={"X-MLflow-Experiment-ID": experiment})
    assert answer.status_code == 200
    assert api.experiment_of(trace_id) == experiment


def test_one_request_carries_many_traces(api: Api, experiment: str) -> None:
    trace_ids = [otlp.new_trace_id() for _ in range(20)]
    api.ingest(otlp.request(otlp.span(trace_id) for trace_id in trace_ids), experiment_id=experiment)
    assert {info["trace_id"] for info in api.search(experiment)} == {otlp.mlflow_id(trace_id) for trace_id in trace_ids}


def test_unknown_run_id_is_no_error(api: Api, experiment: str) -> None:
    answer = api.post_otlp(good_request(), experiment_id=experiment, headers={"x-mlflow-run-id": "0" * 32})
    assert answer.status_code == 200


def test_no_spans_in_resource_spans_is_success(api: Api, experiment: str) -> None:
    body = ExportTraceServiceRequest(resource_spans=[ResourceSpans()])
    assert api.post_otlp(body, experiment_id=experiment).status_code == 200
    assert api.search(experiment) == []


def test_json_ignores_unknown_fields_and_reads_both_forms_of_int64(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    body = json_spans(
        traceId=trace_id.hex(),
        startTimeUnixNano=otlp.T0_NS,
        endTimeUnixNano=str(otlp.T0_NS + 100 * otlp.MS),
        attributes=[{"key": "a", "value": {"intValue": 7}}, {"key": "b", "value": {"intValue": "8"}}],
        whatIsThis={"deep": [1]},
    )
    assert api.post_otlp(body, experiment_id=experiment, content_type=JSON).status_code == 200
    (span,) = api.spans(trace_id)
    assert span["start_time_unix_nano"] == otlp.T0_NS
    assert span["end_time_unix_nano"] == otlp.T0_NS + 100 * otlp.MS
    assert (span["attributes"]["a"], span["attributes"]["b"]) == (7, 8)


# Oddities that are stored as sent


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"name": ""}, id="empty name"),
        pytest.param({"end_ms": -50}, id="end before start"),
    ],
)
def test_odd_spans_are_stored_as_sent(api: Api, experiment: str, fields: dict) -> None:
    trace_id = otlp.new_trace_id()
    sent = otlp.span(trace_id, **fields)
    api.ingest(otlp.request(sent), experiment_id=experiment)
    (span,) = api.spans(trace_id)
    assert span.get("name", "") == sent.name
    assert span["start_time_unix_nano"] == sent.start_time_unix_nano
    assert span["end_time_unix_nano"] == sent.end_time_unix_nano


def test_a_span_without_end_is_stored_without_end(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    sent = otlp.span(trace_id)
    sent.end_time_unix_nano = 0
    api.ingest(otlp.request(sent), experiment_id=experiment)
    (span,) = api.spans(trace_id)
    assert span["start_time_unix_nano"] == sent.start_time_unix_nano
    assert span.get("end_time_unix_nano", 0) == 0


def test_a_span_without_start_is_stored(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    sent = otlp.span(trace_id)
    sent.start_time_unix_nano = 0
    api.ingest(otlp.request(sent), experiment_id=experiment)
    (span,) = api.spans(trace_id)
    assert span.get("start_time_unix_nano", 0) == 0
    assert span["end_time_unix_nano"] == sent.end_time_unix_nano


def test_a_short_trace_id_is_padded_on_the_left(api: Api, experiment: str) -> None:
    short = otlp.new_trace_id()[:8]
    api.ingest(otlp.request(otlp.span(short)), experiment_id=experiment)
    assert [info["trace_id"] for info in api.search(experiment)] == [f"tr-{'0' * 16}{short.hex()}"]


@pytest.mark.parametrize("length", [1, 4, 7])
def test_short_span_ids_are_padded_on_the_left(api: Api, experiment: str, length: int) -> None:
    """The contract is silent; MLflow 3.18 pads them like trace ids."""
    trace_id = otlp.new_trace_id()
    parent = otlp.span(trace_id, "parent", span_id=b"\1" * length)
    child = otlp.span(trace_id, "child", parent=parent, start_ms=10)
    api.ingest(otlp.request([parent, child]), experiment_id=experiment)
    padded = base64.b64encode(b"\0" * (8 - length) + b"\1" * length).decode()
    stored_parent, stored_child = api.spans(trace_id)
    assert stored_parent["span_id"] == stored_child["parent_span_id"] == padded


def test_an_all_zero_parent_is_no_parent(api: Api, experiment: str) -> None:
    """The contract is silent; so it is in MLflow 3.18."""
    trace_id = otlp.new_trace_id()
    api.ingest(otlp.request(otlp.span(trace_id, parent=b"\0" * 8)), experiment_id=experiment)
    assert api.trace_info(trace_id)["state"] == "OK"
    (span,) = api.spans(trace_id)
    assert "parent_span_id" not in span


ODD_LINKS = [(b"", b""), (b"\1", b""), (b"\1" * 17, b"\1" * 8), (b"\1" * 16, b"\1" * 9), (b"\0" * 16, b"\0" * 8)]


@pytest.mark.parametrize(("trace_id", "span_id"), ODD_LINKS, ids=lambda value: value.hex() or "empty")
def test_an_odd_link_does_not_cost_its_span(api: Api, experiment: str, trace_id: bytes, span_id: bytes) -> None:
    """The contract is silent; MLflow 3.18 stores the span, and pads or drops the link."""
    sent = otlp.span(otlp.new_trace_id())
    sent.links.add(trace_id=trace_id, span_id=span_id)
    api.ingest(otlp.request(sent), experiment_id=experiment)
    assert len(api.spans(sent.trace_id)) == 1


@pytest.mark.parametrize("fields", [{"kind": 99}, {"status": 9}], ids=["kind", "status"])
def test_unknown_enum_numbers_are_stored(api: Api, experiment: str, fields: dict) -> None:
    """Newer SDKs may know more; the contract is silent, MLflow 3.18 stores such spans."""
    trace_id = otlp.new_trace_id()
    api.ingest(otlp.request(otlp.span(trace_id, **fields)), experiment_id=experiment)
    assert len(api.spans(trace_id)) == 1


@pytest.mark.parametrize("depth", [10, 45])
def test_json_nests_as_deep_as_protobuf(api: Api, experiment: str, depth: int) -> None:
    """45 lists in each other are within the hundred nested messages that protobuf decoders allow; MLflow 3.18 takes both."""
    value = {"stringValue": "leaf"}
    for _ in range(depth):
        value = {"arrayValue": {"values": [value]}}
    trace_id = otlp.new_trace_id()
    body = json_spans(traceId=trace_id.hex(), attributes=[{"key": "deep", "value": value}])
    answer = api.post_otlp(body, experiment_id=experiment, content_type=JSON)
    assert answer.status_code == 200, answer.text
    assert len(api.spans(trace_id)) == 1


# The experiment header


def test_unknown_experiment(api: Api) -> None:
    answer = api.post_otlp(good_request(), experiment_id="999999")
    assert answer.status_code == 404
    assert answer.json()["error_code"] == "RESOURCE_DOES_NOT_EXIST"
    assert answer.json()["message"] == "No Experiment with id=999999 exists"


@pytest.mark.traceloupe
def test_spans_for_an_unknown_experiment_are_counted_as_rejected(api: Api) -> None:
    before = api.ui("status")["n_rejected"]
    assert api.post_otlp(good_request(), experiment_id="999999").status_code == 404
    assert api.ui("status")["n_rejected"] == before + 1


def test_experiment_id_that_is_no_integer(api: Api) -> None:
    answer = api.post_otlp(good_request(), experiment_id="abc")
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "INVALID_PARAMETER_VALUE"
    assert answer.json()["message"] == "Invalid experiment ID 'abc'. Experiment ID must be a valid integer."


@pytest.mark.traceloupe
def test_empty_experiment_header_is_the_default_experiment_or_refused(api: Api) -> None:
    """MLflow answers 200 and loses the spans; the contract leaves two honest answers open."""
    trace_id = otlp.new_trace_id()
    answer = api.post_otlp(otlp.request(otlp.span(trace_id)), experiment_id="")
    if answer.status_code == 200:
        assert api.experiment_of(trace_id) == "0"
    else:
        assert answer.status_code == 400


def test_a_deleted_experiment_still_takes_spans(api: Api, experiment: str) -> None:
    deletion = api.send("POST", "/api/2.0/mlflow/experiments/delete", json={"experiment_id": experiment})
    if deletion.status_code == 404:
        pytest.skip("experiments/delete is not served")
    assert deletion.status_code == 200
    assert api.post_otlp(good_request(), experiment_id=experiment).status_code == 200


@pytest.mark.traceloupe
def test_experiment_header_that_is_no_ascii_is_no_absent_header(api: Api) -> None:
    """A choice that cannot be read must not turn into "no opinion"."""
    trace_id = otlp.new_trace_id()
    answer = api.post_otlp(otlp.request(otlp.span(trace_id)), headers={"x-mlflow-experiment-id": "é".encode()})
    assert answer.status_code == 400


@pytest.mark.traceloupe
def test_a_body_over_the_limit_is_refused_before_it_is_held(api: Api, experiment: str) -> None:
    """The limit counts after decompression; 413 is not retried by exporters."""
    bomb = otlp.encode(b"\0" * 200_000_000, "gzip")
    answer = api.post_otlp(bomb, experiment_id=experiment, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 413
    assert answer.json()["detail"]


@pytest.mark.traceloupe
def test_without_the_header_spans_are_accepted(api: Api) -> None:
    """MLflow answers 422; any OpenTelemetry SDK with no settings must work."""
    trace_id = otlp.new_trace_id()
    api.ingest(otlp.request(otlp.span(trace_id)))
    assert api.experiment_of(trace_id) == "0"


# Bad envelopes


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/octet-stream", "application/X-PROTOBUF", "application/jsonp"])
def test_bad_content_type(api: Api, experiment: str, content_type: str | None) -> None:
    answer = api.post_otlp(good_request(), experiment_id=experiment, content_type=content_type)
    expected = f"Invalid Content-Type: {content_type}. Expected: application/x-protobuf or application/json"
    assert (answer.status_code, answer.json()) == (400, {"detail": expected})


@pytest.mark.parametrize(
    ("content_encoding", "detail"),
    [
        ("gzip", "Failed to decompress gzip payload"),
        ("deflate", "Failed to decompress deflate payload"),
        ("br", "Unsupported Content-Encoding: br"),
        ("bzip2", "Unsupported Content-Encoding: bzip2"),
    ],
)
def test_body_that_is_not_in_its_content_encoding(api: Api, experiment: str, content_encoding: str, detail: str) -> None:
    answer = api.post_otlp(b"\xff\xfenot compressed", experiment_id=experiment, headers={"Content-Encoding": content_encoding})
    assert (answer.status_code, answer.json()) == (400, {"detail": detail})


@pytest.mark.traceloupe
def test_bad_zstd_is_a_client_error(api: Api, experiment: str) -> None:
    """MLflow knows no zstd; the wording follows its gzip and deflate answers."""
    answer = api.post_otlp(b"\xff\xfenot compressed", experiment_id=experiment, headers={"Content-Encoding": "zstd"})
    assert (answer.status_code, answer.json()) == (400, {"detail": "Failed to decompress zstd payload"})


@pytest.mark.parametrize(
    ("body", "content_type", "detail"),
    [
        pytest.param(b"", PROTOBUF, NO_SPANS, id="empty protobuf"),
        pytest.param(b"{}", JSON, NO_SPANS, id="empty object"),
        pytest.param(b'{"resourceSpans": []}', JSON, NO_SPANS, id="empty resourceSpans"),
        pytest.param(b"\xff\xff\xff\xff", PROTOBUF, INVALID, id="no protobuf"),
        pytest.param(b"{", JSON, INVALID, id="malformed JSON"),
        pytest.param(b"", JSON, NO_SPANS, id="empty JSON", marks=pytest.mark.traceloupe),  # MLflow: INVALID
        pytest.param(json_spans(traceId="xyz"), JSON, INVALID, id="trace id is not hex"),
        pytest.param(json_spans(spanId="g" * 16), JSON, INVALID, id="span id is not hex"),
    ],
)
def test_undecodable_body(api: Api, experiment: str, body: bytes, content_type: str, detail: str) -> None:
    answer = api.post_otlp(body, experiment_id=experiment, content_type=content_type)
    assert (answer.status_code, answer.json()) == (400, {"detail": detail})


@pytest.mark.traceloupe
@pytest.mark.parametrize("body", [b"[]", b'"text"', b"null", b"7", b"[[]]", b"[" + json_spans() + b"]"])
def test_json_that_is_not_an_object(api: Api, experiment: str, body: bytes) -> None:
    """MLflow answers 500, which would make SDKs retry for minutes."""
    answer = api.post_otlp(body, experiment_id=experiment, content_type=JSON)
    assert (answer.status_code, answer.json()) == (400, {"detail": INVALID})


# Bad spans

BAD_SPANS = [
    pytest.param({"span_id": b""}, NOT_CONVERTIBLE, id="no span id"),
    pytest.param({"trace_id": b""}, NOT_CONVERTIBLE, id="no trace id"),
    pytest.param({"trace_id": b"\1" * 17}, "Failed to log OpenTelemetry spans", id="trace id of 17 bytes"),
]
ZERO_IDS = [
    pytest.param({"span_id": b"\0" * 8}, id="all-zero span id"),
    pytest.param({"trace_id": b"\0" * 16}, id="all-zero trace id"),
]


def bad_span(fields: dict) -> otlp.Span:
    return otlp.span(**{"trace_id": otlp.new_trace_id(), **fields})


@pytest.mark.parametrize(("fields", "detail"), BAD_SPANS)
def test_only_bad_spans_with_header(api: Api, experiment: str, fields: dict, detail: str) -> None:
    answer = api.post_otlp(otlp.request(bad_span(fields)), experiment_id=experiment)
    assert (answer.status_code, answer.json()) == (422, {"detail": detail})
    assert api.search(experiment) == []


@pytest.mark.traceloupe
@pytest.mark.parametrize("fields", ZERO_IDS)
def test_only_zero_ids_with_header(api: Api, experiment: str, fields: dict) -> None:
    """MLflow stores them, and fails with 500 on some; OTLP calls an all-zero id invalid."""
    answer = api.post_otlp(otlp.request(bad_span(fields)), experiment_id=experiment)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert api.search(experiment) == []


def _fields_only(params: list) -> list:
    return [pytest.param(param.values[0], id=param.id) for param in params]


@pytest.mark.traceloupe
@pytest.mark.parametrize("fields", _fields_only(BAD_SPANS) + ZERO_IDS)
@pytest.mark.parametrize("content_type", [PROTOBUF, JSON])
def test_only_bad_spans_without_header(api: Api, fields: dict, content_type: str) -> None:
    answer = api.post_otlp(otlp.request(bad_span(fields)), content_type=content_type)
    assert answer.status_code == 400
    assert_rpc_status(answer, content_type)


@pytest.mark.traceloupe
@pytest.mark.parametrize("fields", _fields_only(BAD_SPANS) + ZERO_IDS)
@pytest.mark.parametrize("has_header", [True, False], ids=["with header", "without header"])
def test_a_bad_span_does_not_cost_the_good_ones(api: Api, experiment: str, fields: dict, has_header: bool) -> None:
    """MLflow stores nothing and answers 422; we keep the good spans and say how many were bad."""
    good = [otlp.span(otlp.new_trace_id()) for _ in range(2)]
    body = otlp.request([good[0], bad_span(fields), good[1]])
    answer = api.post_otlp(body, experiment_id=experiment if has_header else None)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, PROTOBUF)
    partial_success = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert partial_success.rejected_spans == 1
    assert partial_success.error_message
    for span in good:
        assert len(api.spans(span.trace_id)) == 1


@pytest.mark.traceloupe
def test_partial_success_in_json(api: Api, experiment: str) -> None:
    body = otlp.request([otlp.span(otlp.new_trace_id()), bad_span({"span_id": b""})])
    answer = api.post_otlp(body, experiment_id=experiment, content_type=JSON)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, JSON)
    partial_success = answer.json()["partialSuccess"]
    assert int(partial_success["rejectedSpans"]) == 1
    assert partial_success["errorMessage"]


# OTLP's dialect: no experiment header


@pytest.mark.traceloupe
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(b"\xff\xff\xff\xff", PROTOBUF, id="no protobuf"),
        pytest.param(b"{", JSON, id="malformed JSON"),
        pytest.param(b"[]", JSON, id="JSON array"),
        pytest.param(json_spans(traceId="xyz"), JSON, id="trace id is not hex"),
    ],
)
def test_undecodable_body_without_header(api: Api, body: bytes, content_type: str) -> None:
    answer = api.post_otlp(body, content_type=content_type)
    assert answer.status_code == 400
    assert_rpc_status(answer, content_type)


@pytest.mark.traceloupe
@pytest.mark.parametrize("content_type", [PROTOBUF, JSON])
def test_undecompressable_body_without_header(api: Api, content_type: str) -> None:
    answer = api.post_otlp(b"\xff\xfe", content_type=content_type, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 400
    assert_rpc_status(answer, content_type)


@pytest.mark.traceloupe
def test_json_array_in_place_of_a_message(api: Api, experiment: str) -> None:
    """A message is an object in OTLP/JSON; its fields in order in an array are not another way to write it."""
    spans = json.loads(json_spans())["resourceSpans"][0]["scopeSpans"][0]["spans"]
    body = json.dumps([[{"scopeSpans": [{"spans": spans}]}]]).encode()
    answer = api.post_otlp(body, experiment_id=experiment, content_type=JSON)
    assert (answer.status_code, answer.json()) == (400, {"detail": INVALID})
    assert api.search(experiment) == []


def assert_rpc_status(answer, content_type: str) -> None:
    """OTLP: the body of an error is a `google.rpc.Status`, encoded as the request was, with a message for developers."""
    assert answer.headers["Content-Type"] == content_type
    if content_type == JSON:
        assert answer.json()["message"]
        assert "detail" not in answer.json()
    else:
        assert RpcStatus.FromString(answer.content).message


# Routes


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/traces/"), ("GET", "/v1/traces"), ("PUT", "/v1/traces")])
def test_other_paths_and_methods_are_not_found(api: Api, experiment: str, method: str, path: str) -> None:
    headers = {"Content-Type": PROTOBUF, "x-mlflow-experiment-id": experiment}
    assert api.send(method, path, data=good_request().SerializeToString(), headers=headers).status_code == 404

"""What the server works out from spans alone: tags, session, user, token usage, previews, attribute values.

What is expected was observed on MLflow 3.18 (run with `--server mlflow`).
"""

from __future__ import annotations

import json
from typing import Any

import pytest

import otlp
from api import Api


def ingest_root(api: Api, experiment: str, *, resource: dict | None = None, **attributes: Any) -> bytes:
    trace_id = otlp.new_trace_id()
    span = otlp.span(trace_id, "root", attributes=attributes)
    api.ingest(otlp.request(span, resource=resource, scope=("test", "1")), experiment_id=experiment)
    return trace_id


def test_resource_attributes_become_tags(api: Api, experiment: str) -> None:
    resource = {
        "service.name": "shop",
        "replicas": 5,
        "ratio": 0.5,
        "canary": True,
        "zones": ["a", "b"],
        "telemetry.sdk.name": "opentelemetry",
        "mlflow.internal": "no",
    }
    tags = api.trace_info(ingest_root(api, experiment, resource=resource))["tags"]
    own = {key: value for key, value in tags.items() if not key.startswith("mlflow.")}
    assert own == {"service.name": "shop", "replicas": "5", "ratio": "0.5", "canary": "true", "zones": '["a", "b"]'}
    assert "mlflow.internal" not in tags


def test_trace_tags_of_the_root_win_over_the_resource(api: Api, experiment: str) -> None:
    attributes = {"mlflow.traceTag.team": "search", "mlflow.traceTag.mlflow.traceName": "my trace"}
    trace_id = ingest_root(api, experiment, resource={"team": "platform"}, **attributes)
    tags = api.trace_info(trace_id)["tags"]
    assert tags["team"] == "search"
    assert tags["mlflow.traceName"] == "my trace"


@pytest.mark.parametrize("key", ["session.id", "gen_ai.conversation.id"])
def test_session_comes_from_any_span(api: Api, experiment: str, key: str) -> None:
    trace_id = otlp.new_trace_id()
    root = otlp.span(trace_id, "root")
    child = otlp.span(trace_id, "child", parent=root, attributes={key: "session 7", "user.id": "ann"})
    api.ingest(otlp.request([root, child]), experiment_id=experiment)
    metadata = api.trace_info(trace_id)["trace_metadata"]
    assert metadata["mlflow.trace.session"] == "session 7"
    assert metadata["mlflow.trace.user"] == "ann"


def test_the_first_session_and_user_stay(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    for number in (1, 2):
        attributes = {"session.id": f"session {number}", "user.id": f"user {number}"}
        api.ingest(otlp.request(otlp.span(trace_id, attributes=attributes)), experiment_id=experiment)
    metadata = api.trace_info(trace_id)["trace_metadata"]
    assert (metadata["mlflow.trace.session"], metadata["mlflow.trace.user"]) == ("session 1", "user 1")


def test_usage_as_json_text_counts_like_typed_usage(api: Api, experiment: str) -> None:
    usage = {"input_tokens": 3, "output_tokens": 4, "total_tokens": 7, "cache_read_input_tokens": 2}
    typed = ingest_root(api, experiment, **{"mlflow.chat.tokenUsage": usage})
    as_text = ingest_root(api, experiment, **{"mlflow.chat.tokenUsage": json.dumps(usage)})
    for trace_id in (typed, as_text):
        assert json.loads(api.trace_info(trace_id)["trace_metadata"]["mlflow.trace.tokenUsage"]) == usage


MESSAGES = [{"role": "user", "content": "first"}, {"role": "assistant", "content": "a"}, {"role": "user", "content": "last"}]


@pytest.mark.parametrize(
    ("inputs", "preview"),
    [
        pytest.param("plain", '"plain"', id="text keeps its quotes"),
        pytest.param({"q": 1}, '{"q": 1}', id="no messages: the JSON text"),
        pytest.param({"messages": MESSAGES}, "last", id="last message of the user"),
        pytest.param({"input": MESSAGES}, "last", id="input list"),
        pytest.param({"request": {"messages": MESSAGES}}, "last", id="inside request"),
        pytest.param(
            {"messages": [{"role": "user", "content": [{"type": "image_url"}, {"type": "text", "text": "look"}]}]},
            "look",
            id="first text part",
        ),
        pytest.param({"messages": [{"role": "system", "content": "only"}]}, "only", id="else the last message"),
        pytest.param("x" * 2000, '"' + "x" * 996 + "...", id="cut to 1000 characters"),
        pytest.param({"q": "grüße 🙂"}, '{"q": "grüße 🙂"}', id="no escapes"),
    ],
)
def test_request_preview(api: Api, experiment: str, inputs: Any, preview: str) -> None:
    trace_id = ingest_root(api, experiment, **{"mlflow.spanInputs": inputs})
    assert api.trace_info(trace_id)["request_preview"] == preview


def test_response_preview_is_the_last_message_of_the_assistant(api: Api, experiment: str) -> None:
    outputs = {"choices": [{"message": {"role": "assistant", "content": "hello"}}]}
    trace_id = ingest_root(api, experiment, **{"mlflow.spanOutputs": outputs})
    assert api.trace_info(trace_id)["response_preview"] == "hello"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        pytest.param('{"a": 1}', {"a": 1}, id="text of an object"),
        pytest.param('[1, "x"]', [1, "x"], id="text of a list"),
        pytest.param('"q"', "q", id="text of a string"),
        pytest.param("5", "5", id="text of a number stays text"),
        pytest.param("true", "true", id="text of a truth value stays text"),
        pytest.param("null", "null", id="text of null stays text"),
        pytest.param("{broken", "{broken", id="broken JSON"),
        pytest.param({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}, id="typed"),
        pytest.param(2**62, 2**62, id="large integer"),
    ],
)
def test_one_layer_of_json_text_is_removed(api: Api, experiment: str, sent: Any, read: Any) -> None:
    (span,) = api.spans(ingest_root(api, experiment, value=sent))
    assert span["attributes"]["value"] == read


def test_the_server_sets_the_trace_id_attribute(api: Api, experiment: str) -> None:
    trace_id = ingest_root(api, experiment, **{"mlflow.traceRequestId": "tr-made-up"})
    (span,) = api.spans(trace_id)
    assert span["attributes"]["mlflow.traceRequestId"] == otlp.mlflow_id(trace_id)

"""The real OpenAI client, instrumented by OpenInference and by OpenLLMetry: kind, messages and tokens are read from both.

OpenLLMetry tells messages in attributes or, if asked to, in log records that are exported apart from the spans.

Both are OpenTelemetry instrumentations and know nothing of us. The model is a fake on loopback whose words and token counts
are fixed, so that the test knows what the trace must say.
"""

from __future__ import annotations

import json

import pytest

from api import Api
from fake_openai import CHAT_TEXT, CHAT_USAGE, RESPONSES_TEXT, RESPONSES_USAGE
from otlp_json import attributes, plain
from span_table import Row

pytestmark = pytest.mark.traceloupe

QUESTION = "Grüße! 🙂"
CALLS = {
    "chat": (CHAT_TEXT, CHAT_USAGE),
    "chat streamed": (CHAT_TEXT, CHAT_USAGE),
    "chat with a tool": (CHAT_TEXT, CHAT_USAGE),
    "responses": (RESPONSES_TEXT, RESPONSES_USAGE),
    "responses streamed": (RESPONSES_TEXT, RESPONSES_USAGE),
}


@pytest.fixture(scope="module")
def openinference(run_scenario, server) -> dict[str, str]:
    """Trace ids by what was asked."""
    return json.loads(run_scenario("openai_instrumented", server.url, "openinference", OTEL_EXPORTER_OTLP_ENDPOINT=server.url))


@pytest.fixture(scope="module")
def openllmetry(run_scenario, server) -> dict[str, str]:
    return json.loads(run_scenario("openai_instrumented", server.url, "openllmetry", OTEL_EXPORTER_OTLP_ENDPOINT=server.url))


@pytest.fixture(scope="module")
def openllmetry_events(run_scenario, server) -> dict[str, str]:
    return json.loads(run_scenario("openai_instrumented", server.url, "openllmetry-events", OTEL_EXPORTER_OTLP_ENDPOINT=server.url))


def the_call(api: Api, trace_id: str, usage: dict[str, int]) -> tuple[Row, dict]:
    """Row and detail of the one model call below the question; its tokens are those of the trace too."""
    question, call = api.ui_rows(trace_id)
    assert (question.span_type, call.depth) == ("", 1)
    expected = (usage["input_tokens"], usage["output_tokens"])
    assert (call.input_tokens, call.output_tokens) == expected
    summary = api.ui(f"traces/{trace_id}")["summary"]
    assert (summary["input_tokens"], summary["output_tokens"], summary["n_errors"]) == (*expected, 0)
    return call, api.ui_span(trace_id, call.span_id)


@pytest.mark.parametrize("call", CALLS)
def test_openinference(api: Api, openinference: dict[str, str], call: str) -> None:
    text, usage = CALLS[call]
    row, span = the_call(api, openinference[call], usage)
    assert (row.span_type, row.scope) == ("LLM", "openinference.instrumentation.openai")
    # `input.value` and `output.value` are the request and the response of the API.
    request, response = plain(span["inputs"]), plain(span["outputs"])
    assert request["model"] == "gpt-4o-mini"
    if call.startswith("chat"):
        assert request["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}]
        (choice,) = response["choices"]
        assert (choice["message"]["role"], choice["message"]["content"]) == ("assistant", text)
    else:
        assert request["input"] == "Hello, world!"
        (message,) = response["output"]
        assert [part["text"] for part in message["content"]] == [text]
    # The indexed keys stay as they came.
    assert attributes(span["attributes"])["llm.output_messages.0.message.role"] == ("string", "assistant")


@pytest.mark.parametrize("call", CALLS)
def test_openllmetry(api: Api, openllmetry: dict[str, str], call: str) -> None:
    text, usage = CALLS[call]
    row, span = the_call(api, openllmetry[call], usage)
    assert (row.span_type, row.scope) == ("CHAT_MODEL", "opentelemetry.instrumentation.openai.v1")
    asked = [("system", "Be brief."), ("user", QUESTION)] if call.startswith("chat") else [("user", "Hello, world!")]
    assert plain(span["inputs"]) == [message(role, words) for role, words in asked]
    assert plain(span["outputs"]) == [message("assistant", text, finish_reason="stop")]


@pytest.mark.parametrize("call", ["chat", "chat with a tool"])
def test_messages_of_log_records_are_those_of_their_span(api: Api, openllmetry_events: dict[str, str], call: str) -> None:
    """The events of the GenAI conventions 1.28 to 1.36: the role is in the event's name, the text in the body."""
    text, usage = CALLS[call]
    _, span = the_call(api, openllmetry_events[call], usage)
    assert not any(item["key"].endswith(".messages") for item in span["attributes"])
    events = [(record["event_name"], plain(record["body"])) for record in span["logs"]]
    assert events == [
        ("gen_ai.system.message", {"content": "Be brief."}),
        ("gen_ai.user.message", {"content": QUESTION}),
        ("gen_ai.choice", {"index": 0, "message": {"content": text}, "finish_reason": "stop"}),
    ]
    asked = [(message["role"], message["content"]) for message in plain(span["inputs"])["messages"]]
    assert asked == [("system", "Be brief."), ("user", QUESTION)]
    answered = [(message["role"], message["content"]) for message in plain(span["outputs"])["messages"]]
    assert answered == [("assistant", text)]


def message(role: str, text: str, **fields: str) -> dict:
    """A message of OpenTelemetry's GenAI conventions."""
    return {"role": role, "parts": [{"type": "text", "content": text}], **fields}


@pytest.mark.parametrize(("kind", "span_type"), [("openinference", "LLM"), ("openllmetry", "CHAT_MODEL")])
def test_a_refusal_of_the_model_is_an_error_with_its_words(api: Api, request, kind: str, span_type: str) -> None:
    trace_id = request.getfixturevalue(kind)["refused"]
    _, call = api.ui_rows(trace_id)
    assert (call.span_type, call.input_tokens, call.output_tokens) == (span_type, None, None)
    span = api.ui_span(trace_id, call.span_id)
    assert span["status"]["code"] == "STATUS_CODE_ERROR"
    (exception,) = (event for event in span["events"] if event["name"] == "exception")
    assert "The model is not available" in attributes(exception["attributes"])["exception.message"][1]
    assert api.ui(f"traces/{trace_id}")["summary"]["n_errors"] == 1

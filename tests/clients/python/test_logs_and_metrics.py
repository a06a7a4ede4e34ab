"""A program with all three signals: message content that comes only as log records reaches the span, whichever comes first;
log records of no trace and metrics are counted, and no SDK is in error.

The instrumentation is OpenTelemetry's own for the OpenAI client, in both of its generations: one event for each message
(version 1.30 of the conventions) and one event with all details (from 1.37 on).
"""

from __future__ import annotations

import json

import pytest

from api import Api
from fake_openai import CHAT_TEXT, CHAT_USAGE
from otlp_json import plain
from server_process import Traceloupe

pytestmark = pytest.mark.traceloupe

GENERATIONS = {
    "an event for each message": {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true"},
    "an event with all details": {
        "OTEL_SEMCONV_STABILITY_OPT_IN": "gen_ai_latest_experimental",
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "EVENT_ONLY",
        "OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT": "true",
    },
}


@pytest.fixture(scope="module", params=[(generation, transport) for generation in GENERATIONS for transport in ("http", "grpc")], ids=" over ".join)
def asked(request: pytest.FixtureRequest, run_scenario, start_server, tmp_path_factory: pytest.TempPathFactory):
    """The generation, a server that only this program talked to, and trace ids by name."""
    generation, transport = request.param
    server: Traceloupe = start_server(tmp_path_factory.mktemp("logs") / "data")
    endpoint = server.url if transport == "http" else f"http://{server.ready['otlp_grpc']}"
    printed = run_scenario("openai_logs", server.url, transport, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint, **GENERATIONS[generation])
    yield generation, server, json.loads(printed)
    server.stop()


@pytest.mark.parametrize("name", ["early", "late"])
def test_messages_in_log_records_reach_the_span(asked, name: str) -> None:
    generation, server, trace_ids = asked
    api = Api(server.url)
    question, call = api.ui_rows(trace_ids[name])
    assert (call.depth, call.span_type) == (1, "CHAT_MODEL")
    span = api.ui_span(trace_ids[name], call.span_id)
    # The proof that the content came by log records alone.
    assert CHAT_TEXT not in json.dumps(span["attributes"], ensure_ascii=False) + json.dumps(span["events"], ensure_ascii=False)
    names = {log["event_name"] for log in span["logs"]}
    if generation == "an event for each message":
        assert names == {"gen_ai.system.message", "gen_ai.user.message", "gen_ai.choice"}
        asked_of_model = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Grüße! 🙂"}]
        assert plain(span["inputs"]) == {"messages": asked_of_model}
        (answer,) = plain(span["outputs"])["messages"]
        assert (answer["role"], answer["content"], answer["finish_reason"]) == ("assistant", CHAT_TEXT, "stop")
    else:
        assert names == {"gen_ai.client.inference.operation.details"}
        user = plain(span["inputs"])[-1]
        assert (user["role"], user["parts"]) == ("user", [{"content": "Grüße! 🙂", "type": "text"}])
        (answer,) = plain(span["outputs"])
        assert answer["parts"] == [{"content": CHAT_TEXT, "type": "text"}]
    detail = api.ui(f"traces/{trace_ids[name]}")
    assert detail["n_logs"] == len(span["logs"])
    tokens = (CHAT_USAGE["input_tokens"], CHAT_USAGE["output_tokens"])
    assert (detail["summary"]["input_tokens"], detail["summary"]["output_tokens"]) == tokens


def test_what_is_not_stored_is_counted_and_nothing_is_an_error(asked) -> None:
    _, server, _ = asked
    status = Api(server.url).ui("status")
    assert status["not_stored"]["n_logs_without_trace"] == 1
    assert status["not_stored"]["n_metric_requests"] >= 1
    assert status["not_stored"]["n_metric_points"] >= 1
    assert (status["n_traces"], status["n_rejected"], status["n_rejected_groups"]) == (2, 0, 0)

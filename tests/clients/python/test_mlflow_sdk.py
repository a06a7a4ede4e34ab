"""The MLflow SDK, unmodified: what programs write with it, it reads back, and the UI API shows the same."""

from __future__ import annotations

import json
from collections.abc import Iterator

import mlflow
import pytest
from mlflow.entities import SpanType, Trace

import fake_openai
from api import Api


@pytest.fixture(autouse=True)
def sdk(server) -> Iterator[None]:
    """Points this process's SDK, which only reads, at the server under test."""
    mlflow.set_tracking_uri(server.url)
    yield
    mlflow.set_tracking_uri(None)


@pytest.fixture(scope="module")
def nested(server, run_scenario) -> dict[str, str]:
    return json.loads(run_scenario("nested_traces", server.url))


@pytest.fixture(scope="module")
def openai_traces(server, run_scenario) -> dict[str, str]:
    return json.loads(run_scenario("openai_autolog", server.url))


@pytest.fixture(scope="module")
def threads(server, run_scenario) -> list[tuple[str, int]]:
    return json.loads(run_scenario("many_threads", server.url))


def outline(trace: Trace) -> str:
    """The tree as text: one name a line, two blanks per level."""
    children: dict[str | None, list] = {}
    for span in trace.data.spans:
        children.setdefault(span.parent_id, []).append(span)

    def lines(parent: str | None, depth: int) -> Iterator[str]:
        for span in sorted(children.get(parent, []), key=lambda span: span.start_time_ns):
            yield "  " * depth + span.name
            yield from lines(span.span_id, depth + 1)

    return "\n".join(lines(None, 0))


# Experiments


def test_set_experiment_creates_a_new_one_and_finds_it_again() -> None:
    created = mlflow.set_experiment("Grüße / new")
    assert created.name == "Grüße / new"
    assert created.experiment_id.isdecimal()
    assert created.lifecycle_stage == "active"
    again = mlflow.set_experiment("Grüße / new")
    assert again.experiment_id == created.experiment_id
    by_id = mlflow.set_experiment(experiment_id=created.experiment_id)
    assert (by_id.name, by_id.creation_time) == (created.name, created.creation_time)


def test_the_default_experiment_is_there() -> None:
    assert mlflow.set_experiment("Default").experiment_id == "0"


def test_an_unknown_experiment_id_is_not_found() -> None:
    with pytest.raises(mlflow.exceptions.MlflowException, match="No Experiment with id=987654 exists"):
        mlflow.set_experiment(experiment_id="987654")


def test_a_name_is_taken_once(api: Api) -> None:
    api.create_experiment("taken")
    answer = api.send("POST", "/api/2.0/mlflow/experiments/create", json={"name": "taken"})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "RESOURCE_ALREADY_EXISTS")


# @mlflow.trace


def test_nested_trace(nested: dict[str, str]) -> None:
    trace = mlflow.get_trace(nested["nested"])
    assert outline(trace) == "plan\n  look_up\n  look_up"
    plan, first, second = trace.data.spans
    assert (plan.span_type, first.span_type) == ("UNKNOWN", SpanType.TOOL)
    assert plan.inputs == {
        "question": "What is a span?",
        "context": {"user": {"name": "Änne 🙂", "tags": []}},
        "nothing": None,
    }
    assert first.inputs == {"key": "a", "options": None}
    assert second.inputs == {"key": "b", "options": {"deep": {"er": [1]}}}
    assert first.outputs == {"key": "a", "hits": [1, 2.5, None, True, "five"], "options": None}
    assert plan.outputs == [first.outputs, second.outputs]
    attributes = [first.attributes[key] for key in ("retries", "ratio", "dry_run")]
    assert attributes == [2, 0.5, False] and attributes[2] is False
    assert {span.trace_id for span in trace.data.spans} == {nested["nested"]}
    assert plan.start_time_ns <= first.start_time_ns <= first.end_time_ns <= second.start_time_ns <= plan.end_time_ns


def test_info_of_a_nested_trace(nested: dict[str, str]) -> None:
    info = mlflow.get_trace(nested["nested"]).info
    assert info.state == "OK"
    assert info.client_request_id == "request 42"
    assert info.experiment_id == mlflow.get_experiment_by_name("nested").experiment_id
    assert info.tags["mlflow.traceName"] == "plan"
    assert info.tags["team"] == "search"
    assert info.trace_metadata["mlflow.trace.session"] == "session 7"
    assert info.trace_metadata["mlflow.trace.user"] == "ann"
    assert info.trace_metadata["mlflow.trace_schema.version"] == "3"
    assert json.loads(info.trace_metadata["mlflow.trace.sizeStats"])["num_spans"] == 3
    assert json.loads(info.request_preview)["context"]["user"]["name"] == "Änne 🙂"
    assert json.loads(info.response_preview)[0]["hits"] == [1, 2.5, None, True, "five"]
    assert info.token_usage is None


def test_failed_trace(nested: dict[str, str]) -> None:
    trace = mlflow.get_trace(nested["failed"])
    assert trace.info.state == "ERROR"
    assert (trace.info.request_preview, trace.info.response_preview) == ("{}", None)
    (span,) = trace.data.spans
    assert (span.name, span.status.status_code, span.status.description) == ("fails", "ERROR", "ValueError: out of tea")
    (event,) = span.events
    assert event.name == "exception"
    assert (event.attributes["exception.type"], event.attributes["exception.message"]) == ("ValueError", "out of tea")
    assert "nested_traces.py" in event.attributes["exception.stacktrace"]


def test_a_trace_that_recovers_is_ok(nested: dict[str, str]) -> None:
    trace = mlflow.get_trace(nested["recovered"])
    assert trace.info.state == "OK"
    assert outline(trace) == "recover\n  fails"
    assert [span.status.status_code for span in trace.data.spans] == ["OK", "ERROR"]


@pytest.mark.traceloupe
def test_nested_traces_in_the_ui(api: Api, nested: dict[str, str]) -> None:
    experiment_id = mlflow.get_experiment_by_name("nested").experiment_id
    summaries = {f"tr-{trace['trace_id']}": trace for trace in api.ui_traces(experiment_id=experiment_id)}
    assert summaries.keys() == set(nested.values())
    shown = [
        [summaries[nested[key]][field] for field in ("name", "n_spans", "n_errors", "state", "session", "sources")]
        for key in ("nested", "failed", "recovered")
    ]
    assert shown == [
        ["plan", 3, 0, "OK", "session 7", ["mlflow"]],
        ["fails", 1, 1, "ERROR", None, ["mlflow"]],
        ["recover", 2, 1, "OK", None, ["mlflow"]],
    ]
    detail = api.ui(f"traces/{nested['nested']}")
    assert detail["experiment_name"] == "nested"
    assert detail["tags"]["team"] == "search"
    assert json.loads(detail["request_preview"])["question"] == "What is a span?"
    rows = api.ui_rows(nested["nested"])
    assert [(row.name, row.depth, row.span_type, row.source) for row in rows] == [
        ("plan", 0, "UNKNOWN", ("mlflow", False)),
        ("look_up", 1, "TOOL", ("mlflow", False)),
        ("look_up", 1, "TOOL", ("mlflow", False)),
    ]


# Reading


def test_get_trace_of_an_unknown_id() -> None:
    assert mlflow.get_trace("tr-" + "ab" * 16) is None


def test_search_traces_without_filter(nested: dict[str, str]) -> None:
    mlflow.set_experiment("nested")
    traces = mlflow.search_traces(return_type="list")
    newest_first = [nested[key] for key in ("recovered", "failed", "nested")]
    assert [trace.info.trace_id for trace in traces] == newest_first
    assert [outline(trace) for trace in traces] == ["recover\n  fails", "fails", "plan\n  look_up\n  look_up"]
    frame = mlflow.search_traces()
    assert list(frame["trace_id"]) == newest_first
    assert list(frame["state"]) == ["OK", "ERROR", "OK"]
    assert frame["request"][2]["question"] == "What is a span?"


def test_search_traces_page_by_page(nested: dict[str, str]) -> None:
    experiment_id = mlflow.get_experiment_by_name("nested").experiment_id
    client = mlflow.MlflowClient()
    found, token = [], None
    for _ in nested:
        page = client.search_traces(locations=[experiment_id], max_results=1, page_token=token)
        found += [trace.info.trace_id for trace in page]
        token = page.token
    assert found == [nested[key] for key in ("recovered", "failed", "nested")]
    assert not token


def test_search_traces_over_several_experiments(nested: dict[str, str], openai_traces: dict[str, str]) -> None:
    ids = [mlflow.get_experiment_by_name(name).experiment_id for name in ("nested", "openai")]
    traces = mlflow.search_traces(locations=ids, return_type="list", include_spans=False)
    assert {trace.info.trace_id for trace in traces} == {*nested.values(), *openai_traces.values()}


def test_search_traces_in_an_empty_experiment(experiment: str) -> None:
    assert mlflow.search_traces(locations=[experiment], return_type="list") == []


# mlflow.openai.autolog

RESPONSES_USAGE = {**fake_openai.RESPONSES_USAGE, "cache_read_input_tokens": 0}
EXPECTED = {
    "responses": ("Responses", RESPONSES_USAGE, fake_openai.RESPONSES_TEXT),
    "responses streamed": ("Responses", RESPONSES_USAGE, fake_openai.RESPONSES_TEXT),
    "chat": ("Completions", fake_openai.CHAT_USAGE, fake_openai.CHAT_TEXT),
    "chat streamed": ("Completions", fake_openai.CHAT_USAGE, fake_openai.CHAT_TEXT),
    "chat async": ("AsyncCompletions", fake_openai.CHAT_USAGE, fake_openai.CHAT_TEXT),
    "chat async streamed": ("AsyncCompletions", fake_openai.CHAT_USAGE, fake_openai.CHAT_TEXT),
}


@pytest.mark.parametrize("call", EXPECTED)
def test_autologged_call(openai_traces: dict[str, str], call: str) -> None:
    name, usage, text = EXPECTED[call]
    trace = mlflow.get_trace(openai_traces[call])
    assert trace.info.state == "OK"
    assert trace.info.tags["mlflow.traceName"] == name
    assert trace.info.token_usage == usage
    assert trace.info.response_preview == text
    (span,) = trace.data.spans
    assert (span.name, span.span_type) == (name, SpanType.CHAT_MODEL)
    assert span.get_attribute("mlflow.chat.tokenUsage") == usage
    assert span.get_attribute("mlflow.llm.model") == "gpt-4o-mini"
    if name == "Responses":
        assert span.inputs["input"] == "Hello, world!"
        assert span.outputs["output"][0]["content"][0]["text"] == text
    else:
        assert trace.info.request_preview == "Hi!"
        assert span.inputs["messages"][1] == {"role": "user", "content": "Hi!"}
        assert span.outputs["choices"][0]["message"]["content"] == text
    chunks = [event for event in span.events if event.name.startswith("mlflow.chunk.item.")]
    assert bool(chunks) == ("streamed" in call)


def test_refused_call(openai_traces: dict[str, str]) -> None:
    trace = mlflow.get_trace(openai_traces["refused"])
    assert trace.info.state == "ERROR"
    (span,) = trace.data.spans
    assert span.status.status_code == "ERROR"
    (event,) = span.events
    assert event.name == "exception"
    assert "The model is not available" in event.attributes["exception.message"]


@pytest.mark.traceloupe
def test_autologged_calls_in_the_ui(api: Api, openai_traces: dict[str, str]) -> None:
    for call, (name, usage, text) in EXPECTED.items():
        detail = api.ui(f"traces/{openai_traces[call]}")
        summary = detail["summary"]
        assert (summary["name"], summary["n_spans"]) == (name, 1)
        assert (summary["input_tokens"], summary["output_tokens"]) == (usage["input_tokens"], usage["output_tokens"])
        assert detail["response_preview"] == text
        (row,) = api.ui_rows(openai_traces[call])
        assert (row.span_type, row.source) == ("CHAT_MODEL", ("mlflow", False))
        assert (row.input_tokens, row.output_tokens) == (usage["input_tokens"], usage["output_tokens"])
        span = api.ui_span(openai_traces[call], row.span_id)
        assert text in json.dumps(span["outputs"])


# Load


def test_fifty_threads_lose_and_double_nothing(threads: list[tuple[str, int]]) -> None:
    assert len(threads) == len({trace_id for trace_id, _ in threads}) == 150
    experiment_id = mlflow.get_experiment_by_name("threads").experiment_id
    traces = mlflow.search_traces(locations=[experiment_id], return_type="list", max_results=500)
    assert sorted(trace.info.trace_id for trace in traces) == sorted(trace_id for trace_id, _ in threads)
    numbers = dict(threads)
    for trace in traces:
        number = numbers[trace.info.trace_id]
        assert trace.info.state == "OK"
        assert outline(trace) == "root\n  branch\n    leaf\n    leaf"
        assert [span.inputs["number"] for span in trace.data.spans] == [number, number, number, -number]


@pytest.mark.traceloupe
def test_fifty_threads_in_the_ui(api: Api, threads: list[tuple[str, int]]) -> None:
    experiment_id = mlflow.get_experiment_by_name("threads").experiment_id
    summaries = api.ui_traces(experiment_id=experiment_id)
    assert len(summaries) == 150
    assert {summary["n_spans"] for summary in summaries} == {4}

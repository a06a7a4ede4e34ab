"""Spans and `StartTrace` of one trace in every order: the merge matrix, row by row, with requests as the clients send them.

What is expected was observed on MLflow 3.18 (run with `--server mlflow`); where we differ on purpose a test says so.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import otlp
from api import Api

USAGE = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
SPANS_LOCATION = "mlflow.trace.spansLocation"


def times(info: dict) -> tuple[str, str]:
    return info["request_time"], info["execution_duration"]


def usage(info: dict) -> dict | None:
    text = info.get("trace_metadata", {}).get("mlflow.trace.tokenUsage")
    return None if text is None else json.loads(text)


def num_spans(n: int) -> dict[str, str]:
    """Metadata with which the SDK tells how many spans a trace has."""
    stats = {"total_size_bytes": 100 * n, "num_spans": n, "max": 100, "p25": 100, "p50": 100, "p75": 100}
    return {"mlflow.trace.sizeStats": json.dumps(stats)}


# Spans in pieces


def test_child_first_then_root(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    root_id = otlp.new_span_id()
    child = otlp.span(trace_id, "child", parent=root_id, start_ms=1000, end_ms=1500)
    api.ingest_mlflow(child, experiment_id=experiment)

    info = api.trace_info(trace_id)
    assert info["state"] == "IN_PROGRESS"
    assert times(info) == ("2026-11-18T11:06:41Z", "0.500s")
    assert "mlflow.traceName" not in info["tags"]
    assert info["tags"][SPANS_LOCATION] == "TRACKING_STORE"
    assert [found["trace_id"] for found in api.search(experiment)] == [otlp.mlflow_id(trace_id)]
    assert [span["name"] for span in api.spans(trace_id)] == ["child"]

    root = otlp.span(
        trace_id,
        "root",
        span_id=root_id,
        start_ms=500,
        end_ms=3000,
        status=otlp.OK,
        attributes={"mlflow.spanInputs": {"q": "hi"}, "mlflow.spanOutputs": "hello"},
    )
    api.ingest_mlflow(root, experiment_id=experiment)

    info = api.trace_info(trace_id)
    assert info["state"] == "OK"
    assert times(info) == ("2026-11-18T11:06:40.500Z", "2.500s")
    assert (info["request_preview"], info["response_preview"]) == ('{"q": "hi"}', '"hello"')
    assert [span["name"] for span in api.spans(trace_id)] == ["root", "child"]


@pytest.mark.traceloupe
def test_child_first_then_root_in_the_ui(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    root_id = otlp.new_span_id()
    api.ingest_mlflow(otlp.span(trace_id, "child", parent=root_id, start_ms=10, end_ms=60), experiment_id=experiment)
    (before,) = api.ui_traces(experiment_id=experiment)
    assert (before["has_root"], before["state"], before["name"]) == (False, "IN_PROGRESS", "child")

    api.ingest_mlflow(otlp.span(trace_id, "root", span_id=root_id, status=otlp.OK), experiment_id=experiment)
    (after,) = api.ui_traces(experiment_id=experiment)
    assert (after["has_root"], after["state"], after["name"]) == (True, "OK", "root")
    assert (after["start_time_unix_nano"], after["duration_ns"]) == (str(otlp.T0_NS), str(100 * otlp.MS))
    assert [(row.name, row.depth) for row in api.ui_rows(trace_id.hex())] == [("root", 0), ("child", 1)]


@pytest.mark.parametrize(("status", "state"), [(None, "OK"), (otlp.OK, "OK"), (otlp.ERROR, "ERROR")])
def test_state_is_that_of_the_root(api: Api, experiment: str, status: int | None, state: str) -> None:
    trace_id = otlp.new_trace_id()
    root = otlp.span(trace_id, "root", status=status)
    child = otlp.span(trace_id, "child", parent=root, status=otlp.OK if state == "ERROR" else otlp.ERROR)
    api.ingest_mlflow([child, root], experiment_id=experiment)
    assert api.trace_info(trace_id)["state"] == state


def test_duplicate_span_id_replaces(api: Api, experiment: str) -> None:
    trace_id, span_id = otlp.new_trace_id(), otlp.new_span_id()
    first = {"mlflow.spanInputs": "first", "only.first": 1}
    api.ingest_mlflow(
        otlp.span(trace_id, "first", span_id=span_id, end_ms=100, attributes=first), experiment_id=experiment
    )
    second = {"mlflow.spanInputs": "second", "only.second": 2}
    api.ingest_mlflow(
        otlp.span(trace_id, "second", span_id=span_id, end_ms=50, attributes=second), experiment_id=experiment
    )

    (span,) = api.spans(trace_id)
    assert span["name"] == "second"
    assert "only.first" not in span["attributes"]
    assert span["attributes"]["only.second"] == 2
    assert span["attributes"]["mlflow.spanInputs"] == "second"
    info = api.trace_info(trace_id)
    assert info["request_preview"] == '"first"', "a preview keeps its first value"
    assert info["execution_duration"] == "0.100s", "the window never shrinks"


def test_late_span_before_start_trace_widens_the_window(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    root = otlp.span(trace_id, "root", start_ms=100, end_ms=200, status=otlp.OK)
    api.ingest_mlflow(root, experiment_id=experiment)
    early = otlp.span(trace_id, "early", parent=root, start_ms=50, end_ms=60, status=otlp.ERROR)
    late = otlp.span(trace_id, "late", parent=root, start_ms=150, end_ms=400, status=otlp.ERROR)
    api.ingest_mlflow(early, experiment_id=experiment)
    assert times(api.trace_info(trace_id)) == ("2026-11-18T11:06:40.050Z", "0.150s")
    api.ingest_mlflow(late, experiment_id=experiment)
    assert times(api.trace_info(trace_id)) == ("2026-11-18T11:06:40.050Z", "0.350s")
    assert api.trace_info(trace_id)["state"] == "OK"


# Spans, then StartTrace


def test_start_trace_after_spans_overwrites_and_merges(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    root = otlp.span(
        trace_id,
        "root",
        status=otlp.OK,
        attributes={
            "mlflow.spanInputs": "span input",
            "mlflow.spanOutputs": "span output",
            "mlflow.traceTag.from": "span",
            "mlflow.traceTag.both": "span",
            "user.id": "ann",
        },
    )
    api.ingest_mlflow(root, experiment_id=experiment)
    before = api.trace_info(trace_id)
    assert before["tags"]["from"] == "span"
    assert before["trace_metadata"]["mlflow.trace.user"] == "ann"

    returned = api.start_trace(
        trace_id,
        experiment,
        request_time="2026-11-18T11:06:39.500Z",
        execution_duration="1.250s",
        state="ERROR",
        client_request_id="request 1",
        request_preview="given input",
        tags={"mlflow.traceName": "given name", "both": "given"},
        trace_metadata={"meta": "given"},
    )
    info = api.trace_info(trace_id)
    assert times(info) == ("2026-11-18T11:06:39.500Z", "1.250s")
    assert info["state"] == "ERROR"
    assert info["client_request_id"] == "request 1"
    assert info["request_preview"] == "given input"
    assert info["response_preview"] == '"span output"', "an absent preview keeps the value from the spans"
    assert info["tags"]["mlflow.traceName"] == "given name"
    assert (info["tags"]["from"], info["tags"]["both"]) == ("span", "given")
    assert (info["trace_metadata"]["meta"], info["trace_metadata"]["mlflow.trace.user"]) == ("given", "ann")
    assert info["trace_metadata"]["mlflow.trace.infoFinalized"] == "true"
    assert len(api.spans(trace_id)) == 1
    assert returned == info


def test_start_trace_adds_and_updates_assessments_by_id(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    api.ingest_mlflow(otlp.span(trace_id), experiment_id=experiment)

    def assessment(number: int, value: str) -> dict:
        return {
            "assessment_id": f"a-{number:032x}",
            "assessment_name": f"name {number}",
            "trace_id": otlp.mlflow_id(trace_id),
            "source": {"source_type": "HUMAN", "source_id": "me"},
            "create_time": "2026-11-18T11:06:41Z",
            "last_update_time": "2026-11-18T11:06:41Z",
            "feedback": {"value": value},
            "valid": True,
        }

    api.start_trace(trace_id, experiment, assessments=[assessment(1, "good"), assessment(2, "bad")])
    api.start_trace(trace_id, experiment, assessments=[assessment(2, "better"), assessment(3, "new")])
    stored = {a["assessment_id"][-1]: a["feedback"]["value"] for a in api.trace_info(trace_id)["assessments"]}
    assert stored == {"1": "good", "2": "better", "3": "new"}


# StartTrace, then spans


def test_spans_after_start_trace_leave_it_as_it_is(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    given = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}
    api.start_trace(
        trace_id,
        experiment,
        request_time="2026-11-18T11:06:40.010Z",
        execution_duration="0.020s",
        request_preview="given input",
        trace_metadata={"mlflow.trace.tokenUsage": json.dumps(given), "mlflow.trace.session": "given session"},
        tags={"mlflow.traceName": "given name"},
    )
    root = otlp.span(
        trace_id,
        "root",
        end_ms=500,
        status=otlp.ERROR,
        attributes={
            "mlflow.spanInputs": "span input",
            "mlflow.chat.tokenUsage": USAGE,
            "session.id": "span session",
            "user.id": "ann",
        },
    )
    api.ingest_mlflow(root, experiment_id=experiment)
    info = api.trace_info(trace_id)
    assert times(info) == ("2026-11-18T11:06:40.010Z", "0.020s")
    assert info["state"] == "OK"
    assert info["request_preview"] == "given input"
    assert info["tags"]["mlflow.traceName"] == "given name"
    assert info["tags"][SPANS_LOCATION] == "TRACKING_STORE"
    assert usage(info) == given
    assert info["trace_metadata"]["mlflow.trace.session"] == "given session"
    assert info["trace_metadata"]["mlflow.trace.user"] == "ann", "what was missing is filled in"
    assert [span["name"] for span in api.spans(trace_id)] == ["root"]


def test_spans_after_start_trace_fill_what_is_missing(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    api.start_trace(trace_id, experiment)
    attributes = {"mlflow.chat.tokenUsage": USAGE, "session.id": "span session", "user.id": "ann"}
    api.ingest_mlflow(otlp.span(trace_id, attributes=attributes), experiment_id=experiment)
    info = api.trace_info(trace_id)
    assert usage(info) == USAGE
    assert info["trace_metadata"]["mlflow.trace.session"] == "span session"
    assert info["trace_metadata"]["mlflow.trace.user"] == "ann"


@pytest.mark.traceloupe
def test_start_trace_before_spans_says_where_spans_are(api: Api, experiment: str) -> None:
    """MLflow does not yet, so that its SDK uploads `traces.json` as well; saying it at once spares the upload."""
    returned = api.start_trace(otlp.new_trace_id(), experiment)
    assert returned["tags"][SPANS_LOCATION] == "TRACKING_STORE"


@pytest.mark.traceloupe
def test_span_after_a_finalised_trace_never_changes_times_or_state(api: Api, experiment: str) -> None:
    """In MLflow a late span still widens the window, depending on its attributes."""
    trace_id = otlp.new_trace_id()
    root = otlp.span(trace_id, "root", status=otlp.OK)
    api.ingest_mlflow(root, experiment_id=experiment)
    api.start_trace(trace_id, experiment)
    late = otlp.span(trace_id, "late", parent=root, start_ms=-1000, end_ms=9000, status=otlp.ERROR)
    api.ingest_mlflow(late, experiment_id=experiment)
    info = api.trace_info(trace_id)
    assert times(info) == ("2026-11-18T11:06:40Z", "0.100s")
    assert info["state"] == "OK"
    assert {span["name"] for span in api.spans(trace_id)} == {"root", "late"}


def test_start_trace_twice_is_an_idempotent_retry(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    fields = {"tags": {"mlflow.traceName": "n", "t": "1"}, "trace_metadata": {"m": "1"}, "request_preview": "in"}
    first = api.start_trace(trace_id, experiment, **fields)
    second = api.start_trace(trace_id, experiment, **fields)
    assert second == first == api.trace_info(trace_id)
    assert len(api.search(experiment)) == 1


def test_start_trace_twice_merges(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    api.start_trace(trace_id, experiment, tags={"a": "1", "b": "1"}, trace_metadata={"m": "1"}, request_preview="in")
    api.start_trace(trace_id, experiment, state="ERROR", tags={"b": "2", "c": "2"}, trace_metadata={"n": "2"})
    info = api.trace_info(trace_id)
    assert info["state"] == "ERROR"
    assert {key: info["tags"][key] for key in "abc"} == {"a": "1", "b": "2", "c": "2"}
    assert {key: info["trace_metadata"][key] for key in "mn"} == {"m": "1", "n": "2"}
    assert info["request_preview"] == "in"


# Another experiment


def assert_conflict(answer, trace_id: bytes) -> None:
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "INVALID_PARAMETER_VALUE"
    assert answer.json()["message"] == f"Trace with ID '{otlp.mlflow_id(trace_id)}' already exists in another experiment."


@pytest.mark.parametrize("first", ["spans", "StartTrace"])
@pytest.mark.parametrize("second", ["spans", "StartTrace"])
def test_a_trace_of_another_experiment_is_refused(
    api: Api, experiment: str, other_experiment: str, first: str, second: str
) -> None:
    trace_id = otlp.new_trace_id()
    if first == "spans":
        api.ingest_mlflow(otlp.span(trace_id, "original"), experiment_id=experiment)
    else:
        api.start_trace(trace_id, experiment)
    before = api.trace_info(trace_id)
    if second == "spans":
        intruder = otlp.request(otlp.span(trace_id, "intruder"))
        answer = api.post_otlp(intruder, experiment_id=other_experiment, headers=otlp.MLFLOW_HEADERS)
    else:
        answer = api.post_start_trace(trace_id, other_experiment, state="ERROR", tags={"intruder": "yes"})
    assert_conflict(answer, trace_id)
    assert api.trace_info(trace_id) == before
    assert api.search(other_experiment) == []


# Concurrency


def test_parallel_requests_for_one_trace_count_usage_once(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    root = otlp.span(trace_id, "root", status=otlp.OK)
    children = [
        otlp.span(trace_id, f"llm {i}", parent=root, attributes={"mlflow.chat.tokenUsage": USAGE}) for i in range(12)
    ]
    posts = [root, *children, *children[:6]]  # the last six as a retry would

    def post(span: otlp.Span) -> None:
        Api(api.url).ingest_mlflow(span, experiment_id=experiment)

    with ThreadPoolExecutor(len(posts)) as pool:
        list(pool.map(post, posts))
    assert usage(api.trace_info(trace_id)) == {key: 12 * value for key, value in USAGE.items()}
    assert len(api.spans(trace_id)) == 13


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        pytest.param("children first", USAGE, id="children first"),
        pytest.param("parent first", USAGE, id="parent first"),
    ],
)
def test_usage_below_a_counted_span_is_skipped(api: Api, experiment: str, order: str, expected: dict) -> None:
    trace_id = otlp.new_trace_id()
    parent = otlp.span(trace_id, "agent", attributes={"mlflow.chat.tokenUsage": USAGE})
    child = otlp.span(trace_id, "llm", parent=parent, attributes={"mlflow.chat.tokenUsage": {**USAGE, "input_tokens": 7}})
    for span in [child, parent] if order == "children first" else [parent, child]:
        api.ingest_mlflow(span, experiment_id=experiment)
    assert usage(api.trace_info(trace_id)) == expected


# Reading a trace that is not complete


def test_get_trace_waits_for_announced_spans(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    root = otlp.span(trace_id, "root", status=otlp.OK)
    api.ingest_mlflow(root, experiment_id=experiment)
    api.start_trace(trace_id, experiment, trace_metadata=num_spans(2))

    def add_missing_span() -> None:
        time.sleep(0.3)  # after the reader below has asked
        Api(api.url).ingest_mlflow(otlp.span(trace_id, "late", parent=root, start_ms=50), experiment_id=experiment)

    with ThreadPoolExecutor(1) as pool:
        adding = pool.submit(add_missing_span)
        trace = api.trace(trace_id)
        adding.result()
    assert [span["name"] for span in trace["spans"]] == ["root", "late"]


def test_get_trace_of_a_trace_that_stays_incomplete(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    api.ingest_mlflow(otlp.span(trace_id, "root"), experiment_id=experiment)
    api.start_trace(trace_id, experiment, trace_metadata=num_spans(2))
    params = {"trace_id": otlp.mlflow_id(trace_id), "allow_partial": "False"}
    answer = api.send("GET", "/api/3.0/mlflow/traces/get", params=params)
    assert answer.status_code == 404
    assert answer.json()["message"] == (
        f"Trace with ID {otlp.mlflow_id(trace_id)} is not fully exported yet, please try again later."
    )

    started = time.monotonic()
    assert [span["name"] for span in api.trace(trace_id, allow_partial=True)["spans"]] == ["root"]
    assert api.trace_info(trace_id)["state"] == "OK"
    assert time.monotonic() - started < 1, "neither waits for spans"


def test_batch_get_leaves_out_incomplete_and_unknown_traces(api: Api, experiment: str) -> None:
    complete, incomplete, unknown = (otlp.new_trace_id() for _ in range(3))
    api.ingest_mlflow([otlp.span(complete), otlp.span(incomplete)], experiment_id=experiment)
    api.start_trace(complete, experiment, trace_metadata=num_spans(1))
    api.start_trace(incomplete, experiment, trace_metadata=num_spans(2))
    params = {"trace_ids": [otlp.mlflow_id(trace_id) for trace_id in (complete, incomplete, unknown)]}
    traces = api.mlflow("GET", "traces/batchGet", params=params)["traces"]
    assert [trace["trace_info"]["trace_id"] for trace in traces] == [otlp.mlflow_id(complete)]
    assert len(traces[0]["spans"]) == 1


def test_unknown_trace(api: Api) -> None:
    trace_id = otlp.mlflow_id(otlp.new_trace_id())
    by_path = api.send("GET", f"/api/3.0/mlflow/traces/{trace_id}")
    assert (by_path.status_code, by_path.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert by_path.json()["message"] == f"Trace with ID '{trace_id}' not found."
    by_query = api.send("GET", "/api/3.0/mlflow/traces/get", params={"trace_id": trace_id, "allow_partial": "False"})
    assert (by_query.status_code, by_query.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert by_query.json()["message"] == f"Trace with ID {trace_id} is not found."

"""Which experiment a trace is in: explicitly, by the header or by StartTrace, or by default, without either.

A span without the header has no opinion. A trace placed by default moves when an explicit id arrives; only two different
explicit ids are an error.
"""

from __future__ import annotations

import pytest

import otlp
from api import Api

pytestmark = pytest.mark.traceloupe  # MLflow answers 422 without the header

CONFLICT = "already exists in another experiment"


def post(api: Api, trace_id: bytes, experiment_id: str | None, how: str = "spans"):
    """Sends spans or StartTrace; `None` is spans without the header."""
    if how == "StartTrace":
        return api.post_start_trace(trace_id, experiment_id)
    return api.post_otlp(otlp.request(otlp.span(trace_id)), experiment_id=experiment_id)


@pytest.mark.parametrize("explicit", ["spans", "StartTrace"])
def test_default_then_explicit_moves(api: Api, experiment: str, explicit: str) -> None:
    trace_id = otlp.new_trace_id()
    assert post(api, trace_id, None).status_code == 200
    assert api.experiment_of(trace_id) == "0"
    assert post(api, trace_id, experiment, explicit).status_code == 200
    assert_only_in(api, trace_id, experiment, "0")


@pytest.mark.parametrize("explicit", ["spans", "StartTrace"])
def test_explicit_then_default_stays(api: Api, experiment: str, explicit: str) -> None:
    trace_id = otlp.new_trace_id()
    assert post(api, trace_id, experiment, explicit).status_code == 200
    assert post(api, trace_id, None).status_code == 200
    assert_only_in(api, trace_id, experiment, "0")


@pytest.mark.parametrize("first", ["spans", "StartTrace"])
@pytest.mark.parametrize("second", ["spans", "StartTrace"])
@pytest.mark.parametrize("opening", ["nothing", "a span without header"])
def test_two_different_explicit_ids_conflict(
    api: Api, experiment: str, other_experiment: str, first: str, second: str, opening: str
) -> None:
    trace_id = otlp.new_trace_id()
    if opening != "nothing":
        assert post(api, trace_id, None).status_code == 200
    assert post(api, trace_id, experiment, first).status_code == 200
    answer = post(api, trace_id, other_experiment, second)
    assert answer.status_code == 400
    assert CONFLICT in answer.json()["message"]
    assert_only_in(api, trace_id, experiment, other_experiment)


def test_the_default_experiment_can_be_explicit(api: Api, experiment: str) -> None:
    """Id 0 in the header is a choice: a trace placed so does not move."""
    trace_id = otlp.new_trace_id()
    assert post(api, trace_id, "0").status_code == 200
    answer = post(api, trace_id, experiment)
    assert answer.status_code == 400
    assert CONFLICT in answer.json()["message"]
    assert api.experiment_of(trace_id) == "0"


def test_default_then_explicitly_the_same_fixes_the_place(api: Api, experiment: str) -> None:
    trace_id = otlp.new_trace_id()
    assert post(api, trace_id, None).status_code == 200
    assert post(api, trace_id, "0").status_code == 200
    assert post(api, trace_id, experiment).status_code == 400
    assert api.experiment_of(trace_id) == "0"


def test_each_trace_of_a_request_without_header_has_its_own_place(api: Api, experiment: str) -> None:
    known, new = otlp.new_trace_id(), otlp.new_trace_id()
    assert post(api, known, experiment).status_code == 200
    api.ingest(otlp.request([otlp.span(known, "second"), otlp.span(new)]))
    assert api.experiment_of(known) == experiment
    assert api.experiment_of(new) == "0"
    assert len(api.spans(known)) == 2


def test_a_conflict_costs_only_its_own_trace(api: Api, experiment: str, other_experiment: str) -> None:
    """Good spans beside a bad one are stored, so a trace that is elsewhere does not cost the others."""
    elsewhere, fresh = otlp.new_trace_id(), otlp.new_trace_id()
    assert post(api, elsewhere, experiment).status_code == 200
    body = otlp.request([otlp.span(elsewhere, "intruder"), otlp.span(fresh)])
    answer = api.post_otlp(body, experiment_id=other_experiment)
    assert answer.status_code == 200
    assert api.experiment_of(fresh) == other_experiment
    assert [span["name"] for span in api.spans(elsewhere)] == ["work"]


def test_the_user_chooses_the_default_experiment(start_server, tmp_path) -> None:
    server = start_server(tmp_path / "data")
    try:
        api = Api(server.url)
        before, after = otlp.new_trace_id(), otlp.new_trace_id()
        assert post(api, before, None).status_code == 200
        chosen = api.create_experiment("chosen")
        settings = api.ui("settings")
        assert settings["default_experiment_id"] == "0"
        answer = api.send("PUT", "/traceloupe/v1/settings", json={**settings, "default_experiment_id": chosen})
        assert answer.status_code == 200, answer.text
        assert post(api, after, None).status_code == 200
        assert api.experiment_of(after) == chosen
        assert api.experiment_of(before) == "0"
        assert api.ui("status")["default_experiment_id"] == chosen
    finally:
        server.stop()


def assert_only_in(api: Api, trace_id: bytes, experiment_id: str, not_in: str) -> None:
    """One trace, seen the same through MLflow's search and in the UI."""
    assert api.experiment_of(trace_id) == experiment_id
    assert otlp.mlflow_id(trace_id) in {info["trace_id"] for info in api.search(experiment_id)}
    assert otlp.mlflow_id(trace_id) not in {info["trace_id"] for info in api.search(not_in)}
    assert trace_id.hex() in {trace["trace_id"] for trace in api.ui_traces(experiment_id=experiment_id)}
    assert trace_id.hex() not in {trace["trace_id"] for trace in api.ui_traces(experiment_id=not_in)}

"""What MLflow says of requests that it refuses: for every RPC that is served, each field absent, empty, of a wrong type and spelled twice.

Both servers answer the same, status and words, but where `is_deliberate` says why not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import otlp
from api import Api
from both_servers import Side

pytestmark = pytest.mark.traceloupe

UNKNOWN = "987654"


def location(experiment_id: str) -> dict:
    return {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment_id}}


def requests(experiment: str, trace: str, run: str, assessment: str) -> list[tuple[str, str, str, dict[str, Any]]]:
    """A sound request of each RPC: version, method, path, fields."""
    judged = {"assessment_name": "q", "feedback": {"value": True}, "source": {"source_type": "HUMAN", "source_id": "me"}}
    info = {"trace_id": trace, "trace_location": location(experiment), "request_time": "2026-11-18T11:06:40Z", "execution_duration": "1s", "state": "OK"}
    return [
        ("2.0", "POST", "experiments/create", {"name": "Default", "tags": [{"key": "k", "value": "v"}]}),
        ("2.0", "GET", "experiments/get", {"experiment_id": experiment}),
        ("2.0", "GET", "experiments/get-by-name", {"experiment_name": "Default"}),
        ("2.0", "POST", "experiments/search", {"max_results": 1, "filter": "name = 'Default'", "order_by": ["name"], "view_type": "ALL"}),
        ("2.0", "GET", "experiments/search", {"max_results": 1, "filter": "name = 'Default'"}),
        ("2.0", "POST", "experiments/update", {"experiment_id": experiment, "new_name": "the same name"}),
        ("2.0", "POST", "experiments/set-experiment-tag", {"experiment_id": experiment, "key": "k", "value": "v"}),
        ("2.0", "POST", "experiments/delete-experiment-tag", {"experiment_id": experiment, "key": "none"}),
        ("2.0", "POST", "experiments/restore", {"experiment_id": experiment}),
        ("2.0", "POST", "runs/create", {"experiment_id": UNKNOWN, "user_id": "u", "run_name": "n", "start_time": 5, "tags": [{"key": "k", "value": "v"}]}),
        ("2.0", "GET", "runs/get", {"run_id": run}),
        ("2.0", "POST", "runs/update", {"run_id": run, "status": "FINISHED", "end_time": 9, "run_name": "n"}),
        ("2.0", "POST", "runs/set-tag", {"run_id": run, "key": "k", "value": "v"}),
        ("2.0", "POST", "runs/delete-tag", {"run_id": run, "key": "none"}),
        ("2.0", "POST", "runs/restore", {"run_id": run}),
        ("3.0", "POST", "traces", {"trace": {"trace_info": info}}),
        ("3.0", "GET", f"traces/{trace}", {}),
        ("3.0", "GET", "traces/get", {"trace_id": trace, "allow_partial": "true"}),
        ("3.0", "GET", "traces/batchGet", {"trace_ids": trace}),
        ("3.0", "POST", "traces/batchGetInfos", {"trace_ids": [trace]}),
        ("3.0", "POST", "traces/search", {"locations": [location(experiment)], "filter": "status = 'OK'", "max_results": 5, "order_by": ["name"]}),
        ("3.0", "POST", "traces/calculate-filter-correlation", {"experiment_ids": [experiment], "filter_string1": "status = 'OK'", "filter_string2": "name = 'x'", "base_filter": "status = 'OK'"}),
        ("2.0", "PATCH", f"traces/{trace}/tags", {"key": "k", "value": "v"}),
        ("3.0", "PATCH", f"traces/{trace}/tags", {"key": "k", "value": "v"}),
        ("2.0", "DELETE", f"traces/{trace}/tags", {"key": "none"}),
        ("3.0", "DELETE", f"traces/{trace}/tags", {"key": "none"}),
        ("2.0", "POST", "traces/link-to-run", {"trace_ids": [trace], "run_id": run}),
        ("2.0", "POST", "traces/link-prompts", {"trace_id": trace, "prompt_versions": [{"name": "p", "version": "1"}]}),
        ("2.0", "POST", "traces/delete-traces", {"experiment_id": experiment, "request_ids": ["tr-none"]}),
        ("3.0", "POST", "traces/delete-traces", {"experiment_id": experiment, "request_ids": ["tr-none"]}),
        ("3.0", "POST", f"traces/{trace}/assessments", {"assessment": judged}),
        ("3.0", "GET", f"traces/{trace}/assessments/{assessment}", {}),
        ("3.0", "PATCH", f"traces/{trace}/assessments/{assessment}", {"assessment": {"rationale": "r"}, "update_mask": "rationale"}),
        ("3.0", "DELETE", f"traces/{trace}/assessments/a-none", {}),
        ("2.0", "POST", "traces", {"experiment_id": experiment, "timestamp_ms": 5, "tags": [{"key": "k", "value": "v"}], "request_metadata": [{"key": "k", "value": "v"}]}),
        ("2.0", "PATCH", f"traces/{trace}", {"timestamp_ms": 5, "status": "OK"}),
        ("2.0", "GET", f"traces/{trace}/info", {}),
        ("2.0", "GET", "traces", {"experiment_ids": experiment, "max_results": 1}),
        ("2.0", "POST", "runs/delete", {"run_id": run}),
        ("2.0", "POST", "experiments/delete", {"experiment_id": experiment}),
    ]


# The number is the id of no experiment.
WRONG = [987651, "x", True, [], [987651], {}, {"a": 1}, None, ""]


def variants(fields: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Requests that are not sound, each with the field that is to blame."""
    yield "", {}
    for name, value in fields.items():
        others = {key: other for key, other in fields.items() if key != name}
        yield name, others
        for wrong in WRONG:
            if type(wrong) is not type(value):
                yield name, {**fields, name: wrong}
        head, *rest = name.split("_")
        if rest:
            camel = head + "".join(word.title() for word in rest)
            yield name, {**fields, camel: value}
            yield camel, {**others, camel: value}
    yield "", {**fields, "an_unknown_field": 1}


MISSING = "Missing value for required parameter"


def is_deliberate(path: str, field: str, theirs: Any, mine: Any) -> bool:
    """Whether two answers may differ: each is a status, an error code and a message, or 200 alone."""
    their_status, _, their_words = theirs if isinstance(theirs, list) else (200, None, "")
    my_status, _, my_words = mine if isinstance(mine, list) else (200, None, "")
    if my_status >= 500:
        return False
    return (
        # Python's own words: an exception that nobody foresaw, or the text of a SQL statement.
        their_status >= 500
        or "sqlite3" in their_words
        or "invalid literal" in their_words
        or "is not a valid TraceState" in their_words
        # A null is an absent field everywhere else.
        or "of type 'NoneType'" in their_words
        # Where MLflow asks for a field it does not know its name in camel case.
        or ("_" not in field and field.lower() != field and their_words.startswith(MISSING))
        # We look at the type of every field, and first.
        or (my_status == 400 and f"for parameter '{field}' supplied" in my_words)
        # Of several missing fields each server names the one that it asks for first.
        or (field == "" and their_words.startswith(MISSING) and my_words.startswith(MISSING))
        # A message that is no object is empty to MLflow, and so says nothing; to us it is missing.
        or (field in ("trace", "assessment") and my_words.startswith(MISSING))
        # The old trace API takes the time and the status of a trace for 0 if they are missing.
        or (path.startswith("2.0 traces") and field in ("timestamp_ms", "status") and my_words.startswith(MISSING))
    )


def test_each_field_of_each_request(api: Api, real: Api) -> None:
    def scenario(side: Side) -> None:
        experiment = side.experiment("validated")
        trace_id = b"\xf1" * 16
        side.api.ingest_mlflow([otlp.span(trace_id, span_id=b"\1" * 8)], experiment_id=experiment)
        trace = side.name("<trace>", otlp.mlflow_id(trace_id))
        run = side.name("<run>", side.api.mlflow("POST", "runs/create", "2.0", json={"experiment_id": experiment})["run"]["info"]["run_id"])
        made = side.api.mlflow("POST", f"traces/{trace}/assessments", json={"assessment": {"assessment_name": "q", "feedback": {"value": 1}}})
        assessment = side.name("<assessment>", made["assessment"]["assessment_id"])
        for version, method, path, fields in requests(experiment, trace, run, assessment):
            for field, body in variants(fields):
                if path == "experiments/delete" and "experimentId" in body:
                    continue  # Deleted by one server alone, the next request would find it gone.
                if method == "GET":
                    given = {"params": {key: value for key, value in body.items() if isinstance(value, str | int)}}
                else:
                    given = {"json": body}
                answer = side.api.send(method, f"/api/{version}/mlflow/{path}", **given)
                try:
                    told = answer.json()
                except ValueError:
                    told = {"message": f"no JSON: {answer.text[:60]}"}
                # What a success answers is for other tests.
                side.note(f"{version} {path.replace(trace, '<trace>')} | {field} | {method} {given}", [answer.status_code, told.get("error_code"), told.get("message") or ""] if answer.status_code >= 400 else 200)

    ours, theirs = Side(api), Side(real)
    scenario(theirs)
    scenario(ours)
    assert len(ours.transcript) == len(theirs.transcript) > 500
    different = [
        f"{call}\n  mlflow     {their_answer}\n  traceloupe {my_answer}"
        for (call, my_answer), (_, their_answer) in zip(ours.transcript, theirs.transcript, strict=True)
        if my_answer != their_answer and not is_deliberate(*call.split(" | ")[:2], their_answer, my_answer)
    ]
    assert not different, f"{len(different)} of {len(ours.transcript)} answers differ:\n" + "\n".join(different)

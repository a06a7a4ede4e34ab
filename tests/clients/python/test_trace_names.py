"""Traces whose ids are texts of their clients' own, not `tr-` and 32 hexadecimal digits: every route that names a trace takes them.

The same calls against Traceloupe and a real `mlflow server`. The real one keeps such a trace without spans, so what is said of its
spans is for Traceloupe alone.
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import mlflow
import pytest
from mlflow.entities import AssessmentSource, TraceInfo, TraceLocation, TraceState
from mlflow.tracing.client import TracingClient

import otlp
from api import Api, plain_attributes
from both_servers import Side, compare

pytestmark = pytest.mark.traceloupe

NAMES = ["order 17", "ü;:&=+~😀", "tr-XYZ", "..x", "tr-" + "ab" * 15, "(a) 'b' \"c\"", "x" * 250]
REFUSED = ["", ".", "..", "...", "a/b", "/a", "a ", "a.", "a%20b", "a?b", "a#b", "a\tb", "a\x7fb", "a\0b", "%", "ü/😀\x7f", "a/b?"]
UUID = "0fb9b4b8-dd4d-4d41-8d4f-c0c0799a6559"


@pytest.fixture
def sides(api: Api, real: Api) -> tuple[Side, Side]:
    return Side(api), Side(real)


def location(experiment_id: str) -> dict:
    return {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment_id}}


def start(api: Api, name: str, experiment: str, **fields: Any) -> list:
    info = {"trace_id": name, "trace_location": location(experiment), "request_time": "2026-11-18T11:06:40Z", "execution_duration": "1s", "state": "OK"}
    answer = api.send("POST", "/api/3.0/mlflow/traces", json={"trace": {"trace_info": {**info, **fields}}})
    told = answer.json()
    return [answer.status_code, without_our_tag(told["trace"]["trace_info"]) if answer.status_code == 200 else told.get("message")]


def without_our_tag(info: dict) -> dict:
    """We have the spans of every trace, and say so from the beginning."""
    info.get("tags", {}).pop("mlflow.trace.spansLocation", None)
    return info


def put_named(side: Side, prefix: str) -> tuple[str, list[str]]:
    """A trace of each name, a second apart; `prefix` keeps the names of scenarios apart."""
    experiment = side.experiment("named")
    names = [(prefix + name)[:250] for name in NAMES]
    for number, name in enumerate(names):
        assessment = {"assessment_name": "q", "feedback": {"value": number}, "assessment_id": f"a-{prefix}{number}", "trace_id": "tr-other",
                      "create_time": "2026-11-18T11:06:40Z", "last_update_time": "2026-11-18T11:06:40Z"}
        fields = {"tags": {"n": str(number)}, "trace_metadata": {"mlflow.trace.session": "s1"}, "assessments": [assessment]}
        side.note(f"start {name}", start(side.api, name, experiment, request_time=f"2026-11-18T11:06:4{number}Z", **fields))
    return experiment, names


def infos(answer: dict, key: str = "traces") -> list[dict]:
    return [without_our_tag(info.get("trace_info", info)) for info in answer.get(key, [])]


def test_every_route_takes_a_name(sides: tuple[Side, Side]) -> None:
    def scenario(side: Side) -> None:
        experiment, names = put_named(side, "")

        def tell(method: str, path: str, body: Any = None, version: str = "3.0", **options: Any) -> Any:
            answer = side.api.send(method, f"/api/{version}/mlflow/{path}", json=body, **options)
            told = answer.json()
            for info in [told.get("trace", {}).get("trace_info"), *infos(told), *infos(told, "trace_infos")]:
                if info is not None:
                    without_our_tag(info)
            side.note(f"{method} {path} {body or ''}", [answer.status_code, told.get("message", told)])
            return told

        for name in names:
            path = f"traces/{quote(name, safe='')}"
            tell("GET", path)
            tell("PATCH", f"{path}/tags", {"key": "k", "value": "v"}, "2.0")
            tell("DELETE", f"{path}/tags", {"key": "n"}, "2.0")
            tell("DELETE", f"{path}/tags", {"key": "n"}, "2.0")
            made = side.call("POST", f"{path}/assessments", {"assessment": {"assessment_name": "made", "feedback": {"value": 1}}})["assessment"]["assessment_id"]
            side.call("GET", f"{path}/assessments/{made}")
            side.call("PATCH", f"{path}/assessments/{made}", {"assessment": {"feedback": {"value": 2}}, "update_mask": "feedback"})
            side.call("GET", f"{path}/assessments/nope")
            side.call("DELETE", f"{path}/assessments/{made}", {})
            side.call("GET", f"{path}/assessments/{made}")
        side.call("POST", "traces/link-to-run", {"trace_ids": names[:2], "run_id": "named run"}, version="2.0")
        side.call("POST", "traces/link-prompts", {"trace_id": names[2], "prompt_versions": [{"name": "p", "version": "1"}]}, version="2.0")
        quoted = [f"'{name}'" for name in names if "'" not in name]
        for filter_string in [
            None, f"request_id = {quoted[0]}", f"request_id != {quoted[1]}", f"request_id IN ({', '.join(quoted[:3])}, 'nope')", f"request_id NOT IN ({quoted[2]})",
            "request_id LIKE 'order%'", "request_id ILIKE 'TR-%'", "request_id RLIKE '^x+$'", "request_id = 'order'", "run_id = 'named run'", "prompt = 'p/1'",
            "tags.mlflow.artifactLocation LIKE '%/traces/order 17/artifacts'", "feedback.q >= 3", "metadata.mlflow.trace.session = 's1'",
        ]:
            for order in ([], ["request_id DESC"]):
                tell("POST", "traces/search", {"locations": [location(experiment)], "filter": filter_string, "order_by": order})
        tell("POST", "traces/batchGetInfos", {"trace_ids": [*names, "nope"]})
        told = side.api.send("GET", f"/api/2.0/mlflow/traces/{quote(names[0])}/info").json()["trace_info"]
        side.note("v2 info", [told["request_id"], [pair for pair in told["tags"] if pair["key"] == "mlflow.artifactLocation"]])
        told = side.api.send("GET", f"/api/2.0/mlflow/traces?experiment_ids={experiment}").json()["traces"]
        side.note("v2 search", [info["request_id"] for info in told])
        ended = {"timestamp_ms": 1795000009000, "status": "ERROR"}
        told = side.api.send("PATCH", f"/api/2.0/mlflow/traces/{quote(names[1])}", json=ended)
        side.note("v2 end", [told.status_code, told.json()["trace_info"]["request_id"], told.json()["trace_info"]["status"]])
        side.note("again", start(side.api, names[0], experiment))
        other = side.experiment("another")
        side.note("elsewhere", start(side.api, names[0], other))
        for body in [{"experiment_id": other, "request_ids": names}, {"experiment_id": experiment, "request_ids": [names[0], "nope", names[5]]}]:
            side.call("POST", "traces/delete-traces", body, version="2.0")
        tell("GET", f"traces/{quote(names[0])}")
        tell("POST", "traces/search", {"locations": [location(experiment)]})

    compare(scenario, *sides)


def test_names_that_are_no_component_of_a_path(sides: tuple[Side, Side]) -> None:
    def scenario(side: Side) -> None:
        experiment = side.experiment("refused")
        for name in REFUSED:
            side.note(f"start {name!r}", start(side.api, name, experiment))
        # What nobody can have stored is not found, however it is asked for.
        for name in ["Order 17", "a%20b", "a b?", "tr-" + "zz" * 16]:
            side.call("GET", f"traces/{quote(name, safe='')}")
            side.call("POST", f"traces/{quote(name, safe='')}/assessments", {"assessment": {"assessment_name": "q", "feedback": {"value": 1}}})
            side.call("GET", f"traces/{quote(name, safe='')}/info", version="2.0")
        side.call("POST", "traces/search", {"locations": [location(experiment)]})

    compare(scenario, *sides)


def test_attachments_of_a_name(sides: tuple[Side, Side]) -> None:
    def scenario(side: Side) -> None:
        experiment, names = put_named(side, "of files ")
        for name in names:
            path = f"{experiment}/traces/{name}/artifacts"
            put = side.api.send("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{quote(path)}/attachments/{UUID}", data=b"one")
            got = side.api.send("GET", "/ajax-api/2.0/mlflow/get-trace-artifact", params={"request_id": name, "path": UUID})
            listed = side.api.send("GET", "/api/2.0/mlflow-artifacts/artifacts", params={"path": f"{path}/attachments"})
            side.note(f"attachment of {name}", [put.status_code, got.status_code, got.content.decode(), listed.json()])

    compare(scenario, *sides)


def test_the_sdk_works_with_a_name(sides: tuple[Side, Side]) -> None:
    def scenario(side: Side) -> None:
        experiment = side.experiment("by the SDK")
        name = "ticket 4/5".replace("/", "∕")  # a slash that is none
        mlflow.set_tracking_uri(side.api.url)
        client = TracingClient(side.api.url)
        try:
            stored = client.start_trace(TraceInfo(
                trace_id=name, trace_location=TraceLocation.from_experiment_id(experiment), request_time=1_795_000_000_000, execution_duration=5,
                state=TraceState.OK, tags={"k": "v"}, request_preview="what", client_request_id="mine",
            ))
            side.note("stored", [stored.trace_id, stored.client_request_id])
            mlflow.set_trace_tag(name, "seen", "yes")
            mlflow.delete_trace_tag(name, "k")
            feedback = mlflow.log_feedback(trace_id=name, name="good", value=True, source=AssessmentSource("HUMAN", "me"))
            mlflow.override_feedback(trace_id=name, assessment_id=feedback.assessment_id, value=False)
            [found] = mlflow.search_traces(locations=[experiment], filter_string=f"request_id = '{name}'", return_type="list", include_spans=False)
            side.note("found", [found.info.trace_id, sorted((a.trace_id, str(a.value), a.valid) for a in found.info.assessments)])
            info = client.get_trace_info(name)
            side.note("info", [info.trace_id, {key: value for key, value in info.tags.items() if key in ("seen", "k")}])
            side.note("deleted", client.delete_traces(experiment_id=experiment, trace_ids=[name]))
            side.note("gone", [trace.info.trace_id for trace in mlflow.search_traces(locations=[experiment], return_type="list", include_spans=False)])
        finally:
            mlflow.set_tracking_uri(None)

    compare(scenario, *sides)


def test_spans_of_a_name(api: Api, experiment: str) -> None:
    """They come as `traces.json`; they and every answer say the name, and `mlflow.get_trace` reads them."""
    name = "with spans"
    sent = {
        "trace_id": base64.b64encode(bytes([9]) * 16).decode(), "span_id": base64.b64encode(bytes([1]) * 8).decode(), "parent_span_id": None, "name": "root",
        "start_time_unix_nano": 1_795_000_000_000_000_000, "end_time_unix_nano": 1_795_000_000_100_000_000, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""},
        "attributes": {"mlflow.traceRequestId": '"with spans"', "mlflow.spanInputs": '{"q": "why"}'},
    }
    path = f"/api/2.0/mlflow-artifacts/artifacts/{experiment}/traces/{quote(name)}/artifacts/traces.json"
    # The file may come before StartTrace.
    assert api.send("PUT", path, json={"spans": [sent]}).status_code == 200
    assert start(api, name, experiment)[0] == 200
    mlflow.set_tracking_uri(api.url)
    try:
        trace = mlflow.get_trace(name)
        assert (trace.info.trace_id, [(span.name, span.inputs) for span in trace.data.spans]) == (name, [("root", {"q": "why"})])
        [found] = mlflow.search_traces(locations=[experiment], return_type="list")
        assert (found.info.trace_id, len(found.data.spans)) == (name, 1)
    finally:
        mlflow.set_tracking_uri(None)
    # The SDK makes the id of a span from its bytes, other clients read what the span says.
    told = api.mlflow("GET", "traces/get", params={"trace_id": name})["trace"]["spans"][0]
    assert plain_attributes(told)["mlflow.traceRequestId"] == name
    file = api.send("GET", path).json()
    assert file["spans"][0]["attributes"]["mlflow.traceRequestId"] == '"with spans"'


def test_a_name_and_an_id_are_two_traces(api: Api, experiment: str) -> None:
    """The bytes that a name is kept by belong to it: nobody finds it under them, and nobody is given its place."""
    name = "kept apart"
    assert start(api, name, experiment)[0] == 200
    [row] = api.ui_traces(experiment_id=experiment)
    other = f"tr-{row['trace_id']}"
    assert row["trace_id"] == api.ui(f"traces/{name}")["summary"]["trace_id"]
    assert api.ui(f"traces/{name}")["client_trace_id"] == name
    assert api.send("GET", f"/api/3.0/mlflow/traces/{other}").status_code == 404
    assert api.send("PATCH", f"/api/2.0/mlflow/traces/{other}/tags", json={"key": "k", "value": "v"}).status_code == 404
    status, message = start(api, other, experiment)
    assert (status, message) == (400, f"Trace with ID '{other}' cannot be stored: '{name}' has its place.")
    body = {"experiment_id": experiment, "request_ids": [other]}
    assert api.mlflow("POST", "traces/delete-traces", "2.0", json=body)["traces_deleted"] == 0
    # Spans that are sent with these very bytes are its own.
    api.ingest_mlflow([otlp.span(bytes.fromhex(row["trace_id"]), span_id=b"\1" * 8, name="joined")], experiment_id=experiment)
    [found] = api.search(experiment)
    assert found["trace_id"] == name
    assert [span["name"] for span in api.mlflow("GET", "traces/get", params={"trace_id": name})["trace"]["spans"]] == ["joined"]


def test_bounds_of_a_name(api: Api, experiment: str) -> None:
    assert start(api, "ü" * 250, experiment)[0] == 200
    status, message = start(api, "ü" * 251, experiment)
    assert status == 400 and message.endswith("supplied: must have 250 characters at most")
    for text in ["x" * 1_000_000, "0" * 32, "tr-" + "0" * 32]:
        assert start(api, text, experiment)[0] == 400
        assert api.send("POST", "/api/3.0/mlflow/traces/batchGetInfos", json={"trace_ids": [text]}).json() == {}
        body = {"trace_ids": [text], "run_id": "r"}
        assert api.send("POST", "/api/2.0/mlflow/traces/link-to-run", json=body).status_code == 200
        body = {"locations": [location(experiment)], "filter": f"request_id = '{text[:90_000]}'"}
        assert api.send("POST", "/api/3.0/mlflow/traces/search", json=body).json() == {}
    for path in ["a%2Fb", "%2e%2e", "%00", "a%0Ab", "%FF", "..%5cx"]:
        assert api.send("GET", f"/api/3.0/mlflow/traces/{path}").status_code in (400, 404), path
        assert api.send("GET", f"/traceloupe/v1/traces/{path}").status_code in (400, 404), path

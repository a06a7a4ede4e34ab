"""The same calls against Traceloupe and a real `mlflow server`: every answer is the same.

`differs` marks the differences that `docs/compatibility.md` lists.
"""

from __future__ import annotations

from typing import Any

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import AssessmentSource

import otlp
from api import Api
from both_servers import Side, compare

pytestmark = pytest.mark.traceloupe


@pytest.fixture
def sides(api: Api, real: Api) -> tuple[Side, Side]:
    return Side(api), Side(real)


def location(experiment_id: str) -> dict:
    return {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment_id}}


TRACES = [bytes([number]) * 16 for number in range(0x11, 0x16)]


def put_traces(side: Side, prefix: int) -> tuple[str, list[str]]:
    """Five traces with spans, labels, sessions and assessments; `prefix` keeps the ids of scenarios apart."""
    experiment = side.experiment("traces")
    ids = [bytes([prefix]) + trace[1:] for trace in TRACES]
    for number, trace in enumerate(ids):
        root = otlp.span(
            trace,
            span_id=bytes([number + 1]) * 8,
            name=["plan", "plan", "answer", "Plan", "x y"][number],
            attributes={
                "mlflow.spanType": ["AGENT", "TOOL", "LLM", "TOOL", "UNKNOWN"][number],
                "mlflow.spanInputs": {"question": f"what is {number}"},
                "city": ["Berlin", "Köln", "berlin", "x", "100%"][number],
            },
        )
        side.api.ingest_mlflow([root], experiment_id=experiment)
        info: dict[str, Any] = {
            "request_time": f"2026-11-18T11:06:4{number // 2}Z",
            "execution_duration": ["0.100s", "2s", "0.5s", "0.100s", "0s"][number],
            "request_preview": f"what is {number}",
            "state": ["OK", "ERROR", "OK", "OK", "IN_PROGRESS"][number],
            "tags": {"env": ["dev", "prod", "dev", "", "Dev"][number], "mlflow.traceName": f"trace {number}"},
            "trace_metadata": {"k": f"v{number}"},
        }
        if number in (0, 1):
            info["trace_metadata"]["mlflow.trace.session"] = "s1"
        if number == 2:
            info["trace_metadata"]["mlflow.sourceRun"] = "run2"
            info["tags"]["a b"] = "spaced"
            info["trace_metadata"]["mlflow.trace.tokenUsage"] = '{"input_tokens": 12, "output_tokens": 7, "total_tokens": 19}'
        if number == 4:
            del info["tags"]["mlflow.traceName"]
            info["client_request_id"] = "request 4"
        side.api.start_trace(trace, experiment, **info)
    names = [otlp.mlflow_id(trace) for trace in ids]
    for trace, name, value, metadata in [
        (names[0], "ok", {"feedback": {"value": True}}, {}),
        (names[1], "ok", {"feedback": {"value": "yes"}}, {}),
        (names[2], "score", {"feedback": {"value": 0.5}}, {}),
        (names[3], "score", {"feedback": {"value": 3}}, {}),
        (names[0], "of the session", {"feedback": {"value": "good"}}, {"mlflow.trace.session": "s1"}),
        (names[2], "truth", {"expectation": {"value": "blue"}}, {}),
        (names[4], "iss-1", {"issue": {"issue_name": "loops"}}, {}),
    ]:
        body = {"assessment": {"assessment_name": name, **value, "metadata": metadata}}
        side.api.mlflow("POST", f"traces/{trace}/assessments", json=body)
    return experiment, names


FILTERS = """
|status = 'OK'|status != 'OK'|status IN ('OK', 'ERROR')|status NOT IN ('OK')|status not in ('OK')|status LIKE 'O%'|status ILIKE 'o%'
|status RLIKE '^(OK|ERR)'|status = 'OK' AND|AND|status='OK' status='OK'|status = 'ok'|trace.status = "OK" and attribute.status != 'ERROR'
|name = 'trace 1'|name != 'trace 1'|name LIKE 'trace%'|name ILIKE 'TRACE%'|name LIKE 'TRACE%'|name IS NULL|name IS NOT NULL|name RLIKE '[12]$'
|tags.mlflow.traceName = 'trace 1'|tags.env = 'dev'|tag.env != 'dev'|tags.env LIKE '%'|tags.env ILIKE 'DEV'|tags.env IS NULL|tags.none IS NULL
|tags.`a b` = 'spaced'|tags."a b" = "spaced"|tags.env RLIKE 'd.v'|tags.none != 'x'|tags.mlflow.trace.spansLocation = 'TRACKING_STORE'
|metadata.k = 'v1'|request_metadata.k != 'v1'|metadata.k LIKE 'v_'|metadata.none IS NULL|metadata.k IS NOT NULL
|metadata.`mlflow.trace.session` = 's1'|metadata.mlflow.trace.session IS NULL|metadata.mlflow.trace.session LIKE 's%'
|metadata.mlflow.trace.infoFinalized = 'true'|metadata.mlflow.trace.tokenUsage IS NOT NULL
|metadata.mlflow.trace.tokenUsage = '{"input_tokens": 12, "output_tokens": 7, "total_tokens": 19}'|metadata.mlflow.trace.tokenUsage != 'x'
|metadata.mlflow.trace.cost IS NULL|run_id = 'run2'|attribute.run_id = 'nope'|run_id != 'run1'|run_id IS NULL|client_request_id = 'request 4'
|client_request_id LIKE 'request%'|timestamp_ms = 1795000000000|timestamp_ms >= 1795000001000|timestamp > 1795000001000|timestamp_ms < 1795000001000
|timestamp_ms <= 1795000000000|timestamp_ms != 1795000000000|timestamp_ms > '5'|timestamp_ms > 1.5|timestamp_ms > -5|execution_time = 100
|execution_time_ms > 100|attributes.execution_time_ms < 500|end_time_ms >= 1795000002000|end_time > 0
|span.name = 'plan'|span.name != 'plan'|span.name LIKE 'P%'|span.name ILIKE 'p%'|span.name IN ('answer', 'x y')|span.name NOT IN ('answer')
|span.type = 'TOOL'|span.type != 'TOOL'|span.type IN ('LLM', 'AGENT')|span.status = 'OK'|span.status = 'UNSET'|span.name = 'plan' AND span.type = 'TOOL'
|span.content LIKE '%Berlin%'|span.content ILIKE '%BERLIN%'|trace.text LIKE '%Köln%'|span.content LIKE 'Berlin'|span.content LIKE '%what is 3%'
|span.attributes.city LIKE '%Berlin%'|span.attributes.city = 'Berlin'|span.attributes.city != 'Berlin'|span.attributes.city RLIKE '^B'
|span.attributes.city RLIKE 'n$'|span.attributes.city ILIKE '%berlin%'|span.attributes.none LIKE '%x%'|span.attributes.`city` LIKE '%x%'
|feedback.ok = 'true'|feedback.ok = 'yes'|feedback.ok != 'yes'|feedback.ok LIKE '%yes%'|feedback.ok LIKE 'yes'|feedback.ok IS NULL|feedback.ok IS NOT NULL
|feedback.score > 0.4|feedback.score >= 3|feedback.score < 1|feedback.score = '3.0'|feedback.score = '0.5'|feedback.ok > 0
|feedback.`of the session` = 'good'|feedback.`of the session` IS NULL|expectation.truth = 'blue'|expectation.truth IS NOT NULL|expectation.ok IS NULL
|issue.id = 'iss-1'|issue.id = 'nope'|prompt = 'p/1'|status = 'it''s'
|status = OK|status > 'OK'|status == 'OK'|status <> 'OK'|status IS NULL|name IN ('f','b')|tags.k > 'x'|tags.k IN ('a')|run_id IN ('a')|metadata.k IN ('a')
|status = 'OK' OR status='ERROR'|(status='OK')|status =|status|status = 'OK';|status IN ('OK'|text LIKE '%x%'|status = 'OK'; name='x'|bogus='x'|trace_id='x'
|Status = 'OK'|foo.bar='x'|status = 5|end_time_ms IN ('a')|tags.a-b = 'x'|'x' = status|feedback.q = 5|feedback.q > 'x'|feedback. = 'x'|issue.foo='x'
|span.foo = 'x'|span.attributes. LIKE 'x'|prompt = 'x'|prompt LIKE 'x'|status IN ('OK', 5)|status IN ()|metadata.mlflow.trace.tokenUsage LIKE 'x'
|span.content = 'x'|issue.id LIKE 'x'
""".replace("\n", "").split("|")


def test_filters_of_traces(sides: tuple[Side, Side]) -> None:
    def scenario(side: Side) -> None:
        experiment, names = put_traces(side, 0x31)
        for filter_string in [*FILTERS, f"request_id = '{names[1]}'", f"request_id IN ('{names[1]}', 'x')"]:
            body = {"locations": [location(experiment)], "filter": filter_string}
            answer = side.api.send("POST", "/api/3.0/mlflow/traces/search", json=body)
            content = answer.json()
            found = [trace["trace_id"] for trace in content.get("traces", [])]
            side.note(filter_string, found if answer.status_code == 200 else [answer.status_code, content["message"]])

    compare(scenario, *sides)
    verdicts = [verdict for _, verdict in sides[0].transcript]
    assert sum(isinstance(v[0], int) for v in verdicts if v) > 30 and sum(verdict == [] for verdict in verdicts) > 5, "both kinds occur"


def test_orders_and_pages_of_traces(sides: tuple[Side, Side]) -> None:
    def scenario(side: Side) -> None:
        experiment, _ = put_traces(side, 0x32)

        def search(**fields: Any) -> dict:
            return side.call("POST", "traces/search", {"locations": [location(experiment)], **fields})

        for order in [
            [], ["timestamp DESC"], ["timestamp_ms"], ["name"], ["name DESC"], ["status", "execution_time DESC"], ["tags.env DESC"], ["tags.`a b`"],
            ["metadata.k DESC"], ["run_id desc"], ["end_time_ms"], ["request_id DESC"], ["experiment_id", "name"], ["metadata.mlflow.trace.session"],
            ["bogus"], ["prompt"], ["timestamp_ms FOO"], ["feedback.x"], ["span.name"], ["status, name"], [""], ["name NULLS LAST"],
            ["metadata.mlflow.trace.cost"],
        ]:
            search(order_by=order)
        token, pages = None, 0
        while pages < 5:
            page = search(max_results=2, order_by=["name"], page_token=token)
            token, pages = page.get("next_page_token"), pages + 1
            if token is None:
                break
        search(max_results=5)
        for fields in [{"max_results": 0}, {"max_results": -1}, {"max_results": 501}, {"max_results": "x"}, {"page_token": "e30="}, {"filter": 5}]:
            search(**fields)
        side.call("POST", "traces/search", {})
        side.call("POST", "traces/search", {"locations": [location("987654")]})

    compare(scenario, *sides)


def test_assessments(sides: tuple[Side, Side]) -> None:
    def scenario(side: Side) -> None:
        _, names = put_traces(side, 0x33)
        path = f"traces/{names[4]}/assessments"

        def create(assessment: dict | None, **options: Any) -> str:
            body = {} if assessment is None else {"assessment": assessment}
            return side.call("POST", path, body, **options).get("assessment", {}).get("assessment_id", "")

        first = create({"assessment_name": "q", "feedback": {"value": 3}})
        create({"assessment_name": "q"})
        create({"feedback": {"value": 3}})
        create(None)
        create({"assessment_name": "list", "feedback": {"value": [1, {"a": "ü"}]}, "source": {"source_type": "HUMAN", "source_id": "me@x"}})
        create({"assessment_name": "null", "feedback": {"value": None, "error": {"error_code": "E", "error_message": "no"}}})
        create({"assessment_name": "e", "expectation": {"serialized_value": {"serialization_format": "JSON_FORMAT", "value": '["a", 1]'}}})
        create({"assessment_name": "e", "expectation": {"value": "x"}, "span_id": "0101010101010101"})
        create({"assessment_name": "e", "expectation": {"value": "x"}, "rationale": "because"}, differs=True)
        create({"assessmentName": "camel", "feedback": {"value": "x"}, "createTime": "2026-11-18T11:06:40.5Z", "lastUpdateTime": "2026-11-18T11:06:41Z"})
        create({"assessment_name": "i", "issue": {"issue_name": "n"}})
        create({"assessment_name": "q", "feedback": {"value": 3}, "overrides": "a-nope"})
        second = create({"assessment_name": "q", "feedback": {"value": "x"}, "overrides": first, "metadata": {"a": "b"}})
        side.call("GET", f"{path}/{first}")
        side.call("GET", f"{path}/nope")
        side.call("GET", "traces/tr-x/assessments/nope")
        for mask, assessment in [
            ("expectation", {"expectation": {"value": 1}}),
            ("feedback", {"feedback": {"value": 1}}),
            ("assessmentName,rationale", {"assessment_name": "renamed", "rationale": "r", "feedback": {"value": 9}}),
            ("metadata", {"metadata": {"c": "d"}}),
            ("metadata", {"metadata": {"c": "e", "f": "g"}}),
        ]:
            side.call("PATCH", f"{path}/{first}", {"assessment": assessment, "update_mask": mask})
        side.call("PATCH", f"{path}/{first}", {"assessment": {"feedback": {"value": 5}}})
        side.call("PATCH", f"{path}/{first}", {})
        side.call("PATCH", f"{path}/nope", {"assessment": {"rationale": "r"}, "update_mask": "rationale"})
        for identity in (second, second, "nope"):
            side.call("DELETE", f"{path}/{identity}", {})
        side.call("DELETE", f"{path}/{second}")
        side.call("GET", f"{path}/{first}")
        side.call("DELETE", "traces/tr-x/assessments/nope", {})
        side.call("POST", "traces/tr-x/assessments", {"assessment": {"assessment_name": "q", "feedback": {"value": 3}}})

    compare(scenario, *sides)


def test_tags_of_traces(sides: tuple[Side, Side]) -> None:
    def scenario(side: Side) -> None:
        _, names = put_traces(side, 0x34)
        for version in ("2.0", "3.0"):
            path = f"traces/{names[0]}/tags"
            for body in [
                {"key": "k", "value": "v"}, {"key": "k", "value": "w"}, {"key": "empty"}, {"value": "v"}, {"key": "x" * 251, "value": "v"},
                {"key": "x" * 250, "value": "y" * 4097}, {"key": "k", "value": 5}, {"key": "mlflow.artifactLocation", "value": "v"},
                {"key": "a/../b", "value": "v"}, {"key": "/a", "value": "v"}, {"key": "a(b", "value": "v"}, {"key": "mlflow.traceName", "value": "n"},
            ]:
                side.call("PATCH", path, body, version=version)
            side.call("GET", f"traces/{names[0]}")
            for body in [{"key": "k"}, {"key": "k"}, {}, {"key": "mlflow.traceName"}, {"key": "mlflow.artifactLocation"}]:
                side.call("DELETE", path, body, version=version)
            side.call("DELETE", "traces/tr-x/tags", {"key": "k"}, version=version)
            side.call("PATCH", "traces/tr-x/tags", {"key": "k", "value": "v"}, version=version, differs=True)
            side.call("GET", f"traces/{names[0]}")

    compare(scenario, *sides)


def test_deletion_of_traces(sides: tuple[Side, Side]) -> None:
    def scenario(side: Side) -> None:
        experiment, names = put_traces(side, 0x35)
        other = side.experiment("other")
        for body in [
            {}, {"experiment_id": experiment}, {"experiment_id": experiment, "request_ids": ["nope"]},
            {"experiment_id": experiment, "max_traces": 0, "max_timestamp_millis": 5}, {"experiment_id": experiment, "max_traces": 5},
            {"experiment_id": experiment, "request_ids": ["x"], "max_timestamp_millis": 1}, {"experiment_id": "987654", "max_timestamp_millis": 1},
            {"experiment_id": "x", "max_timestamp_millis": 1}, {"experiment_id": experiment, "request_ids": ["x"], "max_traces": 1},
            {"experiment_id": other, "request_ids": names}, {"experiment_id": experiment, "request_ids": [names[0], "x"]},
            {"experiment_id": experiment, "max_timestamp_millis": 1795000001000, "max_traces": 1},
            {"experiment_id": experiment, "max_timestamp_millis": 1795000001000},
        ]:
            side.call("POST", "traces/delete-traces", body, version="2.0")
        side.call("POST", "traces/search", {"locations": [location(experiment)]})
        side.call("GET", f"traces/{names[0]}")
        side.call("GET", f"traces/get?trace_id={names[0]}")

    compare(scenario, *sides)


def test_links_of_traces(sides: tuple[Side, Side]) -> None:
    def scenario(side: Side) -> None:
        experiment, names = put_traces(side, 0x36)
        for body in [{}, {"trace_ids": [names[0]]}, {"run_id": "x"}, {"trace_ids": ["nope"], "run_id": "x"}, {"trace_ids": ["x"] * 101, "run_id": "x"},
                     {"trace_ids": names[:2], "run_id": "linked"}, {"trace_ids": names[:2], "run_id": "linked"}]:
            side.call("POST", "traces/link-to-run", body, version="2.0")
        for body in [{"trace_id": names[0], "prompt_versions": [{"name": "p", "version": "1"}]}, {"trace_id": "x", "prompt_versions": [{"name": "p", "version": "1"}]},
                     {"trace_id": names[0]}, {}]:
            side.call("POST", "traces/link-prompts", body, version="2.0")
        for filter_string in ["run_id = 'linked'", "prompt = 'p/1'", "prompt = 'p/2'"]:
            side.call("POST", "traces/search", {"locations": [location(experiment)], "filter": filter_string})
        for method, path, body in [
            ("POST", "traces/batchGetInfos", {"trace_ids": [names[0], "x"]}), ("POST", "traces/batchGetInfos", {"trace_ids": ["x"]}),
            ("POST", "traces/batchGetInfos", {}), ("GET", "traces/batchGet", None), ("GET", f"traces/batchGet?trace_ids={names[0]}&trace_ids=x", None),
        ]:
            side.call(method, path, body)

    compare(scenario, *sides)


def test_correlation_of_filters(sides: tuple[Side, Side]) -> None:
    def scenario(side: Side) -> None:
        experiment, _ = put_traces(side, 0x39)
        for first, second, base in [
            ("status = 'OK'", "tags.env = 'dev'", None), ("status = 'OK'", "status = 'ERROR'", None), ("status = 'OK'", "tags.none = 'x'", None),
            ("span.name = 'plan'", "feedback.ok IS NOT NULL", "status != 'IN_PROGRESS'"), ("name LIKE '%'", "name LIKE 'trace%'", "name IS NOT NULL"),
            ("bogus = 'x'", "status = 'OK'", None),
        ]:
            body = {"experiment_ids": [experiment], "filter_string1": first, "filter_string2": second, "base_filter": base}
            answer = side.api.send("POST", "/api/3.0/mlflow/traces/calculate-filter-correlation", json=body)
            content = answer.json()
            numbers = {key: round(value, 9) if isinstance(value, float) else value for key, value in content.items() if "npmi" in key or "count" in key}
            side.note(f"{first} | {second} | {base}", [answer.status_code, numbers])

    compare(scenario, *sides)


def test_metrics_of_traces(sides: tuple[Side, Side]) -> None:
    """Every metric with every aggregation and dimension that it has, buckets of time, filters, and what is refused."""

    def scenario(side: Side) -> None:
        experiment, names = put_traces(side, 0x3B)
        for number, model in enumerate(["gpt-4o-mini", "gpt-4o"]):
            call = otlp.span(
                bytes([0x3C, number]) * 8, span_id=b"\7" * 8, name="call", start_ms=7_200_000 * number, end_ms=7_200_000 * number + 30 + number,
                status=otlp.ERROR if number else None,
                attributes={"mlflow.spanType": "CHAT_MODEL", "gen_ai.operation.name": "chat", "gen_ai.request.model": model, "gen_ai.provider.name": "openai", "gen_ai.usage.input_tokens": 1000,
                            "gen_ai.usage.output_tokens": 200 * (number + 1), "session.id": f"s{number + 1}"},
            )
            side.api.ingest(otlp.request([call]), experiment_id=experiment)
        side.api.mlflow("POST", "traces/link-to-run", "2.0", json={"trace_ids": names[:2], "run_id": "measured"})

        def ask(view: str, metric: str, told: list, **more: Any) -> None:
            given = [one if isinstance(one, dict) else {"aggregation_type": one} for one in told]
            body = {"experiment_ids": [experiment], "view_type": view, "metric_name": metric, "aggregations": given, **more}
            answer = side.api.send("POST", "/api/3.0/mlflow/traces/metrics", json=body)
            content = answer.json()
            for point in content.get("data_points", []):
                point["values"] = {key: round(value, 12) for key, value in point["values"].items()}
            side.note(f"{view} {metric} {told} {more}", [answer.status_code, content.get("message", content)])

        percentiles = [{"aggregation_type": "PERCENTILE", "percentile_value": value} for value in (0, 50, 90, 99.9, 100)]
        spread = ["AVG", "MIN", "MAX", *percentiles]
        for view, metric, aggregations, dimensions in [
            ("TRACES", "trace_count", ["COUNT"], ["trace_name", "trace_status"]), ("TRACES", "session_count", ["COUNT"], []),
            ("TRACES", "latency", spread, ["trace_name"]),
            *(("TRACES", f"{name}_tokens", ["SUM", *spread], ["trace_name"]) for name in ("input", "output", "total", "cache_read_input", "cache_creation_input")),
            ("SPANS", "span_count", ["COUNT"], ["span_name", "span_type", "span_status", "span_model_name", "span_model_provider"]),
            ("SPANS", "latency", spread, ["span_name", "span_status"]),
            *(("SPANS", f"{name}_cost", ["SUM", *spread], ["span_model_name", "span_model_provider"]) for name in ("input", "output", "total")),
            ("ASSESSMENTS", "assessment_count", ["COUNT"], ["assessment_name", "assessment_value"]),
            ("ASSESSMENTS", "assessment_value", spread, ["assessment_name"]),
        ]:
            ask(view, metric, aggregations)
            for dimension in dimensions:
                ask(view, metric, aggregations, dimensions=[dimension])
            ask(view, metric, aggregations, dimensions=dimensions)
            ask(view, metric, aggregations, time_interval_seconds=3600, start_time_ms=0, end_time_ms=2_000_000_000_000)
            ask(view, metric, aggregations, start_time_ms=1_795_000_001_000, end_time_ms=1_795_000_002_000)
        for clause in [
            "trace.status = 'OK'", "trace.tag.env = 'dev'", "trace.tag.`a b` = 'spaced'", "trace.metadata.k = 'v1'", "trace.metadata.mlflow.trace.session = 's1'",
            "trace.metadata.mlflow.sourceRun = 'measured'", "trace.metadata.mlflow.sourceRun = 'run2'", "trace.tag.mlflow.traceName = 'trace 1'", "span.name = 'plan'",
            "span.status = 'ERROR'", "span.type = 'TOOL'", "assessment.name = 'ok'", "assessment.type = 'feedback'", "assessment.type = 'x'", "trace.bogus = 'x'", "foo.x = 'y'",
            "trace.status != 'OK'", "trace.tag = 'x'", "trace.status.x = 'y'", "trace.status = 5", "trace.status = 'OK' AND trace.status = 'x'", "x = 'y'", "", "trace.status = OK",
            "OR", "trace.status LIKE 'O%'",
        ]:
            for view, metric in [("TRACES", "trace_count"), ("SPANS", "span_count"), ("ASSESSMENTS", "assessment_count")]:
                ask(view, metric, ["COUNT"], filters=[clause])
        ask("TRACES", "trace_count", ["COUNT"], filters=["trace.status = 'OK'", "trace.tag.env = 'dev'"])
        for metric, aggregations, more in [
            ("bogus", ["COUNT"], {}), ("trace_count", ["SUM", "AVG"], {}), ("trace_count", ["COUNT"], {"dimensions": ["x", "a"]}),
            ("trace_count", ["COUNT"], {"time_interval_seconds": 60}), ("trace_count", ["COUNT"], {"max_results": "x"}), ("trace_count", ["COUNT"], {"max_results": 0}),
            ("trace_count", ["COUNT"], {"dimensions": ["trace_name"], "max_results": 2}), ("trace_count", ["COUNT"], {"max_results": -1}),
            ("trace_count", ["COUNT"], {"experiment_ids": ["x"]}), ("trace_count", ["COUNT"], {"experiment_ids": ["987654"]}), ("trace_count", ["COUNT"], {"experiment_ids": []}),
            ("trace_count", ["COUNT"], {"experiment_ids": [5]}), ("trace_count", ["COUNT"], {"dimensions": "x"}), ("trace_count", ["COUNT"], {"experiment_ids": None}),
            ("trace_count", ["COUNT"], {"view_type": None}), ("trace_count", ["COUNT"], {"metric_name": ""}), ("trace_count", ["COUNT"], {"aggregations": None}),
            ("trace_count", [1], {"aggregations": [{"aggregation_type": 1}]}), ("trace_count", [], {"aggregations": [{}]}), ("span_count", ["COUNT"], {"view_type": 2}),
        ]:
            ask("TRACES", metric, aggregations, **more)

    compare(scenario, *sides)


def test_artifacts_of_traces(sides: tuple[Side, Side]) -> None:
    """Attachments are listed, read, replaced and deleted, singly and by folder; nothing else is reached through their paths."""

    def scenario(side: Side) -> None:
        _, names = put_traces(side, 0x3D)
        location = side.api.mlflow("GET", f"traces/{names[0]}")["trace"]["trace_info"]["tags"]["mlflow.artifactLocation"].removeprefix("mlflow-artifacts:/")
        uuid = "0fb9b4b8-dd4d-4d41-8d4f-c0c0799a6559"

        def call(method: str, path: str, **options: Any) -> None:
            answer = side.api.send(method, path, **options)
            kept = {key: answer.headers.get(key) for key in ("Content-Disposition", "Content-Type") if answer.status_code < 300 and method in ("GET", "HEAD")}
            is_json = "json" in answer.headers.get("Content-Type", "")
            body = {key: value for key, value in answer.json().items() if key not in ("sqlstate", "error_class")} if is_json else answer.text
            text = str(body).replace(location, "<location>")
            side.note(f"{method} {path.replace(location, '<location>')}", [answer.status_code, kept, side._text(text)])

        def file(method: str, path: str, **options: Any) -> None:
            call(method, f"/api/2.0/mlflow-artifacts/artifacts/{location}/{path}", **options)

        def list_of(path: str) -> None:
            call("GET", "/ajax-api/2.0/mlflow-artifacts/artifacts", params={"path": path})

        for path, body in [(f"attachments/{uuid}", b"one"), (f"attachments/{uuid}", b"two!"), ("attachments/a/b.png", b"\x89PNG"), ("attachments/a.txt", "ü".encode()), ("empty.json", b"")]:
            file("PUT", path, data=body)
        file("PUT", "attachments/", data=b"x")
        for path in ("", "/attachments", "/attachments/a", "/attachments/a.txt", "/none", "/attachments/"):
            list_of(location + path)
        for path in ("../x", "/abs", "a/../../b", "0/traces/tr-nope/artifacts", f"{location}/attachments/../../x"):
            list_of(path)
        for path in (f"attachments/{uuid}", "attachments/a/b.png", "attachments/a.txt", "empty.json", "attachments", "attachments/a", "attachments/none"):
            file("GET", path)
        file("HEAD", "attachments/a.txt")
        for query in ("", "request_id=tr-nope", f"request_id={names[0]}&path={uuid}", f"request_id={names[0]}&path=a.txt", f"request_id={names[0]}&path=../x",
                      f"request_id={names[0]}&path={uuid[:-1]}0", f"request_id=tr-nope&path={uuid}"):
            for version in ("2.0", "3.0"):
                call("GET", f"/ajax-api/{version}/mlflow/get-trace-artifact?{query}")
        for path in ("attachments/a.txt", "attachments/a.txt", "attachments/a", "none", "%2e%2e/%2e%2e/x"):
            file("DELETE", path)
        list_of(f"{location}/attachments")
        file("DELETE", "attachments")
        list_of(location)
        call("POST", "/api/2.0/mlflow-artifacts/mpu/create/0/x", json={"path": "x", "num_parts": 1})
        call("GET", "/api/2.0/mlflow-artifacts/presigned/0/x")

    compare(scenario, *sides)


def test_the_file_of_spans(sides: tuple[Side, Side]) -> None:
    """`traces.json` of a trace, as older clients and the TypeScript SDK read it."""

    def scenario(side: Side) -> None:
        _, names = put_traces(side, 0x3A)
        location = side.api.mlflow("GET", f"traces/{names[0]}")["trace"]["trace_info"]["tags"]["mlflow.artifactLocation"]
        path = location.removeprefix("mlflow-artifacts:/")
        answer = side.api.send("GET", f"/ajax-api/2.0/mlflow/get-trace-artifact?request_id={names[0]}")
        side.note("file", answer.json())
        file = side.api.send("GET", f"/api/2.0/mlflow-artifacts/artifacts/{path}/traces.json")
        # MLflow has the file only behind the other route; what it holds is the same.
        assert file.status_code == 404 or file.json() == answer.json()
        missing = side.api.send("GET", f"/api/2.0/mlflow-artifacts/artifacts/{path}/attachments/none")
        side.note("missing", missing.status_code)

    compare(scenario, *sides)


def test_the_trace_api_of_older_clients(sides: tuple[Side, Side]) -> None:
    def scenario(side: Side) -> None:
        experiment, names = put_traces(side, 0x37)
        for path in [f"traces/{names[2]}/info", "traces/nope/info", f"traces?experiment_ids={experiment}&max_results=2",
                     f"traces?experiment_ids={experiment}&filter=status%3D'ERROR'&order_by=timestamp_ms", "traces"]:
            side.call("GET", path, version="2.0")

    compare(scenario, *sides)


def test_old_clients_begin_and_end_traces(sides: tuple[Side, Side]) -> None:
    def scenario(side: Side) -> None:
        experiment = side.experiment("old")

        def call(method: str, path: str, body: dict | None = None) -> dict:
            answer = side.api.send(method, f"/api/2.0/mlflow/{path}", json=body)
            content = answer.json()
            # We have spans of every trace, and say so from the beginning.
            told_by_us = ("mlflow.trace.infoFinalized", "mlflow.trace.spansLocation")
            for info in [content.get("trace_info"), *content.get("traces", [])]:
                for key in ("tags", "request_metadata") if info else ():
                    info[key] = [pair for pair in info[key] if pair["key"] not in told_by_us]
            side.note(f"{method} {path}", [answer.status_code, content.get("message", content)])
            return content

        begun = call("POST", "traces", {"experiment_id": experiment, "timestamp_ms": 1795000000000, "tags": [{"key": "k", "value": "v"}],
                                        "request_metadata": [{"key": "m", "value": "1"}]})
        trace = begun["trace_info"]["request_id"]
        end = {"timestamp_ms": 1795000001500, "status": "ERROR", "tags": [{"key": "k", "value": "w"}], "request_metadata": [{"key": "n", "value": "2"}]}
        call("PATCH", f"traces/{trace}", end)
        call("PATCH", "traces/tr-nope", end)
        call("GET", f"traces/{trace}/info")
        call("GET", f"traces?experiment_ids={experiment}")
        call("POST", "traces", {"experiment_id": "987654", "timestamp_ms": 5})

    compare(scenario, *sides)


def test_experiments(sides: tuple[Side, Side]) -> None:
    def scenario(side: Side) -> None:
        tag = side.started_ms
        name = f"lifecycle {tag}"
        side.name("<lifecycle>", name)
        made = side.call("POST", "experiments/create", {"name": name, "tags": [{"key": "t", "value": str(int(tag))}]}, version="2.0", differs=True)
        identity = side.name("<made>", made["experiment_id"])
        renamed = side.name("<renamed>", f"renamed {tag}")
        for route, body in [
            ("update", {"experiment_id": identity, "new_name": renamed}), ("update", {"experiment_id": identity}), ("update", {"experiment_id": "987654", "new_name": "q"}),
            ("update", {"experiment_id": identity, "new_name": "x" * 501}),
            ("set-experiment-tag", {"experiment_id": identity, "key": "k", "value": "v"}), ("set-experiment-tag", {"experiment_id": identity, "key": "e"}),
            ("set-experiment-tag", {"experiment_id": identity, "key": "k" * 251, "value": "v"}),
            ("set-experiment-tag", {"experiment_id": identity, "key": "k", "value": "v" * 20001}),
            ("delete-experiment-tag", {"experiment_id": identity, "key": "nope"}), ("delete-experiment-tag", {"experiment_id": identity, "key": "k"}),
            ("delete", {"experiment_id": identity}), ("delete", {"experiment_id": identity}), ("set-experiment-tag", {"experiment_id": identity, "key": "k", "value": "v"}),
            ("search", {"max_results": 10, "filter": f"tags.t = '{int(tag)}'"}), ("search", {"max_results": 10, "filter": f"tags.t = '{int(tag)}'", "view_type": "DELETED_ONLY"}),
            ("restore", {"experiment_id": identity}), ("restore", {"experiment_id": identity}), ("delete", {}), ("create", {"name": "x" * 501}),
            ("search", {"max_results": 10, "filter": f"tags.t = '{int(tag)}' AND name LIKE 'renamed%'"}),
            ("search", {"max_results": 10, "filter": "name = 5"}), ("search", {"max_results": 10, "filter": "bogus = 'x'"}),
            ("search", {"max_results": 10, "filter": "name IN ('a')"}), ("search", {"max_results": 10, "filter": "experiment_id = 'x'"}),
            ("search", {"max_results": 10, "filter": "creation_time > 1.5"}), ("search", {"max_results": 10, "filter": "name IS NULL"}),
            ("search", {"max_results": 10, "filter": "name RLIKE 'a'"}), ("search", {"max_results": 10, "filter": "creation_time LIKE 5"}), ("search", {"max_results": 10, "order_by": ["tags.x"]}),
            ("search", {"max_results": 10, "order_by": ["bogus"]}), ("search", {"max_results": 0}), ("search", {"max_results": 50001}),
            ("search", {"max_results": 1, "filter": "name = 'Default'", "order_by": ["name DESC"]}),
        ]:
            side.call("POST", f"experiments/{route}", body, version="2.0")
        side.call("GET", f"experiments/get?experiment_id={identity}", version="2.0")
        side.call("POST", "experiments/update", {"experiment_id": identity, "new_name": "Default"}, version="2.0", differs=True)

    compare(scenario, *sides)


def test_runs(sides: tuple[Side, Side]) -> None:
    def scenario(side: Side) -> None:
        experiment = side.experiment("runs")
        body = {"experiment_id": experiment, "user_id": "u", "start_time": 5, "tags": [{"key": "a", "value": "b"}], "run_name": "rn"}
        run = side.call("POST", "runs/create", body, version="2.0")["run"]["info"]["run_id"]
        for method, route, body in [
            ("POST", "create", {"experiment_id": "987654"}), ("GET", f"get?run_id={run}&run_uuid={run}", None), ("GET", "get", None), ("GET", "get?run_id=x", None),
            ("POST", "update", {"run_id": run, "run_uuid": run, "status": "FINISHED", "end_time": 9}), ("POST", "update", {"run_id": "x", "status": "FINISHED"}),
            ("POST", "update", {"run_id": run, "status": "NOPE"}), ("POST", "update", {"run_id": run, "run_name": "other"}),
            ("POST", "set-tag", {"run_id": run, "key": "k", "value": "v"}), ("POST", "delete-tag", {"run_id": run, "key": "zz"}),
            ("POST", "delete-tag", {"run_id": run, "key": "k"}), ("GET", f"get?run_id={run}", None), ("POST", "delete", {"run_id": run}),
            ("POST", "set-tag", {"run_id": run, "key": "k", "value": "v"}), ("POST", "restore", {"run_id": run}), ("GET", f"get?run_id={run}", None),
        ]:
            side.call(method, f"runs/{route}", body, version="2.0")

    compare(scenario, *sides)


def test_what_few_clients_send(sides: tuple[Side, Side]) -> None:
    """Limits and odd values that are not refused, or refused in words of their own."""

    def scenario(side: Side) -> None:
        experiment = side.experiment("odd")

        def start(number: int, **fields: Any) -> None:
            trace_id = otlp.mlflow_id(bytes([0x3F, number]) * 8)
            info = {"trace_id": trace_id, "trace_location": location(experiment), "request_time": "2026-11-18T11:06:40Z", "execution_duration": "1s", "state": "OK", **fields}
            answer = side.api.send("POST", "/api/3.0/mlflow/traces", json={"trace": {"trace_info": info}})
            told = answer.json()
            if answer.status_code == 200:
                told = told["trace"]["trace_info"]
                # We have the spans of every trace, and say so from the beginning.
                told["tags"].pop("mlflow.trace.spansLocation", None)
            side.note(f"start {str(fields)[:80]}", [answer.status_code, told.get("message", told)])

        for number, fields in enumerate([
            {"request_preview": "a\0b", "response_preview": "\0"}, {"tags": {"k" * 251: "v", "a\0": "b\0", "a//b": "1"}}, {"trace_metadata": {"k" * 251: "v"}},
            {"tags": {"k" * 250: "v" * 4097, "mlflow.artifactLocation": "x"}}, {"trace_metadata": {"mlflow.trace.session": "s" * 251}},
            {"request_time": "2026-11-18T11:06:40.5+02:00"}, {"execution_duration": "1.2345s"}, {"state": 2}, {"request_preview": "x" * 1001}, {"client_request_id": "c" * 300},
            {"assessments": [{"assessment_id": "a-mine", "assessment_name": "q", "feedback": {"value": "v"}, "trace_id": "tr-other"}]},
        ]):
            start(number, **fields)
        _, names = put_traces(side, 0x3E)
        path = f"traces/{names[0]}/assessments"
        for assessment in [
            {"expectation": {}}, {"expectation": {"serialized_value": {"serialization_format": "X", "value": "1"}}}, {"feedback": {"value": 1}, "valid": False},
            {"feedback": {"error": {"error_code": "E"}}}, {"issue": {}}, {"feedback": {}}, {"feedback": {"value": 9007199254740993}}, {"feedback": {"value": 1}, "span_id": "zz"},
            {"feedback": {"value": {"a": {"b": [1, 2.5, None, True]}}}}, {"feedback": {"value": 1}, "assessment_id": "a-own", "trace_id": "tr-other"},
        ]:
            side.call("POST", path, {"assessment": {"assessment_name": "q", **assessment}})
        made = side.call("POST", path, {"assessment": {"assessment_name": "u", "feedback": {"value": 1}, "rationale": "r"}})["assessment"]["assessment_id"]
        for mask, fields in [("", {"rationale": "z"}), ("rationale", {}), ("feedback", {"feedback": {"value": None}}), ("feedback", {"feedback": {"error": {"error_code": "X"}}})]:
            side.call("PATCH", f"{path}/{made}", {"assessment": fields, "update_mask": mask})
        for asked in ("true", "False", "x", "1", "0", ""):
            answer = side.api.send("GET", f"/api/3.0/mlflow/traces/get?trace_id={names[0]}&allow_partial={asked}")
            side.note(f"allow_partial={asked}", [answer.status_code, answer.json().get("message")])
        side.call("POST", "traces/batchGetInfos", {"trace_ids": [names[2], names[2]]})
        side.call("POST", "traces/batchGetInfos", {"trace_ids": []})
        twice = side.api.mlflow("GET", "traces/batchGet", params={"trace_ids": [names[2], names[2]]})
        side.note("batchGet twice", len(twice["traces"]))
        for locations in ([{"type": "UC_SCHEMA", "uc_schema": {}}], [5]):
            side.call("POST", "traces/search", {"locations": locations})
        side.call("POST", "traces/link-prompts", {"trace_id": names[0], "prompt_versions": []}, version="2.0")
        for body in [{"name": " "}, {"name": "f", "artifact_location": "bad#x"}, {"name": "k", "tags": [{"key": "k" * 251, "value": "v"}]}, {"name": "v", "tags": [{"key": "k", "value": "v" * 20001}]}]:
            side.call("POST", "experiments/create", body, version="2.0")
        side.call("POST", "experiments/update", {"experiment_id": experiment, "new_name": " "}, version="2.0")
        for body in [
            {"run_name": "n", "tags": [{"key": "mlflow.runName", "value": "m"}]}, {"run_name": "x" * 300}, {"tags": [{"key": "mlflow.runName", "value": "m"}]},
            {"run_name": "k", "tags": [{"key": "k", "value": "v" * 9000}]},
        ]:
            side.call("POST", "runs/create", {"experiment_id": experiment, **body}, version="2.0")
        for content_type in (None, "text/plain", "APPLICATION/JSON", "application/json; charset=utf-8"):
            headers = {} if content_type is None else {"Content-Type": content_type}
            answer = side.api.send("POST", "/api/2.0/mlflow/runs/create", data=b"{}", headers=headers)
            told = answer.json()
            side.note(f"content type {content_type}", [answer.status_code, told["message"] if "Content-Type" in told["message"] else ""])

    compare(scenario, *sides)


def test_the_sdk_searches_judges_tags_and_deletes(sides: tuple[Side, Side]) -> None:
    """What an engineer does with stored traces, through the unmodified SDK."""

    def scenario(side: Side) -> None:
        experiment, names = put_traces(side, 0x38)
        mlflow.set_tracking_uri(side.api.url)
        client = MlflowClient()
        try:
            for options in [
                {"filter_string": "status = 'OK' AND tags.env = 'dev'"}, {"filter_string": "span.type = 'TOOL'", "order_by": ["timestamp DESC"]},
                {"filter_string": "feedback.score > 0.4"}, {"max_results": 2},
            ]:
                found = mlflow.search_traces(locations=[experiment], return_type="list", **options)
                side.note(f"search {options}", [(trace.info.trace_id, [span.name for span in trace.data.spans]) for trace in found])
            feedback = mlflow.log_feedback(trace_id=names[3], name="judged", value={"score": 1}, source=AssessmentSource("HUMAN", "me"), rationale="so")
            expectation = mlflow.log_expectation(trace_id=names[3], name="expected", value=[1, 2])
            changed = mlflow.override_feedback(trace_id=names[3], assessment_id=feedback.assessment_id, value=False)
            mlflow.delete_assessment(trace_id=names[3], assessment_id=expectation.assessment_id)
            mlflow.set_trace_tag(names[3], "seen", "yes")
            mlflow.delete_trace_tag(names[3], "env")
            info = mlflow.get_trace(names[3]).info
            side.note("tags", info.tags)
            side.note("assessments", sorted((a.name, str(a.value), a.valid, a.rationale) for a in info.assessments))
            side.note("override", [changed.name, changed.value])
            side.note("deleted", client.delete_traces(experiment_id=experiment, trace_ids=[names[3]]))
            mlflow.set_experiment(experiment_id=experiment)
            with mlflow.start_run() as run, mlflow.start_span("in a run") as span:
                span.set_inputs({"x": 1})
            mlflow.flush_trace_async_logging()
            found = mlflow.search_traces(locations=[experiment], run_id=run.info.run_id, return_type="list")
            side.note("traces of the run", [trace.data.spans[0].name for trace in found])
            side.note("run", [client.get_run(run.info.run_id).info.status, run.info.lifecycle_stage])
        finally:
            mlflow.set_tracking_uri(None)

    compare(scenario, *sides)

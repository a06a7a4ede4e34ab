"""Setup B in every order: four requests of two exporters and StartTrace give the same trace however they interleave.

The requests are those recorded from MLflow 3.18 beside the OpenTelemetry SDK: MLflow sends its spans in two batches, the
OTLP exporter all in one, and StartTrace may come before any of them.
"""

from __future__ import annotations

import itertools
import json
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import otlp
from api import Api
from span_table import outline

pytestmark = pytest.mark.traceloupe

RESOURCE = {"service.name": "rag-api", "service.version": "1.4.2", "telemetry.sdk.name": "opentelemetry"}
PARTS = ("mlflow batch", "mlflow root", "otel", "StartTrace")
ORDERS = list(itertools.permutations(PARTS))
USAGE = {"input_tokens": 11, "output_tokens": 6, "total_tokens": 17, "cache_read_input_tokens": 0}
ROOT_ID, ANSWER_ID, LLM_ID, RETRIEVE_ID = (bytes([number] * 8) for number in (1, 2, 3, 4))


def send(api: Api, part: str, trace_id: bytes, experiment_id: str, header: str | None) -> None:
    root = otlp.span(trace_id, "POST /answer", span_id=ROOT_ID, kind=otlp.SERVER, end_ms=300, attributes={"http.route": "/answer"})
    answer = otlp.span(
        trace_id,
        "answer_question",
        span_id=ANSWER_ID,
        parent=root,
        start_ms=10,
        end_ms=290,
        status=otlp.OK,
        attributes={"mlflow.spanType": '"UNKNOWN"', "mlflow.spanInputs": '{"q": "hi"}', "mlflow.spanOutputs": '"ho"'},
    )
    llm = otlp.span(
        trace_id,
        "Responses",
        span_id=LLM_ID,
        parent=answer,
        start_ms=20,
        end_ms=200,
        status=otlp.OK,
        attributes={"mlflow.spanType": '"CHAT_MODEL"', "mlflow.chat.tokenUsage": json.dumps(USAGE)},
    )
    retrieve = otlp.span(trace_id, "retrieve", span_id=RETRIEVE_ID, parent=answer, start_ms=210, end_ms=220)
    match part:
        case "mlflow batch":
            copies = [otlp.mlflow_copy(span) for span in (retrieve, llm, answer)]
            api.ingest_mlflow(copies, experiment_id=experiment_id, resource=RESOURCE)
        case "mlflow root":
            api.ingest_mlflow(otlp.mlflow_copy(root), experiment_id=experiment_id, resource=RESOURCE)
        case "otel":
            body = otlp.request(otlp.otel_copy(root), resource=RESOURCE, scope=("opentelemetry.instrumentation.fastapi", "1"))
            body.MergeFrom(otlp.request(otlp.otel_copy(retrieve), resource=RESOURCE, scope=("rag.retriever", "2.1.0")))
            mlflow_spans = [otlp.otel_copy(span) for span in (answer, llm)]
            body.MergeFrom(otlp.request(mlflow_spans, resource=RESOURCE, scope=("mlflow.tracing.provider", "")))
            api.ingest(body, experiment_id=header)
        case "StartTrace":
            stats = {"total_size_bytes": 4000, "num_spans": 4, "max": 1000, "p25": 1000, "p50": 1000, "p75": 1000}
            api.start_trace(
                trace_id,
                experiment_id,
                execution_duration="0.300s",
                tags={"mlflow.traceName": "POST /answer"},
                trace_metadata={
                    "mlflow.trace.tokenUsage": json.dumps(USAGE),
                    "mlflow.trace.sizeStats": json.dumps(stats),
                    "mlflow.traceInputs": "",
                    "mlflow.trace_schema.version": "3",
                },
            )


def everything_seen(api: Api, trace_id: bytes) -> dict[str, Any]:
    """All that the UI and MLflow's SDK can read of a trace, with its id taken out."""
    hex_id = trace_id.hex()
    rows = api.ui_rows(hex_id)
    seen = {
        "detail": api.ui(f"traces/{hex_id}"),
        "rows": [repr(row) for row in rows],
        "spans": [_sorted_span(api.ui_span(hex_id, row.span_id)) for row in rows],
        "info": api.trace_info(trace_id),
        "mlflow spans": api.spans(trace_id),
    }
    text = json.dumps(seen, sort_keys=True)
    for form in (hex_id, *(span["trace_id"] for span in seen["mlflow spans"])):
        text = text.replace(form, "TRACE")
    return json.loads(text)


def _sorted_span(span: dict) -> dict:
    """Origins are a set, attributes of different copies have no order between them."""
    return {
        **span,
        "origins": sorted(span["origins"], key=lambda origin: origin["exporter"]),
        "attributes": sorted(span["attributes"], key=lambda attribute: attribute["key"]),
    }


@pytest.mark.parametrize("has_header", [True, False], ids=["header", "no header"])
def test_every_interleaving_gives_the_same_trace(api: Api, experiment: str, has_header: bool) -> None:
    reference = None
    for order in ORDERS:
        trace_id = otlp.new_trace_id()
        for part in order:
            send(api, part, trace_id, experiment, experiment if has_header else None)
        seen = everything_seen(api, trace_id)
        reference = reference or seen
        for part, expected in reference.items():
            assert seen[part] == expected, f"{part} after {' → '.join(order)}, against {' → '.join(ORDERS[0])}"

    summary = reference["detail"]["summary"]
    assert summary["experiment_id"] == experiment
    assert (summary["n_spans"], summary["state"], summary["name"]) == (4, "OK", "POST /answer")
    assert (summary["input_tokens"], summary["output_tokens"]) == (11, 6)
    assert (summary["services"], summary["sources"]) == (["rag-api"], ["mlflow", "opentelemetry"])
    assert json.loads(reference["info"]["trace_metadata"]["mlflow.trace.tokenUsage"]) == USAGE
    assert (reference["info"]["request_time"], reference["info"]["execution_duration"]) == ("2026-11-18T11:06:40Z", "0.300s")
    assert [span["name"] for span in reference["spans"]] == ["POST /answer", "answer_question", "Responses", "retrieve"]
    assert all(len(span["origins"]) == 2 for span in reference["spans"])
    assert len(api.search(experiment)) == len(ORDERS)


def test_parts_that_race_give_the_same_trace_and_no_change_of_it_is_lost(api: Api, experiment: str) -> None:
    """All parts of many traces at once, from sixteen threads; then tags and feedback on each of them, as many at once."""
    first = otlp.new_trace_id()
    for part in PARTS:
        send(api, part, first, experiment, experiment)
    reference = everything_seen(api, first)
    traces = [otlp.new_trace_id() for _ in range(40)]
    jobs = [(trace_id, part) for trace_id in traces for part in PARTS]
    # Parts of one trace stay near each other, in any order.
    generator = random.Random(5)
    jobs.sort(key=lambda job: traces.index(job[0]) + 2 * generator.random())

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda job: send(Api(api.url), job[1], job[0], experiment, experiment), jobs))
        for trace_id in traces:
            seen = everything_seen(api, trace_id)
            for part, expected in reference.items():
                assert seen[part] == expected, part
        assert len(api.search(experiment)) == 1 + len(traces)

        def change(number: int, trace_id: bytes) -> None:
            name = otlp.mlflow_id(trace_id)
            Api(api.url).mlflow("PATCH", f"traces/{name}/tags", "2.0", json={"key": f"k{number}", "value": str(number)})
            Api(api.url).mlflow("POST", f"traces/{name}/assessments", json={"assessment": {"assessment_name": f"q{number}", "feedback": {"value": number}}})

        list(pool.map(lambda job: change(*job), [(number, trace_id) for trace_id in traces[:10] for number in range(8)]))
    for trace_id in traces[:10]:
        info = api.trace_info(trace_id)
        assert {key: value for key, value in info["tags"].items() if key.startswith("k")} == {f"k{number}": str(number) for number in range(8)}
        assert sorted((one["assessment_name"], one["feedback"]["value"]) for one in info["assessments"]) == [(f"q{number}", float(number)) for number in range(8)]


def test_every_prefix_of_an_interleaving_is_a_readable_trace(api: Api, experiment: str) -> None:
    """While requests are still coming, what is there is one trace with no span twice."""
    names = {
        "mlflow batch": {"answer_question", "Responses", "retrieve"},
        "mlflow root": {"POST /answer"},
        "otel": {"POST /answer", "answer_question", "Responses", "retrieve"},
        "StartTrace": set(),
    }
    for order in ORDERS:
        trace_id = otlp.new_trace_id()
        expected: set[str] = set()
        for part in order:
            send(api, part, trace_id, experiment, experiment)
            expected |= names[part]
            lines = [line.strip() for line in outline(api.ui_rows(trace_id.hex())).splitlines()] if expected else []
            assert sorted(lines) == sorted(expected), f"{part} of {' → '.join(order)}"
            assert api.experiment_of(trace_id) == experiment

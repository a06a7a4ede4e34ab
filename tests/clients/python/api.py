"""Speaks plain HTTP to the server under test: OTLP, MLflow's REST API, and the UI API.

It checks status codes and unwraps envelopes; what the content should be is for the tests to say.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import requests
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse

import otlp
import span_table

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
TIMEOUT_S = 30


class Api:
    def __init__(self, url: str, *, token: str | None = None) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False
        if token is not None:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        return self._session.request(method, f"{self.url}{path}", timeout=TIMEOUT_S, **options)

    # OTLP

    def post_otlp(
        self,
        body: ExportTraceServiceRequest | bytes,
        *,
        experiment_id: str | None = None,
        content_type: str | None = PROTOBUF,
        headers: dict[str, str] | None = None,
    ) -> requests.Response:
        """Posts as the Python OTLP exporter does, or as `headers` say; bytes go out as they are."""
        if isinstance(body, ExportTraceServiceRequest):
            body = otlp.to_json(body) if content_type == JSON else body.SerializeToString()
        all_headers = {**otlp.OTEL_HEADERS, **(headers or {})}
        if content_type is not None:
            all_headers["Content-Type"] = content_type
        if experiment_id is not None:
            all_headers["x-mlflow-experiment-id"] = experiment_id
        return self.send("POST", "/v1/traces", data=body, headers=all_headers)

    def ingest(self, body: ExportTraceServiceRequest, **options: Any) -> None:
        """Posts spans that must all be accepted."""
        answer = self.post_otlp(body, **options)
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
        assert not ExportTraceServiceResponse.FromString(answer.content).HasField("partial_success"), answer.content

    def ingest_mlflow(self, spans: Any, *, experiment_id: str, resource: dict | None = None) -> None:
        """Posts spans as MLflow's exporter does: with its headers and without a scope."""
        body = otlp.request(spans, resource=resource or otlp.MLFLOW_RESOURCE)
        self.ingest(body, experiment_id=experiment_id, headers=otlp.MLFLOW_HEADERS)

    # MLflow

    def mlflow(self, method: str, path: str, version: str = "3.0", **options: Any) -> Any:
        answer = self.send(method, f"/api/{version}/mlflow/{path}", **options)
        assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def create_experiment(self, name: str) -> str:
        return self.mlflow("POST", "experiments/create", "2.0", json={"name": name})["experiment_id"]

    def post_start_trace(self, trace_id: bytes, experiment_id: str, **fields: Any) -> requests.Response:
        info = {
            "trace_id": otlp.mlflow_id(trace_id),
            "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment_id}},
            "request_time": "2026-11-18T11:06:40Z",
            "execution_duration": "0.100s",
            "state": "OK",
            **fields,
        }
        body = {"trace": {"trace_info": info}}
        return self.send("POST", "/api/3.0/mlflow/traces", json=body, headers=otlp.MLFLOW_HEADERS)

    def start_trace(self, trace_id: bytes, experiment_id: str, **fields: Any) -> dict:
        answer = self.post_start_trace(trace_id, experiment_id, **fields)
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
        return answer.json()["trace"]["trace_info"]

    def trace_info(self, trace_id: bytes) -> dict:
        return self.mlflow("GET", f"traces/{otlp.mlflow_id(trace_id)}")["trace"]["trace_info"]

    def trace(self, trace_id: bytes, *, allow_partial: bool = False) -> dict:
        """The trace with its spans, as `mlflow.get_trace` asks for it."""
        params = {"trace_id": otlp.mlflow_id(trace_id), "allow_partial": str(allow_partial)}
        return self.mlflow("GET", "traces/get", params=params)["trace"]

    def spans(self, trace_id: bytes) -> list[dict]:
        """Spans of `trace`, with attributes as a plain dictionary."""
        spans = self.trace(trace_id, allow_partial=True).get("spans", [])
        return [{**span, "attributes": plain_attributes(span)} for span in spans]

    def search(self, experiment_id: str) -> list[dict]:
        location = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment_id}}
        return self.mlflow("POST", "traces/search", json={"locations": [location], "max_results": 500}).get("traces", [])

    def experiment_of(self, trace_id: bytes) -> str:
        return self.trace_info(trace_id)["trace_location"]["mlflow_experiment"]["experiment_id"]

    # UI

    def ui(self, path: str, **params: str) -> Any:
        answer = self.send("GET", f"/traceloupe/v1/{path}", params=params)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def ui_traces(self, **params: str) -> list[dict]:
        """All traces, newest first; follows the pages."""
        page = self.ui("traces", **params)
        traces = page["traces"]
        while token := page.get("next_page_token"):
            page = self.ui("traces", page_token=token, **params)
            traces += page["traces"]
        assert page["n_total"] == len(traces)
        return traces

    def ui_rows(self, trace_id: str) -> list[span_table.Row]:
        answer = self.send("GET", f"/traceloupe/v1/traces/{trace_id}/spans")
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
        assert answer.headers["Content-Type"] == "application/vnd.traceloupe.span-table"
        return span_table.decode(answer.content)

    def ui_span(self, trace_id: str, span_id: str) -> dict:
        return self.ui(f"traces/{trace_id}/spans/{span_id}")

    def ui_raw(self, trace_id: str) -> ExportTraceServiceRequest:
        """Every copy of every span, as stored."""
        answer = self.send("GET", f"/traceloupe/v1/traces/{trace_id}/otlp", params={"format": "protobuf"})
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
        return ExportTraceServiceRequest.FromString(answer.content)


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = 15) -> None:
    """Polls a condition that another process makes true."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout_s} s: {what}"
        time.sleep(0.02)


def plain_attributes(span: dict) -> dict:
    return {attribute["key"]: _plain(attribute.get("value")) for attribute in span.get("attributes", [])}


def _plain(value: dict | None) -> Any:
    """A protobuf-JSON value with snake_case names as plain data; an absent or empty one is `None`."""
    if not value:
        return None
    ((kind, content),) = value.items()
    match kind:
        case "array_value":
            return [_plain(item) for item in content.get("values", [])]
        case "kvlist_value":
            return {item["key"]: _plain(item.get("value")) for item in content.get("values", [])}
        case "int_value":
            return int(content)
        case _:
            return content

"""Traces with `@mlflow.trace` only: nested with all kinds of values, one that fails, one that fails and recovers.

Prints the trace ids as JSON.
"""

import json

import mlflow

mlflow.set_experiment("nested")


@mlflow.trace(span_type="TOOL", attributes={"retries": 2, "ratio": 0.5, "dry_run": False})
def look_up(key: str, options: dict | None = None) -> dict:
    return {"key": key, "hits": [1, 2.5, None, True, "five"], "options": options}


@mlflow.trace
def plan(question: str, context: dict, nothing: None = None) -> list[dict]:
    mlflow.update_current_trace(
        tags={"team": "search"},
        metadata={"mlflow.trace.session": "session 7", "mlflow.trace.user": "ann"},
        client_request_id="request 42",
    )
    return [look_up("a"), look_up("b", options={"deep": {"er": [1]}})]


@mlflow.trace(name="fails")
def fail() -> None:
    raise ValueError("out of tea")


@mlflow.trace
def recover() -> str:
    try:
        fail()
    except ValueError as error:
        return f"recovered from {error}"


trace_ids = {}

plan("What is a span?", {"user": {"name": "Änne 🙂", "tags": []}})
trace_ids["nested"] = mlflow.get_last_active_trace_id()

try:
    fail()
except ValueError:
    trace_ids["failed"] = mlflow.get_last_active_trace_id()

recover()
trace_ids["recovered"] = mlflow.get_last_active_trace_id()

print(json.dumps(trace_ids))

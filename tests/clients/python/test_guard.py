"""Who may talk to the server: hosts that cannot be rebound, and pages of this machine."""

from __future__ import annotations

import pytest

import otlp
from api import PROTOBUF, Api

pytestmark = pytest.mark.traceloupe

FOREIGN = ["https://evil.example", "http://localhost.evil.example", "null"]
OWN = ["http://localhost:3000", "http://127.0.0.1:8080", "http://[::1]:5173"]
WRITES = [
    ("/v1/traces", {"data": otlp.request(otlp.span(b"\1" * 16)).SerializeToString()}, {"Content-Type": PROTOBUF}),
    ("/api/2.0/mlflow/experiments/create", {"json": {"name": "guarded"}}, {}),
    ("/traceloupe/v1/test-trace", {}, {}),
]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:5000", "localhost.evil.example", "127.0.0.1.evil.example"])
@pytest.mark.parametrize("path", ["/", "/traceloupe/v1/status", "/api/2.0/mlflow/experiments/get?experiment_id=0"])
def test_a_rebindable_host_is_refused(api: Api, host: str, path: str) -> None:
    assert api.send("GET", path, headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1", "[::1]:5000", "192.168.1.7:5000", "0.0.0.0"])
def test_localhost_and_ip_literals_are_served(api: Api, host: str) -> None:
    assert api.send("GET", "/traceloupe/v1/status", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize(("path", "options", "headers"), WRITES, ids=[write[0] for write in WRITES])
def test_a_foreign_page_may_not_write(api: Api, origin: str, path: str, options: dict, headers: dict) -> None:
    answer = api.send("POST", path, headers={**headers, "Origin": origin}, **options)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_page_may_not_read(api: Api, origin: str) -> None:
    answer = api.send("GET", "/traceloupe/v1/status", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("origin", OWN)
def test_a_page_of_this_machine_may_send_spans(api: Api, origin: str) -> None:
    preflight = api.send(
        "OPTIONS",
        "/v1/traces",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-mlflow-experiment-id",
        },
    )
    assert preflight.status_code in (200, 204)
    assert preflight.headers["Access-Control-Allow-Origin"] == origin
    allowed = preflight.headers["Access-Control-Allow-Headers"].lower()
    assert allowed == "*" or {"content-type", "x-mlflow-experiment-id"} <= set(allowed.replace(" ", "").split(","))
    answer = api.post_otlp(otlp.request(otlp.span(otlp.new_trace_id())), headers={"Origin": origin})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == origin

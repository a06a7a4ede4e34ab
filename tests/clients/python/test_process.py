"""The binary as a process: what is acknowledged survives a graceful stop, and the SDK's traces with it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

import otlp
from api import Api

pytestmark = pytest.mark.traceloupe


def test_nothing_acknowledged_is_lost_by_sigterm(start_server, tmp_path: Path) -> None:
    """Clients are sending while the process is told to stop: each answer of 200 must still be true after a restart."""
    server = start_server(tmp_path / "data")
    api = Api(server.url)
    experiment_id = api.create_experiment("stop")
    acknowledged: list[str] = []

    def send_until_stopped(_number: int) -> None:
        client = Api(server.url)
        while True:
            trace_id = otlp.new_trace_id()
            try:
                answer = client.post_otlp(otlp.request(otlp.span(trace_id)), experiment_id=experiment_id)
            except requests.RequestException:
                return
            if answer.status_code != 200:
                return
            acknowledged.append(trace_id.hex())

    with ThreadPoolExecutor(8) as pool:
        senders = [pool.submit(send_until_stopped, number) for number in range(8)]
        while len(acknowledged) < 200 and not all(sender.done() for sender in senders):
            time.sleep(0.01)
        server.stop()
        for sender in senders:
            sender.result()
    assert len(acknowledged) >= 200

    server = start_server(tmp_path / "data")
    try:
        stored = {trace["trace_id"] for trace in Api(server.url).ui_traces(experiment_id=experiment_id)}
        assert set(acknowledged) <= stored
    finally:
        server.stop()


def test_ready_line(server) -> None:
    ready = server.ready
    assert ready["event"] == "ready"
    assert Path(ready["data_dir"]).samefile(server.data_dir)
    assert ready["version"]
    for key in ("http", "otlp_http"):
        host, port = ready[key].rsplit(":", 1)
        assert host == "127.0.0.1" and int(port) > 0
    status = Api(server.url).ui("status")
    assert (status["version"], status["default_experiment_id"]) == (ready["version"], "0")


def test_version_and_health_are_mlflows(api: Api) -> None:
    """The SDK sends spans over OTLP only if `/version` is at least 3.4."""
    version = api.send("GET", "/version")
    assert (version.status_code, version.text) == (200, "3.18.0")
    health = api.send("GET", "/health")
    assert (health.status_code, health.text) == (200, "OK")
    info = api.mlflow("GET", "server-info")
    assert (info["store_type"], info["workspaces_enabled"]) == ("SqlStore", False)

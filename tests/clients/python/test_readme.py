"""The variables that README.md names do what it says, with every SDK and with Python's own launcher."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import known_tree
import language_clients
from api import Api
from language_clients import CLIENTS, Client
from server_process import Traceloupe

pytestmark = pytest.mark.traceloupe

README = CLIENTS.parent.parent / "README.md"
APP = """
from opentelemetry import trace

with trace.get_tracer("app").start_as_current_span("hello"):
    pass
"""


@pytest.fixture
def variables(server: Traceloupe, experiment: str) -> dict[str, str]:
    """As README.md exports them, but for the port and the experiment."""
    exported = dict(re.findall(r"^export (OTEL_\w+)=(\S+)", README.read_text(encoding="utf-8"), re.MULTILINE))
    assert exported == {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:5000",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_EXPORTER_OTLP_HEADERS": "x-mlflow-experiment-id=1",
    }
    port = server.url.rsplit(":", 1)[1]
    exported["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"http://localhost:{port}"
    exported["OTEL_EXPORTER_OTLP_HEADERS"] = f"x-mlflow-experiment-id={experiment}"
    return exported


@pytest.mark.parametrize("client", language_clients.ALL, ids=lambda client: client.language)
def test_every_sdk_takes_the_variables(
    api: Api, program_environment, variables: dict[str, str], experiment: str, client: Client
) -> None:
    sent = language_clients.send(client, "http/protobuf", program_environment, **variables)
    known_tree.assert_arrived(api, client, "http/protobuf", sent)
    assert api.experiment_of(bytes.fromhex(sent.trace_id)) == experiment


def test_the_launcher_for_python_takes_the_variables(
    api: Api, program_environment, variables: dict[str, str], experiment: str, tmp_path: Path
) -> None:
    """`opentelemetry-instrument` sends metrics and logs too, unless told not to, and complains where they are refused."""
    app = tmp_path / "app.py"
    app.write_text(APP)
    launcher = Path(sys.executable).with_name("opentelemetry-instrument")
    finished = subprocess.run(
        [launcher, sys.executable, app],
        env={**program_environment, **variables, "OTEL_SERVICE_NAME": "launched"},
        capture_output=True,
        text=True,
        timeout=language_clients.TIMEOUT_S,
    )
    assert finished.returncode == 0, finished.stderr
    assert "Failed" not in finished.stderr and "Traceback" not in finished.stderr, finished.stderr
    (trace,) = api.ui_traces(experiment_id=experiment)
    assert (trace["name"], trace["services"], trace["n_spans"]) == ("hello", ["launched"], 1)

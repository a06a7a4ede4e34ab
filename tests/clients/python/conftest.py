"""Fixtures: the server under test, a fake OpenAI, and programs run as a user would run them."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api import Api
from fake_openai import FakeOpenAI
from server_process import MlflowServer, Traceloupe

SCENARIOS = Path(__file__).parent / "scenarios"
SCENARIO_TIMEOUT_S = 90

# What a user who wants quiet, quick and private clients sets; everything else is the clients' default.
CLIENT_SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "OPENAI_API_KEY": "not-a-key",
    "PYTHONUNBUFFERED": "1",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--server", choices=("traceloupe", "mlflow"), default="traceloupe", help="the server under test")


# Of programs under test: taken before the SDK in this process writes its own state into the environment.
_program_environment: dict[str, str] = {}


def pytest_configure() -> None:
    for key in [key for key in os.environ if key.startswith(("MLFLOW_", "OTEL_", "OPENAI_"))]:
        del os.environ[key]
    os.environ.update(CLIENT_SETTINGS)
    _program_environment.update(os.environ)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--server") == "mlflow":
        skip = pytest.mark.skip(reason="Traceloupe only: differs from MLflow on purpose, or needs the UI API")
        for item in items:
            if item.get_closest_marker("traceloupe"):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def start_server(pytestconfig: pytest.Config):
    return MlflowServer if pytestconfig.getoption("--server") == "mlflow" else Traceloupe


@pytest.fixture(scope="session")
def server(start_server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traceloupe | MlflowServer]:
    """The server that most tests share; each works in its own experiment."""
    server = start_server(tmp_path_factory.mktemp("shared") / "data")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A real `mlflow server` to compare with: one for all tests, for it takes its time to start."""
    server = MlflowServer(tmp_path_factory.mktemp("real") / "data")
    yield Api(server.url)
    server.stop()


@pytest.fixture
def api(server: Traceloupe | MlflowServer) -> Api:
    return Api(server.url)


_numbers = itertools.count(1)


@pytest.fixture
def experiment(api: Api) -> str:
    """Id of a new experiment."""
    return api.create_experiment(f"experiment {next(_numbers)}")


@pytest.fixture
def other_experiment(api: Api) -> str:
    return api.create_experiment(f"other experiment {next(_numbers)}")


@pytest.fixture(scope="session")
def fake_openai() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as fake:
        yield fake


@pytest.fixture(scope="session")
def program_environment() -> dict[str, str]:
    """The environment of a program under test: the user's, without any setting of an SDK."""
    return dict(_program_environment)


@pytest.fixture(scope="session")
def run_scenario(fake_openai: FakeOpenAI):
    """Runs a program of `scenarios/` in its own process, against a server, and returns what it printed."""

    def run(name: str, url: str, *arguments: str, python: str = sys.executable, **environment: str) -> str:
        finished = subprocess.run(
            [python, str(SCENARIOS / f"{name}.py"), *arguments],
            env={**_program_environment, "MLFLOW_TRACKING_URI": url, "OPENAI_BASE_URL": fake_openai.base_url, **environment},
            capture_output=True,
            text=True,
            timeout=SCENARIO_TIMEOUT_S,
        )
        assert finished.returncode == 0, f"{name} failed:\n{finished.stdout}\n{finished.stderr}"
        for complaint in ("Traceback", "Failed to", "WARNING"):
            assert complaint not in finished.stderr, f"{name} complains:\n{finished.stderr}"
        return finished.stdout

    return run

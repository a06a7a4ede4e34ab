"""A server that listens beyond this machine wants its token from every client, and each SDK can send it by its own variables."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest

import known_tree
import language_clients
import otlp
from api import Api
from language_clients import Client
from server_process import Traceloupe
from test_known_tree import IDS, SENDERS

pytestmark = pytest.mark.traceloupe

ANYWHERE = "0.0.0.0:0"
TOKEN = "correct-horse.battery_staple~9"


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traceloupe]:
    data_dir = tmp_path_factory.mktemp("open") / "data"
    server = Traceloupe(data_dir, listen=ANYWHERE, otlp_http=ANYWHERE, otlp_grpc=ANYWHERE, flags=["--token", TOKEN])
    yield server
    server.stop()


def address(server: Traceloupe, listener: str) -> str:
    """As a program on this machine names it."""
    return f"http://127.0.0.1:{server.ready[listener].rsplit(':', 1)[1]}"


@pytest.fixture
def open_api(open_server: Traceloupe) -> Api:
    return Api(address(open_server, "http"), token=TOKEN)


@pytest.mark.parametrize(("client", "protocol"), SENDERS, ids=IDS)
def test_otel_sdks_send_the_token_as_a_header(
    open_server: Traceloupe, open_api: Api, program_environment, client: Client, protocol: str
) -> None:
    endpoint = address(open_server, "otlp_grpc" if protocol == "grpc" else "otlp_http")
    # The value is percent-encoded, as in W3C Baggage: the blank must be.
    header = f"authorization=Bearer%20{TOKEN}"
    sent = language_clients.send(
        client, protocol, program_environment, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint, OTEL_EXPORTER_OTLP_HEADERS=header
    )
    known_tree.assert_arrived(open_api, client, protocol, sent)


def test_the_mlflow_sdk_sends_the_token(open_server: Traceloupe, open_api: Api, run_scenario) -> None:
    run_scenario("autotrace", address(open_server, "http"), MLFLOW_TRACKING_TOKEN=TOKEN)
    sources = [trace["sources"] for trace in open_api.ui_traces()]
    assert sources.count(["mlflow"]) == 1


@pytest.mark.parametrize("token", [None, "wrong", TOKEN.upper(), TOKEN[:-1]])
def test_nothing_is_taken_or_told_without_it(open_server: Traceloupe, open_api: Api, token: str | None) -> None:
    stranger = Api(address(open_server, "http"), token=token)
    span = otlp.span(otlp.new_trace_id(), "unwanted")
    assert stranger.post_otlp(otlp.request(span)).status_code == 401
    for path in ("/traceloupe/v1/traces", "/api/2.0/mlflow/experiments/get?experiment_id=0"):
        assert stranger.send("GET", path).status_code == 401
    assert stranger.send("POST", "/api/2.0/mlflow/experiments/create", json={"name": "unwanted"}).status_code == 401
    assert open_api.send("GET", f"/traceloupe/v1/traces/{span.trace_id.hex()}").status_code == 404


def test_beyond_this_machine_there_is_no_server_without_a_token(tmp_path) -> None:
    command = [os.environ["TRACELOUPE_BIN"], "serve", "--listen", ANYWHERE, "--data-dir", tmp_path]
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert refused.returncode != 0
    assert (refused.stdout, "token" in refused.stderr) == ("", True), refused.stderr

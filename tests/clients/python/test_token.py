"""A server that listens beyond this machine wants its token from every client, and each SDK can send it by its own variables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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

    def stranger() -> Api:
        """On a connection of its own: after a refusal whose body nobody read, the server may close it."""
        return Api(address(open_server, "http"), token=token)

    span = otlp.span(otlp.new_trace_id(), "unwanted")
    assert stranger().post_otlp(otlp.request(span)).status_code == 401
    for path in ("/traceloupe/v1/traces", "/api/2.0/mlflow/experiments/get?experiment_id=0"):
        assert stranger().send("GET", path).status_code == 401
    assert stranger().send("POST", "/api/2.0/mlflow/experiments/create", json={"name": "unwanted"}).status_code == 401
    assert open_api.send("GET", f"/traceloupe/v1/traces/{span.trace_id.hex()}").status_code == 404


def test_without_a_token_of_the_users_one_is_made_and_wanted(tmp_path: Path) -> None:
    """It is kept in the data folder for its owner alone, told at start, and the same after a restart (docs/settings.md)."""
    data_dir = tmp_path / "data"
    made = []
    for _ in range(2):
        server = Traceloupe(data_dir, listen=ANYWHERE)
        try:
            url = address(server, "http")
            token = (data_dir / "token").read_text().strip()
            assert (data_dir / "token").stat().st_mode & 0o077 == 0
            assert token and token in server.log()
            assert Api(url).send("GET", "/traceloupe/v1/status").status_code == 401
            assert Api(url, token=token).send("GET", "/traceloupe/v1/status").status_code == 200
        finally:
            server.stop()
        made.append(token)
    assert made[0] == made[1]

"""What a misconfigured SDK sends is not lost: the inbox names the SDK, says what to do, and gives the spans back whole."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

import known_tree
import language_clients
from api import Api
from language_clients import Client
from server_process import Traceloupe
from test_known_tree import IDS, SENDERS

pytestmark = pytest.mark.traceloupe

NOTED_WITHIN_S = 20
SDKS = {"python": "Python", "nodejs": "JavaScript", "go": "Go", "java": "Java", "rust": "Rust"}


@pytest.fixture(scope="module")
def inbox_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traceloupe]:
    server = Traceloupe(tmp_path_factory.mktemp("inbox") / "data")
    yield server
    server.stop()


@pytest.fixture
def inbox_api(inbox_server: Traceloupe) -> Iterator[Api]:
    """Finds the inbox empty and leaves it so."""
    api = Api(inbox_server.url)
    assert api.ui("rejected")["groups"] == []
    yield api
    assert api.send("DELETE", "/traceloupe/v1/rejected").status_code in (200, 204)


@pytest.mark.parametrize(("client", "protocol"), SENDERS, ids=IDS)
def test_spans_for_an_unknown_experiment_wait_and_can_be_accepted(
    inbox_server: Traceloupe, inbox_api: Api, program_environment, client: Client, protocol: str
) -> None:
    listener = "otlp_grpc" if protocol == "grpc" else "otlp_http"
    sent = language_clients.send_in_vain(
        client,
        protocol,
        # The metrics of the SDK for Java would be refused beside its spans.
        {**program_environment, "OTEL_METRICS_EXPORTER": "none"},
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{inbox_server.ready[listener]}",
        OTEL_EXPORTER_OTLP_HEADERS="x-mlflow-experiment-id=987654",
    )
    assert inbox_api.send("GET", f"/traceloupe/v1/traces/{sent.trace_id}").status_code == 404

    (group,) = inbox_api.ui("rejected")["groups"]
    assert (group["kind"], group["transport"]) == ("unknown_experiment", "grpc" if protocol == "grpc" else "http")
    assert "987654" in group["reason"]
    assert SDKS[client.language] in (group["sdk"] or ""), f"not recognised: {group['user_agent']}"
    detail = inbox_api.ui(f"rejected/{group['group_id']}")
    assert detail["fix"]["text"] and detail["fix"]["snippets"]
    assert sum(request["n_waiting"] for request in detail["requests"]) == len(sent.span_ids)

    experiment = inbox_api.create_experiment(f"accepted {client.language} {protocol}")
    accepted = inbox_api.send("POST", f"/traceloupe/v1/rejected/{group['group_id']}/accept", json={"experiment_id": experiment})
    assert accepted.status_code == 200, accepted.text
    assert accepted.json()["n_stored"] == len(sent.span_ids)
    assert accepted.json()["trace_ids"] == [sent.trace_id]
    assert inbox_api.ui("rejected")["groups"] == []
    known_tree.assert_arrived(inbox_api, client, protocol, sent)
    assert inbox_api.experiment_of(bytes.fromhex(sent.trace_id)) == experiment


def test_an_exporter_that_speaks_tls_is_told_to_use_plain_http(
    inbox_server: Traceloupe, inbox_api: Api, program_environment
) -> None:
    """Go's exporters use TLS unless told otherwise: with no setting at all they speak it to the default port."""
    client = next(client for client in language_clients.ALL if client.language == "go")
    endpoint = f"https://{inbox_server.ready['otlp_http']}"
    settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_EXPORTER_OTLP_INSECURE": "false"}
    language_clients.send_in_vain(client, "http/protobuf", program_environment, **settings)
    # The client hears the answer before the inbox has it: there is no request whose answer could wait.
    deadline = time.monotonic() + NOTED_WITHIN_S
    while not (groups := inbox_api.ui("rejected")["groups"]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(groups) == 1
    assert "TLS" in groups[0]["reason"]
    fix = inbox_api.ui(f"rejected/{groups[0]['group_id']}")["fix"]
    assert any("http://" in snippet["code"] for snippet in fix["snippets"])

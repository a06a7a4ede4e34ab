"""One known tree from the real SDK of every language, over every protocol it speaks, arrives field by field."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterator

import pytest

import known_tree
import language_clients
from api import Api
from language_clients import Client
from otlp_json import plain
from server_process import Traceloupe
from span_table import outline

pytestmark = pytest.mark.traceloupe

SENDERS = [(client, protocol) for client in language_clients.ALL for protocol in client.protocols]
IDS = [f"{client.language}-{protocol}" for client, protocol in SENDERS]

OUTLINE = """\
POST /orders/{id}
  every type of value
  charge card
  publish order
    consume order
  invoke_agent helper
    chat gpt-4o-mini
    execute_tool weather"""


@pytest.mark.parametrize(("client", "protocol"), SENDERS, ids=IDS)
def test_the_known_tree_arrives(server: Traceloupe, api: Api, program_environment, client: Client, protocol: str) -> None:
    listener = "otlp_grpc" if protocol == "grpc" else "otlp_http"
    endpoint = f"http://{server.ready[listener]}"
    sent = language_clients.send(client, protocol, program_environment, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
    known_tree.assert_arrived(api, client, protocol, sent)
    assert_llm_view(api, sent.trace_id, sent.span_ids)


def assert_llm_view(api: Api, trace_id: str, span_ids: dict[str, str]) -> None:
    """What the GenAI conventions say of the tree (semantic-conventions-genai, and MLflow's names of the kinds)."""
    rows = api.ui_rows(trace_id)
    assert outline(rows) == OUTLINE
    types = {row.name: row.span_type for row in rows if row.span_type}
    assert types == {"invoke_agent helper": "AGENT", "chat gpt-4o-mini": "CHAT_MODEL", "execute_tool weather": "TOOL"}
    summary = api.ui(f"traces/{trace_id}")["summary"]
    assert (summary["n_spans"], summary["n_errors"], summary["services"]) == (8, 1, ["known-tree"])
    assert (summary["input_tokens"], summary["output_tokens"]) == (47, 17)
    assert summary["session"] == "conversation-5"

    chat = api.ui_span(trace_id, span_ids["chat gpt-4o-mini"])
    assert plain(chat["inputs"]) == [{"role": "user", "parts": [{"type": "text", "content": "Weather in Köln? ☂"}]}]
    call = {"type": "tool_call", "id": "call_1", "name": "weather", "arguments": {"city": "Köln"}}
    assert plain(chat["outputs"]) == [{"role": "assistant", "parts": [call], "finish_reason": "tool_call"}]
    tool = api.ui_span(trace_id, span_ids["execute_tool weather"])
    assert (plain(tool["inputs"]), plain(tool["outputs"])) == ({"city": "Köln"}, {"rain": True, "celsius": 11.5})


@pytest.fixture(scope="module")
def default_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traceloupe]:
    """A server on the ports where every exporter sends by default."""
    for address in itertools.product(("127.0.0.1", "::1"), (4317, 4318)):
        if is_taken(address):
            pytest.skip(f"{address} is taken: exporters without a setting cannot be tested")
    data_dir = tmp_path_factory.mktemp("default-ports") / "data"
    server = Traceloupe(data_dir, otlp_http="127.0.0.1:4318", otlp_grpc="127.0.0.1:4317")
    yield server
    server.stop()


def is_taken(address: tuple[str, int]) -> bool:
    """Whether something listens there; a machine without IPv6 has no `::1` to listen on."""
    try:
        with socket.create_connection(address, timeout=1):
            return True
    except OSError:
        return False


@pytest.mark.parametrize(("client", "protocol"), SENDERS, ids=IDS)
def test_exporters_find_the_server_without_a_setting(
    default_server: Traceloupe, program_environment, client: Client, protocol: str
) -> None:
    sent = language_clients.send(client, protocol, program_environment, **client.settings)
    known_tree.assert_arrived(Api(default_server.url), client, protocol, sent)


def test_the_java_sdk_chooses_a_protocol_that_works(default_server: Traceloupe, program_environment) -> None:
    """Its default differs between the SDK and the agent, and between their versions."""
    client = next(client for client in language_clients.ALL if client.language == "java")
    sent = language_clients.send(client, "default", program_environment)
    known_tree.assert_arrived(Api(default_server.url), client, "default", sent)

"""The comparison of known trees sees every difference: each value of the tree, changed alone, makes it fail."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

import known_tree
import language_clients
from api import Api
from server_process import Traceloupe

pytestmark = pytest.mark.traceloupe


class Remembering:
    """Asks the server once for each thing."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._answers: dict[tuple, Any] = {}

    def _once(self, method: str, *arguments: str, **options: str) -> Any:
        key = (method, arguments, *options.items())
        if key not in self._answers:
            self._answers[key] = getattr(self._api, method)(*arguments, **options)
        return copy.deepcopy(self._answers[key])

    def ui(self, path: str, **params: str) -> Any:
        return self._once("ui", path, **params)

    def ui_span(self, trace_id: str, span_id: str) -> dict:
        return self._once("ui_span", trace_id, span_id)


def changed(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Copies of a JSON value, each with one leaf, key or element that differs, and where."""
    match node:
        case dict():
            for key in node:
                for at, other in changed(node[key], f"{path}.{key}"):
                    yield at, {**node, key: other}
        case list():
            for i, item in enumerate(node):
                for at, other in changed(item, f"{path}[{i}]"):
                    yield at, [*node[:i], other, *node[i + 1 :]]
                yield f"{path}[{i}] left out", [*node[:i], *node[i + 1 :]]
        case bool():
            yield path, not node
        case None:
            yield path, "consume order"
        case str() if path.endswith((".kind", ".code", ".parent", ".scope", ".span")):
            # Names of other things: another one of them.
            firsts = {"kind": "CONSUMER", "code": "OK", "parent": "execute_tool weather", "scope": "shop", "span": "charge card"}
            seconds = {"kind": "SERVER", "code": "ERROR", "parent": "publish order", "scope": "llm", "span": "publish order"}
            kind = path.rsplit(".", 1)[1]
            yield path, firsts[kind] if node != firsts[kind] else seconds[kind]
        case str():
            is_number = path.endswith(("intValue", "doubleValue", "UnixNano"))
            yield path, "7" if is_number else f"{node}?"


def test_every_difference_is_seen(server: Traceloupe, api: Api, program_environment, monkeypatch: pytest.MonkeyPatch) -> None:
    client = language_clients.ALL[0]
    endpoint = f"http://{server.ready['otlp_http']}"
    sent = language_clients.send(client, "http/protobuf", program_environment, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
    remembering = Remembering(api)
    original = known_tree.tree()
    known_tree.assert_arrived(remembering, client, "http/protobuf", sent)
    unseen, n_changed = [], 0
    for at, other in changed(original):
        if at.endswith(".traceState") and not client.sends_link_state:
            continue
        n_changed += 1
        monkeypatch.setattr(known_tree, "tree", lambda other=other: other)
        try:
            known_tree.assert_arrived(remembering, client, "http/protobuf", sent)
        except (AssertionError, KeyError, StopIteration):
            continue
        unseen.append(at)
    assert unseen == []
    assert n_changed > 200

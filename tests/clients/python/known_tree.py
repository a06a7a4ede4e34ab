"""Compares what the server holds of a known tree with `known_tree.json`, field by field, through the UI API."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

from api import Api
from language_clients import TREE, Client, Sent
from otlp_json import attributes, value

KINDS = {"INTERNAL": 1, "SERVER": 2, "CLIENT": 3, "PRODUCER": 4, "CONSUMER": 5}
STATUS_CODES = {"OK": 1, "ERROR": 2}
# SpanFlags of the trace protocol.
HAS_IS_REMOTE, IS_REMOTE = 0x100, 0x200
# What SDKs find out by themselves.
DETECTED = ("telemetry.sdk.", "service.instance.id", "process.", "host.", "os.")
INT64 = range(-(2**63), 2**63)


def tree() -> dict:
    return json.loads(TREE.read_text(encoding="utf-8"))


class Expected:
    """The known tree as one client sends it over one protocol."""

    def __init__(self, client: Client, protocol: str, sent: Sent) -> None:
        self.client, self.protocol, self.sent = client, protocol, sent
        self.tree = tree()

    def span(self, given: dict) -> dict[str, Any]:
        """A span as the raw view must show it; its exception stands apart, in `exception_of`."""
        return {
            "traceId": self.sent.trace_id,
            "spanId": self.sent.span_ids[given["name"]],
            "parentSpanId": self.sent.span_ids[given["parent"]] if given["parent"] else "",
            "traceState": "",
            "flags": HAS_IS_REMOTE | self.client.trace_flags,
            "name": given["name"],
            "kind": KINDS[given["kind"]],
            "startTimeUnixNano": given["startTimeUnixNano"],
            "endTimeUnixNano": given["endTimeUnixNano"],
            "attributes": self.attributes(given["attributes"]),
            "events": [
                (event["name"], event["timeUnixNano"], self.attributes(event["attributes"])) for event in given.get("events", [])
            ],
            "links": [self._link(link) for link in given.get("links", [])],
            "status": (STATUS_CODES[given["status"]["code"]], given["status"].get("message", "")) if "status" in given else (0, ""),
            "scope": self.scope(given["scope"]),
            "dropped": (0, 0, 0),
        }

    def attributes(self, given: Iterable[dict]) -> dict[str, Any]:
        return {item["key"]: self._value(item["value"]) for item in given}

    def scope(self, key: str) -> tuple[str, str, str]:
        scope = self.tree["scopes"][key]
        return scope["name"], scope.get("version", ""), scope.get("schemaUrl", "")

    def _value(self, given: dict) -> tuple:
        kind, content = value(given)
        if kind == "array":
            return kind, tuple(self._value(item) for item in given["arrayValue"]["values"])
        if kind not in ("int", "double"):
            return kind, content
        number = float(content)
        if kind == "double" and self.protocol == "http/json" and not math.isfinite(number):
            # OTLP's JSON would say "NaN"; the SDKs' JSON writers say `null`, which is no value.
            return "empty", None
        if self.client.has_only_doubles:
            # Every whole number is sent as an integer, as long as it is one to OTLP.
            return ("int", int(number)) if number.is_integer() and int(number) in INT64 else ("double", repr(number))
        return kind, content

    def _link(self, given: dict) -> tuple:
        attributes = self.attributes(given["attributes"])
        if "span" in given:
            flags = HAS_IS_REMOTE | self.client.trace_flags
            return self.sent.trace_id, self.sent.span_ids[given["span"]], "", flags, attributes
        state = given["traceState"] if self.client.sends_link_state else ""
        return given["traceId"], given["spanId"], state, HAS_IS_REMOTE | IS_REMOTE, attributes


def assert_arrived(api: Api, client: Client, protocol: str, sent: Sent) -> None:
    """The whole of the tree is there, and nothing else is."""
    expected = Expected(client, protocol, sent)
    raw = api.ui(f"traces/{sent.trace_id}/otlp", format="json")
    found = {}
    for group in raw["resourceSpans"]:
        assert_resource(expected, attributes(group["resource"].get("attributes")))
        for scope_spans in group["scopeSpans"]:
            for span in scope_spans["spans"]:
                assert span["name"] not in found, f"{span['name']} is there twice"
                found[span["name"]] = (span, scope_spans)
    assert sorted(found) == sorted(sent.span_ids) == sorted(span["name"] for span in expected.tree["spans"])
    for given in expected.tree["spans"]:
        events, exception = _without_exception(found[given["name"]][0].get("events", []))
        raw_span = _raw(*found[given["name"]], events)
        wanted = expected.span(given)
        for field, content in wanted.items():
            assert_same(raw_span[field], content, f"{field} of {given['name']!r}")
        assert_exception(expected, given, exception)
        assert_detail(expected, wanted, api.ui_span(sent.trace_id, wanted["spanId"]))


def assert_resource(expected: Expected, found: dict[str, Any]) -> None:
    """What the tree says, and what every SDK says of itself."""
    wanted = expected.attributes(expected.tree["resource"])
    of_the_tree = {key: content for key, content in found.items() if not key.startswith(DETECTED)}
    assert_same(of_the_tree, wanted, "resource")
    assert found["telemetry.sdk.language"] == ("string", expected.client.language)
    assert found["telemetry.sdk.name"] == ("string", "opentelemetry")
    assert "telemetry.sdk.version" in found


def assert_exception(expected: Expected, given: dict, found: dict | None) -> None:
    exception = given.get("exception")
    assert (exception is None) == (found is None), f"exception of {given['name']!r}"
    if exception is None:
        return
    client, sent = expected.client, expected.sent
    shown = attributes(found.get("attributes"))
    assert shown.keys() == {"exception.message", *client.exception}
    assert shown["exception.message"] == ("string", exception["message"])
    for key, content in client.exception.items():
        assert shown[key][0] == "string" and content in (None, shown[key][1]), f"{key} is {shown[key]}"
    if client.takes_exception_time:
        assert found["timeUnixNano"] == exception["timeUnixNano"]
    else:
        assert sent.started_ns <= int(found["timeUnixNano"]) <= sent.ended_ns


def assert_detail(expected: Expected, wanted: dict[str, Any], detail: dict) -> None:
    """The inspector's view of one span says the same as the raw one."""
    events, _ = _without_exception(detail["events"])
    kind = next(name for name, number in KINDS.items() if number == wanted["kind"])
    status = {0: "UNSET", **{number: name for name, number in STATUS_CODES.items()}}[wanted["status"][0]]
    (origin,) = detail["origins"]
    scope = origin["scope"]
    shown = {
        "traceId": detail["trace_id"],
        "spanId": detail["span_id"],
        "parentSpanId": detail["parent_span_id"] or "",
        "traceState": detail["trace_state"],
        "flags": detail["flags"],
        "name": detail["name"],
        "kind": detail["kind"],
        "startTimeUnixNano": detail["start_time_unix_nano"],
        "endTimeUnixNano": detail["end_time_unix_nano"],
        "attributes": attributes(detail["attributes"]),
        "events": [(event["name"], event["time_unix_nano"], attributes(event["attributes"])) for event in events],
        "links": [
            (link["trace_id"], link["span_id"], link["trace_state"], link["flags"], attributes(link["attributes"]))
            for link in detail["links"]
        ],
        "status": (detail["status"]["code"], detail["status"]["message"]),
        "scope": (scope["name"], scope["version"], scope["schema_url"]),
        "dropped": tuple(detail[f"dropped_{what}_count"] for what in ("attributes", "events", "links")),
    }
    in_words = {**wanted, "kind": f"SPAN_KIND_{kind}", "status": (f"STATUS_CODE_{status}", wanted["status"][1])}
    for field, content in in_words.items():
        assert_same(shown[field], content, f"{field} of {wanted['name']!r} in the inspector")
    duration = int(wanted["endTimeUnixNano"]) - int(wanted["startTimeUnixNano"])
    assert detail["duration_ns"] == str(duration)
    assert detail["source"]["name"] == origin["exporter"] == "opentelemetry"
    assert_resource(expected, attributes(origin["resource"]["attributes"]))


def assert_same(found: Any, wanted: Any, what: str) -> None:
    if isinstance(wanted, dict):
        keys = [key for key in {**wanted, **found} if found.get(key) != wanted.get(key)]
        found, wanted = ({key: side.get(key) for key in keys} for side in (found, wanted))
    assert found == wanted, f"{what}: found {found!r}, sent {wanted!r}"


def _raw(span: dict, scope_spans: dict, events: list[dict]) -> dict[str, Any]:
    scope = scope_spans.get("scope", {})
    status = span.get("status", {})
    return {
        "traceId": span["traceId"],
        "spanId": span["spanId"],
        "parentSpanId": span.get("parentSpanId", ""),
        "traceState": span.get("traceState", ""),
        "flags": span.get("flags", 0),
        "name": span["name"],
        "kind": span.get("kind", 0),
        "startTimeUnixNano": span["startTimeUnixNano"],
        "endTimeUnixNano": span["endTimeUnixNano"],
        "attributes": attributes(span.get("attributes")),
        "events": [(event["name"], event["timeUnixNano"], attributes(event.get("attributes"))) for event in events],
        "links": [
            (
                link["traceId"],
                link["spanId"],
                link.get("traceState", ""),
                link.get("flags", 0),
                attributes(link.get("attributes")),
            )
            for link in span.get("links", [])
        ],
        "status": (status.get("code", 0), status.get("message", "")),
        "scope": (scope.get("name", ""), scope.get("version", ""), scope_spans.get("schemaUrl", "")),
        "dropped": tuple(span.get(f"dropped{what}Count", 0) for what in ("Attributes", "Events", "Links")),
    }


def _without_exception(events: list[dict]) -> tuple[list[dict], dict | None]:
    exceptions = [event for event in events if event["name"] == "exception"]
    assert len(exceptions) <= 1
    return [event for event in events if event["name"] != "exception"], exceptions[0] if exceptions else None

"""Reads the values and attributes of OTLP/JSON, as the UI API and its raw view show them."""

from __future__ import annotations

from typing import Any


def value(given: dict) -> tuple[str, Any]:
    """One AnyValue of OTLP/JSON, with its type; doubles as text, so that NaN equals itself."""
    if not given:
        return "empty", None
    ((kind, content),) = given.items()
    match kind:
        case "stringValue":
            return "string", content
        case "boolValue":
            return "bool", content
        case "intValue":
            return "int", int(content)
        case "doubleValue":
            return "double", repr(float(content))
        case "arrayValue":
            return "array", tuple(value(item) for item in content.get("values", []))
    raise AssertionError(f"unexpected {given}")


def plain(given: dict) -> Any:
    """An AnyValue of OTLP/JSON as plain data, in which an integer and a double look the same."""
    if not given:
        return None
    ((kind, content),) = given.items()
    match kind:
        case "arrayValue":
            return [plain(item) for item in content.get("values", [])]
        case "kvlistValue":
            return {item["key"]: plain(item["value"]) for item in content.get("values", [])}
        case _:
            return value(given)[1] if kind != "doubleValue" else float(content)


def attributes(given: list[dict] | None) -> dict[str, Any]:
    keys = [item["key"] for item in given or []]
    assert len(keys) == len(set(keys)), f"a key twice in {keys}"
    return {item["key"]: value(item.get("value", {})) for item in given or []}

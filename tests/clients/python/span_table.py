"""Decodes the UI API's binary span table, from its description in docs/formats/span-table.md alone."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass

_FORMATS = {"u8": "B", "u16": "H", "u32": "I", "i32": "i", "f64": "d", "u64": "Q"}
SOURCES = {0: ("opentelemetry", False), 1: ("mlflow", False), 2: ("opentelemetry", True)}


@dataclass(frozen=True)
class Row:
    """One row of the waterfall."""

    span_id: str
    parent: int
    depth: int
    name: str
    service: str
    span_type: str
    scope: str
    kind: int
    status: int
    source: tuple[str, bool]
    """Which SDK made it, and whether that was inferred."""
    has_both_exporters: bool
    start_unix_nano: int
    duration_ns: int
    input_tokens: int | None
    output_tokens: int | None


def decode(data: bytes) -> list[Row]:
    magic, version, header_length, first = struct.unpack_from("<4sIII", data)
    assert (magic, version) == (b"TLSP", 1)
    assert first % 8 == 0 and first >= 16 + header_length
    header = json.loads(data[16 : 16 + header_length])
    column = {entry["name"]: _column(data, entry) for entry in header["columns"]}
    n = header["n_spans"]
    strings = _strings(column, header["n_strings"])
    base = int(header["base_time_unix_nano"])
    rows = [
        Row(
            span_id=bytes(column["span_id"][8 * i : 8 * i + 8]).hex(),
            parent=column["parent"][i],
            depth=column["depth"][i],
            name=strings[column["name"][i]],
            service=strings[column["service"][i]],
            span_type=strings[column["span_type"][i]],
            scope=strings[column["scope"][i]],
            kind=column["kind"][i],
            status=column["status"][i],
            source=SOURCES[column["source"][i]],
            has_both_exporters=bool(column["flags"][i] & 1 << 5),
            start_unix_nano=base + int(column["start"][i]),
            duration_ns=int(column["duration"][i]),
            input_tokens=_known(column["input_tokens"][i]),
            output_tokens=_known(column["output_tokens"][i]),
        )
        for i in range(n)
    ]
    _check_tree(rows, column["subtree_end"])
    return rows


def outline(rows: list[Row]) -> str:
    """The tree as text: one name a line, two blanks per level."""
    return "\n".join("  " * row.depth + row.name for row in rows)


def _column(data: bytes, entry: dict) -> tuple:
    assert entry["offset"] % 8 == 0, entry
    return struct.unpack_from(f"<{entry['length']}{_FORMATS[entry['type']]}", data, entry["offset"])


def _strings(column: dict[str, tuple], n: int) -> list[str]:
    text, offsets = bytes(column["string_bytes"]), column["string_offsets"]
    assert len(offsets) == n + 1
    return [text[offsets[i] : offsets[i + 1]].decode() for i in range(n)]


def _known(value: float) -> int | None:
    return None if value < 0 else int(value)


def _check_tree(rows: list[Row], subtree_end: tuple) -> None:
    """Parents come before children, one level up, and hold them in their subtree."""
    for i, row in enumerate(rows):
        if row.parent < 0:
            assert row.depth == 0
        else:
            assert row.parent < i < subtree_end[row.parent]
            assert row.depth == rows[row.parent].depth + 1

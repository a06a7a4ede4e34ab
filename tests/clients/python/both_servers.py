"""Runs the same calls against Traceloupe and a real `mlflow server`, and compares what they answer.

What differs between any two servers is normalised: ids that a server makes, the present time, the order in which Python prints sets.
"""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from api import Api

_MADE_ID = re.compile(r"\b(a-[0-9a-f]{32}|tr-[0-9a-f]{32}|[0-9a-f]{32})\b")
_TIMESTAMP = re.compile(r"20\d\d-\d\d-\d\dT[0-9:.]+Z")
_SET = re.compile(r"\{'[^{}]*'\}?")


class Side:
    """One of the servers, with the ids that it made."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.started_ms = time.time() * 1000
        self.transcript: list[tuple[str, Any]] = []
        self._names: dict[str, str] = {}
        self._ids: dict[str, str] = {}

    def name(self, name: str, made: str) -> str:
        """Gives something that the server made the same name on both sides."""
        self._names[str(made)] = name
        return made

    def experiment(self, name: str) -> str:
        return self.name(f"<{name}>", self.api.create_experiment(f"{name} {time.time_ns()}"))

    def call(self, method: str, path: str, json: Any = None, *, version: str = "3.0", differs: bool = False, **options: Any) -> Any:
        """Calls a route and notes what it answered; `differs` notes alone whether it succeeded, for documented differences."""
        answer = self.api.send(method, f"/api/{version}/mlflow/{path}", json=json, **options)
        body = answer.json()
        shown = f"{method} {path} {json if json is not None else ''}{options or ''}"
        noted = (answer.status_code < 400) if differs else (answer.status_code, self._normal(body))
        self.transcript.append((self._text(shown)[:400], noted))
        return body

    def note(self, what: str, value: Any) -> None:
        """Notes what a client library returned."""
        self.transcript.append((what, self._normal(value)))

    def _normal(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            left_out = ("sqlstate", "error_class")
            return {self._text(k): self._normal(v, k) for k, v in value.items() if k not in left_out}
        if isinstance(value, list):
            items = [self._normal(item) for item in value]
            # Tags and metadata in the old form have no order.
            return sorted(items, key=str) if all(isinstance(item, dict) and "key" in item for item in items) else items
        if isinstance(value, str):
            return self._names.get(value) if value in self._names and "id" in key else self._text(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value - self.started_ms) < 600_000:
            return "<now>"
        return value

    def _text(self, text: str) -> str:
        for made, name in self._names.items():
            if len(made) > 6:
                text = text.replace(made, name)
            else:
                # Numbers of experiments, where they stand as such.
                text = re.sub(rf"(?<=mlflow-artifacts:/){made}\b|(?<=id[= ]){made}\b|(?<=experiment ){made}\b|(?<=id': '){made}\b", name, text)
        text = _SET.sub(lambda match: "{" + ", ".join(sorted(re.findall(r"'([^']*)'", match[0]))) + "}", text).replace("}'", "}")
        text = _MADE_ID.sub(lambda match: self._ids.setdefault(match[0], f"<id {len(self._ids) + 1}>"), text)
        return _TIMESTAMP.sub(lambda match: "<now>" if self._is_now(match[0]) else match[0], text)

    def _is_now(self, timestamp: str) -> bool:
        parsed = time.strptime(timestamp[:19], "%Y-%m-%dT%H:%M:%S")
        return abs(calendar.timegm(parsed) * 1000 - self.started_ms) < 600_000


def compare(scenario: Callable[[Side], None], ours: Side, real: Side) -> None:
    """Runs a scenario on both sides; every answer must be the same."""
    scenario(real)
    scenario(ours)
    assert len(ours.transcript) == len(real.transcript) > 0
    differences = [
        "\n  ".join([call, *(_differences(theirs, mine))])
        for (call, theirs), (_, mine) in zip(real.transcript, ours.transcript, strict=True)
        if theirs != mine
    ]
    assert not differences, f"{len(differences)} of {len(real.transcript)} answers differ:\n" + "\n".join(differences[:20])


def _differences(theirs: Any, mine: Any, place: str = "") -> Iterator[str]:
    """Names the places where two answers differ."""
    if isinstance(theirs, dict) and isinstance(mine, dict):
        for key in sorted({*theirs, *mine}):
            yield from _differences(theirs.get(key, "(absent)"), mine.get(key, "(absent)"), f"{place}.{key}")
    elif isinstance(theirs, list | tuple) and isinstance(mine, list | tuple) and len(theirs) == len(mine):
        for index, (their_item, my_item) in enumerate(zip(theirs, mine, strict=True)):
            yield from _differences(their_item, my_item, f"{place}[{index}]")
    elif theirs != mine:
        yield f"{place}: mlflow {str(theirs)[:300]}, traceloupe {str(mine)[:300]}"

"""The programs that send the known tree, one per language: how each is started, and where its SDK differs from the others.

It does not decide what arrived; `known_tree` does.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

CLIENTS = Path(__file__).parent.parent
TREE = CLIENTS / "known_tree.json"
BUILT = CLIENTS.parent.parent / "target" / "clients"
TIMEOUT_S = 60


# W3C trace flags.
SAMPLED, RANDOM = 0x01, 0x02


@dataclass(frozen=True)
class Client:
    """A program, and what its SDK does in its own way, from the SDK's documentation and source."""

    language: str
    """As `telemetry.sdk.language` has it."""
    command: tuple[str, ...]
    protocols: tuple[str, ...]
    """As `OTEL_EXPORTER_OTLP_PROTOCOL` names them."""
    exception: dict[str, str | None]
    """Attributes of a recorded exception beside its message; `None` for one whose text is the SDK's own affair."""
    takes_exception_time: bool = True
    """Whether a recorded exception can be given a time; else it is the present."""
    trace_flags: int = SAMPLED
    """The W3C flags of its spans, which are the lowest byte of `flags`."""
    sends_link_state: bool = True
    """Whether the trace state of a link is sent."""
    has_only_doubles: bool = False
    """Whether all numbers of the language are doubles."""
    settings: dict[str, str] = field(default_factory=dict)
    """What a program must say even if the server listens where exporters send by default."""
    is_built: bool = True


STACK = "exception.stacktrace"
TYPE = "exception.type"

ALL = [
    Client(
        "python",
        (sys.executable, str(Path(__file__).parent / "scenarios" / "known_tree.py")),
        ("grpc", "http/protobuf"),
        {TYPE: "ValueError", STACK: None, "exception.escaped": "False"},
        # Its encoder leaves out both.
        trace_flags=0,
        sends_link_state=False,
        is_built=False,
    ),
    Client(
        "nodejs",
        ("node", str(BUILT / "node" / "known_tree.mjs")),
        ("grpc", "http/protobuf", "http/json"),
        {TYPE: "RangeError", STACK: None},
        has_only_doubles=True,
    ),
    Client(
        "go",
        (str(BUILT / "go" / "known-tree"),),
        ("grpc", "http/protobuf"),
        {TYPE: "*errors.errorString", STACK: None},
        # Its encoder leaves it out.
        sends_link_state=False,
        # Its exporters use TLS unless they are told not to.
        settings={"OTEL_EXPORTER_OTLP_INSECURE": "true"},
    ),
    Client(
        "java",
        ("java", "-cp", f"{BUILT}/java/classes:{BUILT}/java/jars/*", "knowntree.KnownTree"),
        ("grpc", "http/protobuf"),
        {TYPE: "java.lang.IllegalStateException", STACK: None},
        takes_exception_time=False,
        # Its ids are random, and it says so (W3C Trace Context, level 2).
        trace_flags=SAMPLED | RANDOM,
    ),
    # Rust's errors have neither a type nor a stack at run time.
    Client(
        "rust",
        (str(BUILT / "rust" / "debug" / "known-tree"),),
        ("grpc", "http/protobuf", "http/json"),
        {},
        takes_exception_time=False,
    ),
]


@dataclass(frozen=True)
class Sent:
    """What a program said that it sent."""

    trace_id: str
    span_ids: dict[str, str]
    started_ns: int
    ended_ns: int


def send(client: Client, protocol: str, environment: dict[str, str], **settings: str) -> Sent:
    """Runs the program with these settings added; it must say nothing but what it sent."""
    sent, complaint = _run(client, protocol, environment, settings)
    assert complaint == "", f"{client.language} over {protocol}:\n{complaint}"
    return sent


def send_in_vain(client: Client, protocol: str, environment: dict[str, str], **settings: str) -> Sent:
    """The same where the server refuses; the program must complain."""
    sent, complaint = _run(client, protocol, environment, settings)
    assert complaint != "", f"{client.language} over {protocol} does not notice"
    return sent


def _run(client: Client, protocol: str, environment: dict[str, str], settings: dict[str, str]) -> tuple[Sent, str]:
    """What it means to send, and what it complains of: its stderr and, should that be empty, its exit code."""
    ensure_built(client)
    started_ns = time.time_ns()
    finished = subprocess.run(
        [*client.command, protocol, str(TREE)],
        env={**environment, **client.settings, **settings},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    )
    ended_ns = time.time_ns()
    complaint = finished.stderr or (f"exit code {finished.returncode}" if finished.returncode else "")
    assert finished.stdout, complaint
    ids = json.loads(finished.stdout)
    return Sent(ids["traceId"], ids["spans"], started_ns, ended_ns), complaint


def ensure_built(client: Client) -> None:
    """Builds a program whose sources are newer than it; skips the test if its tools are not installed."""
    if client.is_built and (skipped := _build(client.language.removesuffix("js"))):
        pytest.skip(skipped)


@cache
def _build(language: str) -> str:
    """Returns the line that says why the language is skipped, or nothing."""
    finished = subprocess.run([str(CLIENTS / "build"), language], capture_output=True, text=True)
    assert finished.returncode == 0, f"tests/clients/build {language} failed:\n{finished.stdout}{finished.stderr}"
    return next((line for line in finished.stdout.splitlines() if line.startswith("SKIP")), "")

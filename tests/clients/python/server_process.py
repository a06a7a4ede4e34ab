"""Starts and stops the servers under test: the real `traceloupe` binary, or a real `mlflow server` to check expectations."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import requests

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 20
FREE_PORT = "127.0.0.1:0"


class Traceloupe:
    """A running `traceloupe serve` on free ports unless told otherwise, with its own data folder and no user configuration."""

    is_mlflow = False

    def __init__(
        self,
        data_dir: Path,
        *,
        listen: str = FREE_PORT,
        otlp_http: str = FREE_PORT,
        otlp_grpc: str = FREE_PORT,
        flags: Sequence[str] = (),
    ) -> None:
        self.data_dir = data_dir
        data_dir.mkdir(parents=True, exist_ok=True)
        self._log_path = data_dir.with_suffix(".log")
        command = [os.environ["TRACELOUPE_BIN"], "serve", "--data-dir", str(data_dir)]
        command += ["--listen", listen, "--otlp-http", otlp_http, "--otlp-grpc", otlp_grpc, *flags]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TRACELOUPE_")}
        with self._log_path.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**environment, "XDG_CONFIG_HOME": str(data_dir.with_suffix(".config")), "RUST_BACKTRACE": "1"},
            )
        self.ready = self._read_ready_line()
        self.url = f"http://{self.ready['http']}"

    def _read_ready_line(self) -> dict:
        readable, _, _ = select.select([self._process.stdout], [], [], START_TIMEOUT_S)
        line = self._process.stdout.readline() if readable else b""
        if not line:
            self._process.kill()
            raise AssertionError(f"no ready line within {START_TIMEOUT_S} s; log:\n{self.log()}")
        ready = json.loads(line)
        assert ready["event"] == "ready", ready
        return ready

    def stop(self) -> None:
        """Ends it as a service manager would; a graceful stop has exit code 0 and has said nothing more on stdout."""
        self._process.send_signal(signal.SIGTERM)
        try:
            rest, _ = self._process.communicate(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise AssertionError(f"still running {STOP_TIMEOUT_S} s after SIGTERM; log:\n{self.log()}") from None
        assert self._process.returncode == 0, f"exit code {self._process.returncode}; log:\n{self.log()}"
        assert rest == b"", f"stdout holds more than the ready line: {rest!r}"
        assert "panicked" not in self.log(), self.log()

    def log(self) -> str:
        return self._log_path.read_text(errors="replace")


class MlflowServer:
    """A running `mlflow server` on a fresh SQLite file."""

    is_mlflow = True

    def __init__(self, data_dir: Path) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = [str(Path(sys.executable).parent / "mlflow"), "server", "--host", "127.0.0.1", "--port", str(port)]
        command += ["--workers", "1", "--backend-store-uri", f"sqlite:///{data_dir}/mlflow.db"]
        command += ["--artifacts-destination", str(data_dir / "artifacts")]
        with (data_dir / "server.log").open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + 2 * START_TIMEOUT_S
        while not _answers(f"{self.url}/health"):
            assert self._process.poll() is None and time.monotonic() < deadline, (data_dir / "server.log").read_text()
            time.sleep(0.1)

    def stop(self) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False

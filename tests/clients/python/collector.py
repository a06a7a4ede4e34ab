"""Sends as the OpenTelemetry Collector's exporters do: large gzipped batches, many at once, and again until they are taken.

Follows the documentation of `otlpexporter`, `otlphttpexporter`, `batchprocessor` and `exporterhelper`, at their defaults, and
the OTLP specification where they refer to it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import grpc
import requests
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub

import otlp

BATCH_SIZE = 8192
"""Spans of a batch: `send_batch_size` of the batch processor."""
CONSUMERS = 10
"""Batches under way at once: `num_consumers` of the sending queue."""
USER_AGENT = "OpenTelemetry Collector/0.165.0 (linux/amd64)"

RETRYABLE_STATUS = {429, 502, 503, 504}
RETRYABLE_CODES = {
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.OUT_OF_RANGE,
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DATA_LOSS,
}


@dataclass(frozen=True)
class TryAgain:
    """The server did not take a batch, and says to try again."""

    status: str
    after_s: float | None
    """What it asked to wait; `None` if it did not say."""


@dataclass
class Exporter:
    """Sends batches until they are taken; a refusal for good is an error."""

    send_once: Callable[[ExportTraceServiceRequest], TryAgain | None]
    refusals: list[TryAgain] = field(default_factory=list)
    """Why batches were sent again."""

    def send(self, batch: ExportTraceServiceRequest) -> None:
        while again := self.send_once(batch):
            self.refusals.append(again)
            assert len(self.refusals) < 100, self.refusals[-1]
            # Without a word on it the Collector begins with five seconds.
            time.sleep(5 if again.after_s is None else again.after_s)

    def send_all(self, batches: Iterable[ExportTraceServiceRequest]) -> None:
        """As the sending queue does: in no order."""
        with ThreadPoolExecutor(CONSUMERS) as consumers:
            for sent in [consumers.submit(self.send, batch) for batch in batches]:
                sent.result()


def over_http(endpoint: str) -> Exporter:
    """`otlphttpexporter`: one pool of kept-alive connections, gzip, protobuf."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=CONSUMERS))
    headers = {"Content-Type": "application/x-protobuf", "Content-Encoding": "gzip", "User-Agent": USER_AGENT}

    def send_once(batch: ExportTraceServiceRequest) -> TryAgain | None:
        body = otlp.encode(batch.SerializeToString(), "gzip")
        answer = session.post(f"{endpoint}/v1/traces", data=body, headers=headers, timeout=30)
        if answer.status_code in RETRYABLE_STATUS:
            after = answer.headers.get("Retry-After")
            return TryAgain(str(answer.status_code), None if after is None else float(after))
        assert answer.status_code == 200, f"dropped for good: {answer.status_code} {Status.FromString(answer.content)}"
        _assert_all_taken(ExportTraceServiceResponse.FromString(answer.content))
        return None

    return Exporter(send_once)


def over_grpc(target: str) -> Exporter:
    """`otlpexporter`: one channel, gzip."""
    channel = grpc.insecure_channel(target, [("grpc.primary_user_agent", USER_AGENT)], grpc.Compression.Gzip)
    export = TraceServiceStub(channel).Export

    def send_once(batch: ExportTraceServiceRequest) -> TryAgain | None:
        try:
            answer = export(batch, timeout=30)
        except grpc.RpcError as refused:
            after_s = _retry_info(refused)
            is_throttled = refused.code() is grpc.StatusCode.RESOURCE_EXHAUSTED and after_s is not None
            assert refused.code() in RETRYABLE_CODES or is_throttled, f"dropped for good: {refused.details()}"
            return TryAgain(refused.code().name, after_s)
        _assert_all_taken(answer)
        return None

    return Exporter(send_once)


def _retry_info(refused: grpc.RpcError) -> float | None:
    details = dict(refused.trailing_metadata()).get("grpc-status-details-bin")
    for detail in Status.FromString(details).details if details else ():
        info = RetryInfo()
        if detail.Unpack(info):
            return info.retry_delay.ToNanoseconds() / 1e9
    return None


def _assert_all_taken(answer: ExportTraceServiceResponse) -> None:
    assert not answer.partial_success.rejected_spans, answer.partial_success.error_message

"""The real OpenAI client under OpenTelemetry's own instrumentation, which sends the messages as log records: a program with all
three signals, its exporters with their defaults, over `http` or `grpc`. Two chats; the log records of the `late` one are sent
after the spans. Prints the trace ids as JSON.
"""

import json
import sys

from openai import OpenAI
from opentelemetry import _logs, metrics, trace
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

match sys.argv[1]:
    case "http":
        from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    case "grpc":
        from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
        from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

spans, logs = TracerProvider(), LoggerProvider()
spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
numbers = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())])
trace.set_tracer_provider(spans)
_logs.set_logger_provider(logs)
metrics.set_meter_provider(numbers)
OpenAIInstrumentor().instrument()

client = OpenAI()
tracer = trace.get_tracer("questions")
trace_ids = {}


def ask(name: str) -> None:
    with tracer.start_as_current_span(name) as span:
        trace_ids[name] = f"{span.get_span_context().trace_id:032x}"
        messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Grüße! 🙂"}]
        client.chat.completions.create(model="gpt-4o-mini", messages=messages)


ask("early")
assert logs.force_flush() and spans.force_flush()
ask("late")
assert spans.force_flush() and logs.force_flush()
# Without a span around it, a log record belongs to no trace.
logs.get_logger("lonely").emit(body="nobody's")
for provider in (spans, logs, numbers):
    provider.shutdown()
print(json.dumps(trace_ids))

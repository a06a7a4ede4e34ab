"""The real OpenAI client under `openinference`, `openllmetry`, or `openllmetry-events` instrumentation, which tells messages in log
records: Responses and Chat, whole, streamed, with a tool, and one refusal.

Nothing of MLflow is in it, and the exporter has its defaults. Prints the trace ids as JSON.
"""

import json
import sys

from openai import BadRequestError, OpenAI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
logger_provider = LoggerProvider()
logger_provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
match sys.argv[1]:
    case "openinference":
        from openinference.instrumentation.openai import OpenAIInstrumentor

        OpenAIInstrumentor().instrument()
    case "openllmetry":
        from opentelemetry.instrumentation.openai import OpenAIInstrumentor

        OpenAIInstrumentor().instrument()
    case "openllmetry-events":
        from opentelemetry.instrumentation.openai import OpenAIInstrumentor

        OpenAIInstrumentor(use_attributes=False).instrument(logger_provider=logger_provider)

client = OpenAI()
tracer = trace.get_tracer("questions")
messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Grüße! 🙂"}]
chat = {"model": "gpt-4o-mini", "messages": messages, "temperature": 0.5}
parameters = {"type": "object", "properties": {"city": {"type": "string"}}}
weather = {"type": "function", "function": {"name": "weather", "parameters": parameters}}
trace_ids = {}


def ask(name, question):
    with tracer.start_as_current_span(name) as span:
        trace_ids[name] = f"{span.get_span_context().trace_id:032x}"
        question()


def refused():
    try:
        client.chat.completions.create(**{**chat, "model": "fake-unavailable"})
    except BadRequestError:
        pass


ask("chat", lambda: client.chat.completions.create(**chat))
ask("chat streamed", lambda: list(client.chat.completions.create(**chat, stream=True, stream_options={"include_usage": True})))
ask("chat with a tool", lambda: client.chat.completions.create(**chat, tools=[weather]))
ask("responses", lambda: client.responses.create(model="gpt-4o-mini", input="Hello, world!"))
ask("responses streamed", lambda: list(client.responses.create(model="gpt-4o-mini", input="Hello, world!", stream=True)))
ask("refused", refused)

provider.shutdown()
logger_provider.shutdown()
print(json.dumps(trace_ids))

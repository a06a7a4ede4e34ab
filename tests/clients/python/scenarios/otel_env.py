"""The seed's environment-variable route: an OpenTelemetry SDK that knows nothing of MLflow but its two variables."""

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanKind, Status, StatusCode

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("checkout", "3.2.1")

with tracer.start_as_current_span("checkout", kind=SpanKind.SERVER) as checkout:
    checkout.set_attribute("http.request.method", "POST")
    checkout.set_attribute("cart.items", 3)
    checkout.set_attribute("cart.ids", ["a", "b"])
    checkout.set_attribute("cart.total", 12.5)
    checkout.set_attribute("cart.is_gift", False)
    with tracer.start_as_current_span("reserve stock", links=[Link(checkout.get_span_context(), {"why": "same cart"})]):
        pass
    with tracer.start_as_current_span("charge card", kind=SpanKind.CLIENT) as charge:
        charge.add_event("retry", {"attempt": 2})
        charge.record_exception(ValueError("card declined"))
        charge.set_status(Status(StatusCode.ERROR, "card declined"))

"""Setup B without the experiment header: an OTLP exporter that knows nothing of MLflow, and MLflow beside it."""

import os

import mlflow
import serve_questions
from fastapi_app import app
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

# Before the provider is set: a change of the tracking URI makes MLflow drop the global tracer provider.
mlflow.set_tracking_uri(os.environ["MLFLOW_TRACKING_URI"])

provider = TracerProvider(resource=Resource.create({"service.name": "rag-api", "service.version": "1.4.2"}))
provider.add_span_processor(
    BatchSpanProcessor(OTLPSpanExporter(endpoint=os.environ["MLFLOW_TRACKING_URI"] + "/v1/traces"))
)
trace.set_tracer_provider(provider)

serve_questions.run(app)

"""Setup B: the user's own tracer provider exports over OTLP with the experiment header, and MLflow exports the same spans."""

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
experiment = mlflow.set_experiment("FastAPI")

provider = TracerProvider(resource=Resource.create({"service.name": "rag-api", "service.version": "1.4.2"}))
provider.add_span_processor(
    BatchSpanProcessor(
        OTLPSpanExporter(
            endpoint=os.environ["MLFLOW_TRACKING_URI"] + "/v1/traces",
            headers={"x-mlflow-experiment-id": experiment.experiment_id},
        )
    )
)
trace.set_tracer_provider(provider)

serve_questions.run(app)

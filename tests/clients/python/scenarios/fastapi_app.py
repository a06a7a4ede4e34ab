"""The seed's FastAPI example, with an endpoint that does real work where the seed has `...`.

The tracking URI comes from the environment, since the port is free. The endpoint nests what both SDKs make: a custom
OpenTelemetry span, MLflow spans inside and beside it, and in one of them an auto-traced OpenAI call.
"""

import os
import mlflow
from contextlib import asynccontextmanager
from fastapi import FastAPI, Request, Response
from openai import OpenAI
from opentelemetry import trace
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

# Use the OpenTelemetry tracer provider instead of MLflow's default tracer provider.
os.environ["MLFLOW_USE_DEFAULT_TRACER_PROVIDER"] = "false"


# Enable MLflow OpenAI auto-tracing at application startup.
@asynccontextmanager
async def lifespan(app: FastAPI):
    mlflow.set_tracking_uri(os.environ["MLFLOW_TRACKING_URI"])
    mlflow.set_experiment("FastAPI")
    mlflow.openai.autolog()
    yield


app = FastAPI(lifespan=lifespan)
# Enable FastAPI auto-instrumentation, which creates an OpenTelemetry span for each endpoint call.
FastAPIInstrumentor.instrument_app(app)


@app.post("/rag/v1/answer")
@mlflow.trace
async def answer_question(query: Request) -> Response:
    question = (await query.json())["question"]
    with trace.get_tracer("rag.retriever", "2.1.0").start_as_current_span("retrieve") as span:
        span.set_attribute("rag.top_k", 2)
        documents = rerank(question, ["A document", "Another document"])
    return Response(generate(question, documents), media_type="text/plain")


@mlflow.trace(span_type="RERANKER")
def rerank(question: str, documents: list[str]) -> list[str]:
    return sorted(documents)


@mlflow.trace(span_type="CHAIN")
def generate(question: str, documents: list[str]) -> str:
    prompt = "\n".join([*documents, question])
    return OpenAI().responses.create(model="gpt-4o-mini", input=prompt).output_text

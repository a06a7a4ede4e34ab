// The programs that a person copies to send a first trace: complete, with the real address and experiment in them. Pure.

export type SnippetTarget = {
  /** Origin of the server, for example `http://127.0.0.1:5000`. */
  url: string;
  experimentId: string;
};

/** What makes a raw OTLP request a new trace each time it is copied. */
export type SpanSeed = { traceId: string; rootSpanId: string; childSpanId: string; nowMs: number };

export type SnippetId = "python-mlflow" | "python-otel" | "node" | "go" | "java" | "rust" | "curl";

export type SnippetBlock = {
  /** What it is, or which file it goes into. */
  title: string;
  code: string;
};

export type Snippet = { id: SnippetId; label: string; blocks: readonly SnippetBlock[] };

export function snippetsFor(target: SnippetTarget, seed: SpanSeed): readonly Snippet[] {
  return [
    pythonMlflow(target),
    pythonOtel(target),
    node(target),
    go(target),
    java(target),
    rust(target),
    curl(target, seed),
  ];
}

function pythonMlflow({ url, experimentId }: SnippetTarget): Snippet {
  return {
    id: "python-mlflow",
    label: "Python MLflow",
    blocks: [
      { title: "Install", code: "pip install mlflow" },
      {
        title: "hello.py",
        code: `import mlflow

mlflow.set_tracking_uri("${url}")
mlflow.set_experiment(experiment_id="${experimentId}")
# With OpenAI, LangChain and others: mlflow.openai.autolog(), mlflow.langchain.autolog(), …

@mlflow.trace(span_type="RETRIEVER")
def find_order(number: int) -> dict:
    return {"number": number, "status": "in transit"}

@mlflow.trace
def answer(question: str) -> str:
    order = find_order(8841)
    return f"Your order is {order['status']}"

print(answer("Where is my order?"))`,
      },
      { title: "Run", code: "python hello.py" },
    ],
  };
}

/** The settings that every OpenTelemetry SDK reads from its environment. */
function environment({ url, experimentId }: SnippetTarget, more: readonly string[] = []): SnippetBlock {
  return {
    title: "Environment",
    code: [
      "export OTEL_SERVICE_NAME=hello",
      `export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${url}/v1/traces`,
      "export OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf",
      `export OTEL_EXPORTER_OTLP_TRACES_HEADERS=x-mlflow-experiment-id=${experimentId}`,
      ...more,
    ].join("\n"),
  };
}

function pythonOtel(target: SnippetTarget): Snippet {
  return {
    id: "python-otel",
    label: "Python OTel",
    blocks: [
      { title: "Install", code: "pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http" },
      environment(target),
      {
        title: "hello.py",
        code: `from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)

tracer = trace.get_tracer("hello")
with tracer.start_as_current_span("hello"):
    with tracer.start_as_current_span("find order") as span:
        span.set_attribute("order.number", 8841)

provider.shutdown()`,
      },
      { title: "Run", code: "python hello.py" },
    ],
  };
}

function node(target: SnippetTarget): Snippet {
  return {
    id: "node",
    label: "Node",
    blocks: [
      {
        title: "Install",
        code: "npm install @opentelemetry/api @opentelemetry/sdk-node @opentelemetry/exporter-trace-otlp-proto",
      },
      environment(target),
      {
        title: "hello.mjs",
        code: `import { trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { NodeSDK } from "@opentelemetry/sdk-node";

const sdk = new NodeSDK({ traceExporter: new OTLPTraceExporter() });
sdk.start();

const tracer = trace.getTracer("hello");
tracer.startActiveSpan("hello", (root) => {
  tracer.startActiveSpan("find order", (span) => {
    span.setAttribute("order.number", 8841);
    span.end();
  });
  root.end();
});

await sdk.shutdown();`,
      },
      { title: "Run", code: "node hello.mjs" },
    ],
  };
}

function go(target: SnippetTarget): Snippet {
  return {
    id: "go",
    label: "Go",
    blocks: [
      {
        title: "Install",
        code: `go mod init hello
go get go.opentelemetry.io/otel/sdk go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp`,
      },
      environment(target),
      {
        title: "main.go",
        code: `package main

import (
	"context"
	"log"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	ctx := context.Background()
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		log.Fatal(err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))
	otel.SetTracerProvider(provider)

	tracer := otel.Tracer("hello")
	ctx, root := tracer.Start(ctx, "hello")
	_, span := tracer.Start(ctx, "find order")
	span.SetAttributes(attribute.Int("order.number", 8841))
	span.End()
	root.End()

	if err := provider.Shutdown(context.Background()); err != nil {
		log.Fatal(err)
	}
}`,
      },
      { title: "Run", code: "go run ." },
    ],
  };
}

function java(target: SnippetTarget): Snippet {
  return {
    id: "java",
    label: "Java",
    blocks: [
      {
        title: "Get the agent",
        code: "curl -LO https://github.com/open-telemetry/opentelemetry-java-instrumentation/releases/latest/download/opentelemetry-javaagent.jar",
      },
      environment(target, ["export OTEL_METRICS_EXPORTER=none", "export OTEL_LOGS_EXPORTER=none"]),
      {
        title: "Hello.java",
        code: `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Makes one HTTP request; the agent traces it without a line of code. */
public class Hello {
    public static void main(String[] args) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("${target.url}/health")).build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(response.statusCode());
    }
}`,
      },
      { title: "Run", code: "java -javaagent:opentelemetry-javaagent.jar Hello.java" },
    ],
  };
}

function rust(target: SnippetTarget): Snippet {
  return {
    id: "rust",
    label: "Rust",
    blocks: [
      {
        title: "Install",
        code: `cargo new hello && cd hello
cargo add opentelemetry opentelemetry_sdk
cargo add opentelemetry-otlp --no-default-features --features trace,http-proto,reqwest-blocking-client`,
      },
      environment(target),
      {
        title: "src/main.rs",
        code: `use opentelemetry::trace::{TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::trace::SdkTracerProvider;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let exporter = SpanExporter::builder().with_http().build()?;
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).build();
    let tracer = provider.tracer("hello");

    tracer.in_span("hello", |_| {
        tracer.in_span("find order", |context: Context| {
            context.span().set_attribute(KeyValue::new("order.number", 8841));
        });
    });

    provider.shutdown()?;
    Ok(())
}`,
      },
      { title: "Run", code: "cargo run" },
    ],
  };
}

function curl({ url, experimentId }: SnippetTarget, seed: SpanSeed): Snippet {
  return {
    id: "curl",
    label: "curl",
    blocks: [
      {
        title: "Send one trace",
        code: `curl ${url}/v1/traces \\
  -H 'content-type: application/json' \\
  -H 'x-mlflow-experiment-id: ${experimentId}' \\
  -d '${exportRequest(seed)}'`,
      },
    ],
  };
}

/** An OTLP/JSON request, laid out by hand: a generic printer takes three times the lines. */
function exportRequest({ traceId, rootSpanId, childSpanId, nowMs }: SpanSeed): string {
  const nanosAt = (offsetMs: number): string => `${Math.floor(nowMs) + offsetMs}000000`;
  return `{
  "resourceSpans": [{
    "resource": { "attributes": [{ "key": "service.name", "value": { "stringValue": "curl" } }] },
    "scopeSpans": [{
      "scope": { "name": "hello" },
      "spans": [
        {
          "traceId": "${traceId}",
          "spanId": "${rootSpanId}",
          "name": "hello", "kind": 2,
          "startTimeUnixNano": "${nanosAt(-42)}", "endTimeUnixNano": "${nanosAt(0)}"
        },
        {
          "traceId": "${traceId}",
          "spanId": "${childSpanId}", "parentSpanId": "${rootSpanId}",
          "name": "find order", "kind": 1,
          "startTimeUnixNano": "${nanosAt(-30)}", "endTimeUnixNano": "${nanosAt(-10)}",
          "attributes": [{ "key": "order.number", "value": { "intValue": "8841" } }]
        }
      ]
    }]
  }]
}`;
}

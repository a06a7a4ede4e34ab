//! The demo's traces, span by span.

use std::time::SystemTime;

use model::{
    AnyValue, Attribute, Event, InstrumentationScope, Resource, Span, SpanGroup, SpanId, SpanKind, Status,
    StatusCode, TraceId, UnixNanos, keys,
};
use serde_json::{Value, json};

/// A trace under construction. Spans of the MLflow SDK and of OpenTelemetry instrumentation are kept in their own scopes.
pub(super) struct TraceBuilder {
    trace_id: TraceId,
    start: UnixNanos,
    service: &'static str,
    spans: Vec<(&'static str, Span)>,
}

/// A span's place: its number within the trace, counted from 1.
type SpanNumber = u64;

const FASTAPI: &str = "opentelemetry.instrumentation.fastapi";
const HTTPX: &str = "opentelemetry.instrumentation.httpx";
const SQL: &str = "opentelemetry.instrumentation.asyncpg";
const MLFLOW: &str = "mlflow.tracing.provider";

impl TraceBuilder {
    fn new(start: UnixNanos, service: &'static str) -> Self {
        Self { trace_id: new_trace_id(), start, service, spans: Vec::new() }
    }

    /// Adds a span that starts and ends so many milliseconds after the trace began.
    fn span(
        &mut self,
        parent: SpanNumber,
        scope: &'static str,
        name: &str,
        from_ms: i64,
        to_ms: i64,
    ) -> &mut Span {
        let number = self.spans.len() as u64 + 1;
        // Ids of spans need only differ within their trace; the trace's own id makes them look like ids.
        let id = |number: u64| {
            let mut bytes = number.to_be_bytes();
            bytes[..6].copy_from_slice(&self.trace_id.0[..6]);
            SpanId(bytes)
        };
        let at = |ms: i64| u64::try_from(self.start.0 + ms * 1_000_000).unwrap_or_default();
        let mut span = Span::new(self.trace_id, id(number), name);
        span.parent_span_id = (parent > 0).then(|| id(parent));
        span.kind = SpanKind::INTERNAL;
        span.start_time_unix_nano = at(from_ms);
        span.end_time_unix_nano = at(to_ms);
        self.spans.push((scope, span));
        &mut self.spans.last_mut().expect("invariant: pushed just before").1
    }

    fn http(
        &mut self,
        parent: SpanNumber,
        scope: &'static str,
        name: &str,
        from_ms: i64,
        to_ms: i64,
        status: i64,
    ) -> SpanNumber {
        let is_server = scope == FASTAPI;
        let (method, path) = name.split_once(' ').unwrap_or(("GET", name));
        let (method, path) = (method.to_owned(), path.to_owned());
        let span = self.span(parent, scope, name, from_ms, to_ms);
        span.kind = if is_server { SpanKind::SERVER } else { SpanKind::CLIENT };
        put(span, "http.request.method", json!(method));
        put(span, if is_server { "url.path" } else { "url.full" }, json!(path));
        put(span, "http.response.status_code", json!(status));
        if status >= 500 {
            fail(span, "HTTPStatusError", &format!("Server error '{status}' for url '{path}'"));
        }
        self.spans.len() as u64
    }

    fn sql(&mut self, parent: SpanNumber, name: &str, statement: &str, from_ms: i64, to_ms: i64) {
        let span = self.span(parent, SQL, name, from_ms, to_ms);
        span.kind = SpanKind::CLIENT;
        put(span, "db.system.name", json!("postgresql"));
        put(span, "db.query.text", json!(statement));
    }

    fn mlflow(
        &mut self,
        parent: SpanNumber,
        kind: &str,
        name: &str,
        ms: (i64, i64),
        io: (Value, Value),
    ) -> SpanNumber {
        let span = self.span(parent, MLFLOW, name, ms.0, ms.1);
        put(span, keys::SPAN_TYPE, json!(kind));
        put(span, keys::SPAN_INPUTS, io.0);
        put(span, keys::SPAN_OUTPUTS, io.1);
        span.status.code = StatusCode::OK;
        self.spans.len() as u64
    }

    /// Adds a chat completion with its usage and cost; dollars per million tokens are those of gpt-4o-mini.
    fn chat(&mut self, parent: SpanNumber, ms: (i64, i64), question: &str, answer: &str, tokens: (i64, i64)) {
        let inputs = json!({"model": "gpt-4o-mini", "messages": [
            {"role": "system", "content": "You answer questions about orders. Be brief and exact."},
            {"role": "user", "content": question},
        ]});
        let outputs = json!({"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": answer}}]});
        self.mlflow(parent, "CHAT_MODEL", "Completions", ms, (inputs, outputs));
        let span = &mut self.spans.last_mut().expect("invariant: pushed just before").1;
        let (input, output) = tokens;
        let usage = json!({"input_tokens": input, "output_tokens": output, "total_tokens": input + output});
        put(span, keys::CHAT_TOKEN_USAGE, usage);
        put(span, "mlflow.llm.model", json!("gpt-4o-mini"));
        #[expect(clippy::cast_precision_loss, reason = "a few thousand tokens")]
        let (input_cost, output_cost) = (input as f64 * 0.15e-6, output as f64 * 0.6e-6);
        let cost = json!({"input_cost": input_cost, "output_cost": output_cost, "total_cost": input_cost + output_cost});
        put(span, keys::LLM_COST, cost);
    }

    /// Returns the trace's id and its spans by scope.
    pub(super) fn finish(self) -> (TraceId, Vec<SpanGroup>) {
        let text = |text: &str| AnyValue::String(text.to_owned());
        let resource = Resource {
            attributes: vec![
                Attribute::new("service.name", text(self.service)),
                Attribute::new("telemetry.sdk.language", text("python")),
                Attribute::new("telemetry.sdk.name", text("opentelemetry")),
            ],
            ..Resource::default()
        };
        let mut groups: Vec<SpanGroup> = Vec::new();
        for (scope, span) in self.spans {
            match groups.iter_mut().find(|group| group.scope.name == scope) {
                Some(group) => group.spans.push(span),
                None => {
                    let scope =
                        InstrumentationScope { name: scope.to_owned(), ..InstrumentationScope::default() };
                    groups.push(SpanGroup { resource: resource.clone(), scope, spans: vec![span] });
                }
            }
        }
        (self.trace_id, groups)
    }
}

fn put(span: &mut Span, key: &str, value: Value) {
    span.attributes.push(Attribute::new(key, analysis::plain::typed(value)));
}

fn fail(span: &mut Span, kind: &str, message: &str) {
    span.status = Status { message: message.to_owned(), code: StatusCode::ERROR };
    let text = |text: &str| AnyValue::String(text.to_owned());
    span.events.push(Event {
        time_unix_nano: span.end_time_unix_nano,
        name: "exception".to_owned(),
        attributes: vec![
            Attribute::new("exception.type", text(kind)),
            Attribute::new("exception.message", text(message)),
            Attribute::new(
                "exception.stacktrace",
                text(&format!("Traceback (most recent call last):\n  File \"orders.py\", line 42, in fetch\n    response.raise_for_status()\nhttpx.{kind}: {message}")),
            ),
        ],
        dropped_attributes_count: 0,
    });
}

/// Makes an id that no other trace has: the time, and a number that counts up.
fn new_trace_id() -> TraceId {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let now = UnixNanos::from_system_time(SystemTime::now());
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&std::process::id().to_be_bytes());
    bytes[4..12].copy_from_slice(&now.0.to_be_bytes());
    bytes[12..].copy_from_slice(&COUNTER.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    TraceId(bytes)
}

/// A small trace of both SDKs, which ended just now.
pub(super) fn test_trace(now: UnixNanos) -> TraceBuilder {
    let mut trace = TraceBuilder::new(UnixNanos(now.0 - 320_000_000), "traceloupe-test");
    let root = trace.http(0, FASTAPI, "GET /hello", 0, 312, 200);
    let io = (json!({"name": "world"}), json!("Hello, world!"));
    let hello = trace.mlflow(root, "CHAIN", "say_hello", (6, 305), io);
    trace.chat(hello, (20, 290), "Say hello to the world", "Hello, world!", (24, 5));
    trace
}

/// Two runs of a RAG service, the second slower; an agent that needs one more step in its second run; a failure.
pub(super) fn demo_traces(now: UnixNanos) -> Vec<TraceBuilder> {
    let ago = |seconds: i64| UnixNanos(now.0 - seconds * 1_000_000_000);
    vec![
        rag(ago(610), &Rag { rerank_ms: 40, answer_ms: 1100, fails: false }),
        agent(ago(490), 2),
        rag(ago(370), &Rag { rerank_ms: 45, answer_ms: 980, fails: true }),
        agent(ago(250), 3),
        rag(ago(130), &Rag { rerank_ms: 1240, answer_ms: 1180, fails: false }),
    ]
}

/// What differs between runs of the RAG service.
struct Rag {
    rerank_ms: i64,
    answer_ms: i64,
    fails: bool,
}

fn rag(start: UnixNanos, run: &Rag) -> TraceBuilder {
    let mut trace = TraceBuilder::new(start, "rag-api");
    let question = "Where is my order 8841, and can I still change the delivery address?";
    let answer = "Order 8841 left our warehouse yesterday and should reach you on 24 November. The address can only be changed with the carrier.";
    let reranked = 690 + run.rerank_ms;
    let orders_end = reranked + 40 + 266;
    let end = orders_end + 20 + run.answer_ms;
    let root = trace.http(0, FASTAPI, "POST /rag/v1/answer", 0, end + 24, 200);
    trace.span(root, FASTAPI, "POST /rag/v1/answer http receive", 2, 5);
    let io = (json!({"question": question}), json!({"answer": answer}));
    let answering = trace.mlflow(root, "AGENT", "answer_question", (8, end + 10), io);
    let documents = json!([
        {"page_content": "Orders can be changed until they leave the warehouse.", "metadata": {"doc_uri": "help/orders.md", "score": 0.87}},
        {"page_content": "After dispatch the carrier may redirect a parcel.", "metadata": {"doc_uri": "help/delivery.md", "score": 0.81}},
    ]);
    let retrieve = trace.mlflow(
        answering,
        "RETRIEVER",
        "retrieve",
        (30, reranked),
        (json!({"query": question}), documents.clone()),
    );
    trace.http(retrieve, HTTPX, "POST /embeddings", 36, 216, 200);
    let statement = "SELECT id, text FROM chunks ORDER BY embedding <=> $1 LIMIT 20";
    trace.sql(retrieve, "SELECT chunks", statement, 222, 684);
    trace.mlflow(
        retrieve,
        "RERANKER",
        "rerank",
        (688, reranked - 1),
        (json!({"query": question, "n": 20}), documents),
    );
    let tool_status = if run.fails { 503 } else { 200 };
    let outcome = if run.fails {
        json!({"error": "inventory unavailable"})
    } else {
        json!({"status": "in_transit", "carrier": "DHL"})
    };
    let tool = trace.mlflow(
        answering,
        "TOOL",
        "search_orders",
        (reranked + 38, orders_end),
        (json!({"order_id": 8841}), outcome),
    );
    let orders = trace.http(tool, HTTPX, "GET /orders/8841", reranked + 44, orders_end - 8, 200);
    trace.sql(orders, "SELECT orders", "SELECT * FROM orders WHERE id = $1", reranked + 70, reranked + 130);
    trace.http(orders, HTTPX, "GET /inventory", reranked + 136, orders_end - 14, tool_status);
    trace.chat(answering, (orders_end + 20, end), question, answer, (1204, 188));
    trace.span(root, FASTAPI, "POST /rag/v1/answer http send", end + 12, end + 15);
    trace.span(root, FASTAPI, "POST /rag/v1/answer http send", end + 16, end + 20);
    trace
}

fn agent(start: UnixNanos, n_steps: i64) -> TraceBuilder {
    let mut trace = TraceBuilder::new(start, "research-agent");
    let task = "Which of our three suppliers delivers fastest to Porto?";
    let answer = "Atlântico Supplies, with 2.1 days on average.";
    let step_ms = 1500;
    let end = n_steps * step_ms + 900;
    let root = trace.mlflow(0, "AGENT", "research", (0, end + 20), (json!({"task": task}), json!(answer)));
    for (step, average_days) in (0..n_steps).zip([2.1, 2.5, 2.9]) {
        let at = 15 + step * step_ms;
        trace.chat(root, (at, at + 820), task, "I will look that up.", (640 + 210 * step, 42));
        let io = (json!({"supplier": step + 1, "city": "Porto"}), json!({"average_days": average_days}));
        let tool = trace.mlflow(root, "TOOL", "delivery_times", (at + 830, at + 1460), io);
        trace.http(tool, HTTPX, "GET /suppliers/delivery", at + 836, at + 1450, 200);
    }
    trace.chat(root, (end - 880, end), task, answer, (640 + 210 * n_steps, 64));
    trace
}

//! A seeded load like that of the storage measurements: *mix*, traces of 20 spans of which every fifth is a model call with
//! 4 kB of messages.

use model::{
    AnyValue, Attribute, InstrumentationScope, Resource, Span, SpanGroup, SpanId, SpanKind, TraceId,
};

use crate::draw::BASE_NANOS;

/// Spans of one trace of the load.
pub const SPANS_PER_TRACE: usize = 20;

/// Bytes of messages of a model call.
const MESSAGE_BYTES: usize = 4096;

/// A small generator (SplitMix64): the same seed gives the same load on every machine.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Starts with a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// Returns `n_spans` spans of the *mix* load as one group.
pub fn mix(random: &mut Random, n_spans: usize) -> SpanGroup {
    let mut group = SpanGroup {
        resource: Resource { attributes: vec![text("service.name", "rag-api")], ..Resource::default() },
        scope: InstrumentationScope { name: "load".to_owned(), ..InstrumentationScope::default() },
        spans: Vec::with_capacity(n_spans),
    };
    while group.spans.len() < n_spans {
        let n = SPANS_PER_TRACE.min(n_spans - group.spans.len());
        push_trace(random, n, &mut group.spans);
    }
    group
}

fn push_trace(random: &mut Random, n_spans: usize, spans: &mut Vec<Span>) {
    let mut trace_id = [0; 16];
    trace_id[..8].copy_from_slice(&random.next_u64().to_be_bytes());
    trace_id[8..].copy_from_slice(&random.next_u64().to_be_bytes());
    let trace_id = TraceId(trace_id);
    let root = SpanId(random.next_u64().to_be_bytes());
    for index in 0..n_spans as u64 {
        let id = if index == 0 { root } else { SpanId(random.next_u64().to_be_bytes()) };
        let is_model_call = index % 5 == 4;
        let mut span =
            Span::new(trace_id, id, if is_model_call { "chat gpt-4o-mini" } else { "GET /items/{id}" });
        span.parent_span_id = (index > 0).then_some(root);
        span.kind = if index == 0 { SpanKind::SERVER } else { SpanKind::CLIENT };
        span.start_time_unix_nano = BASE_NANOS + index * 1_000_000;
        span.end_time_unix_nano = span.start_time_unix_nano + 1_000_000 + random.next_u64() % 1_000_000;
        if is_model_call {
            span.attributes = model_call(random);
        } else {
            span.attributes = web_call(random);
        }
        spans.push(span);
    }
}

fn text(key: &str, value: impl Into<String>) -> Attribute {
    Attribute::new(key, AnyValue::String(value.into()))
}

fn model_call(random: &mut Random) -> Vec<Attribute> {
    let words = [
        "order",
        "delivery",
        "address",
        "the",
        "warehouse",
        "customer",
        "and",
        "Porto",
        "carrier",
        "tomorrow",
    ];
    let mut messages = String::from("[{\"role\": \"user\", \"content\": \"");
    while messages.len() < MESSAGE_BYTES {
        let word = words[usize::try_from(random.next_u64() % 10).unwrap_or(0)];
        messages.push_str(word);
        messages.push(' ');
    }
    messages.push_str("\"}]");
    vec![
        text("gen_ai.operation.name", "chat"),
        text("gen_ai.request.model", "gpt-4o-mini"),
        text("gen_ai.input.messages", messages),
        Attribute::new("gen_ai.usage.input_tokens", AnyValue::Int(1200)),
        Attribute::new("gen_ai.usage.output_tokens", AnyValue::Int(180)),
    ]
}

fn web_call(random: &mut Random) -> Vec<Attribute> {
    vec![
        text("http.request.method", "GET"),
        text("url.full", format!("https://shop.example/items/{}", random.next_u64() % 100_000)),
        Attribute::new("http.response.status_code", AnyValue::Int(200)),
        text("server.address", "shop.example"),
        Attribute::new("server.port", AnyValue::Int(443)),
        text("user_agent.original", "python-httpx/0.28.1"),
    ]
}

//! Requests as exporters send them, encoded once; each one sent gets trace ids of its own.

use model::{
    AnyValue, Attribute, InstrumentationScope, Resource, Span, SpanGroup, SpanId, SpanKind, TraceId,
};

/// First half of every trace id in a template; found and replaced in the encoded bytes.
const MARK: [u8; 8] = *b"\xf3TRACEL\xf3";

/// How many traces of how many spans are in one request.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    n_traces: u32,
    n_spans_each: u32,
}

/// A full batch of an OpenTelemetry exporter, and one small trace of an MLflow program.
pub const SHAPES: [Shape; 2] =
    [Shape { n_traces: 25, n_spans_each: 20 }, Shape { n_traces: 1, n_spans_each: 8 }];

impl Shape {
    /// Returns how many spans are in a request.
    pub fn n_spans(self) -> u32 {
        self.n_traces * self.n_spans_each
    }
}

/// An encoded request and the places of its trace ids.
pub struct Template {
    body: Vec<u8>,
    marks: Vec<usize>,
}

impl Template {
    /// Encodes the request.
    pub fn new(shape: Shape) -> Self {
        let spans = (0..shape.n_traces)
            .flat_map(|trace| (0..shape.n_spans_each).map(move |span| make_span(trace, span)));
        let group = SpanGroup {
            resource: Resource {
                attributes: vec![text("service.name", "checkout"), text("telemetry.sdk.language", "python")],
                ..Resource::default()
            },
            scope: InstrumentationScope {
                name: "bench".into(),
                version: "1.0.0".into(),
                ..Default::default()
            },
            spans: spans.collect(),
        };
        let body = proto::otlp::encode_protobuf(vec![group]);
        let marks = body
            .windows(MARK.len())
            .enumerate()
            .filter(|(_, bytes)| *bytes == MARK)
            .map(|(at, _)| at)
            .collect();
        Self { body, marks }
    }

    /// Returns the request with trace ids that no other `number` has.
    pub fn request(&self, number: u64) -> Vec<u8> {
        let mut body = self.body.clone();
        // The high bit keeps an id from being all zeros.
        let half = (number | 1 << 63).to_be_bytes();
        for at in &self.marks {
            body[*at..*at + half.len()].copy_from_slice(&half);
        }
        body
    }

    /// Returns the size of a request in bytes.
    pub fn len(&self) -> usize {
        self.body.len()
    }
}

/// A tree in which each span has up to four children; one span in four is a model call with its texts.
fn make_span(trace: u32, index: u32) -> Span {
    const BASE: u64 = 1_790_000_000_000_000_000;
    let mut trace_id = [0; 16];
    trace_id[..8].copy_from_slice(&MARK);
    trace_id[12..].copy_from_slice(&trace.to_be_bytes());
    let is_model_call = index % 4 == 3;
    let mut span = Span::new(
        TraceId(trace_id),
        span_id(index),
        if is_model_call { "chat gpt-4o-mini" } else { "GET /orders/{id}" },
    );
    span.parent_span_id = index.checked_sub(1).map(|before| span_id(before / 4));
    span.kind = if is_model_call { SpanKind::CLIENT } else { SpanKind::INTERNAL };
    span.start_time_unix_nano = BASE + u64::from(index) * 1_000_000;
    span.end_time_unix_nano = span.start_time_unix_nano + 40_000_000;
    span.attributes = vec![
        text("http.request.method", "GET"),
        text("url.full", &format!("https://orders.example.org/v1/orders/{trace}?span={index}")),
        number("http.response.status_code", 200),
        text("server.address", "orders.example.org"),
        number("server.port", 443),
        text("user_agent.original", "python-httpx/0.28.1"),
    ];
    if is_model_call {
        let question =
            format!("Where is my order {trace}, and can I still change the delivery address? ").repeat(6);
        span.attributes.extend([
            text("gen_ai.operation.name", "chat"),
            text("gen_ai.request.model", "gpt-4o-mini"),
            number("gen_ai.usage.input_tokens", 1204),
            number("gen_ai.usage.output_tokens", 188),
            text(
                "gen_ai.input.messages",
                &format!(r#"[{{"role":"user","parts":[{{"type":"text","content":"{question}"}}]}}]"#),
            ),
        ]);
    }
    span
}

fn span_id(index: u32) -> SpanId {
    let mut id = [0x5a; 8];
    id[4..].copy_from_slice(&index.to_be_bytes());
    SpanId(id)
}

fn text(key: &str, value: &str) -> Attribute {
    Attribute::new(key, AnyValue::String(value.into()))
}

fn number(key: &str, value: i64) -> Attribute {
    Attribute::new(key, AnyValue::Int(value))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_request_has_all_spans_and_traces_of_its_own() {
        for shape in SHAPES {
            let template = Template::new(shape);
            let mut seen = HashSet::new();
            for number in 0..3 {
                let decoded = proto::otlp::decode_protobuf(&template.request(number)).unwrap();
                let spans: Vec<&Span> = decoded.groups.iter().flat_map(|group| &group.spans).collect();
                assert_eq!(u32::try_from(spans.len()).unwrap(), shape.n_spans());
                assert!(decoded.rejections.is_empty());
                let traces: HashSet<TraceId> = spans.iter().map(|span| span.trace_id).collect();
                assert_eq!(u32::try_from(traces.len()).unwrap(), shape.n_traces);
                assert!(seen.is_disjoint(&traces));
                seen.extend(traces);
            }
        }
    }
}

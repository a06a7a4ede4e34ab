//! Requests as exporters send them: *mix*, traces of 20 spans of which every fifth is a model call with 4 kB of messages, and
//! *web*, traces of HTTP and database spans. Texts have the entropy of prose, ids and times are random.

use model::{
    AnyValue, Attribute, InstrumentationScope, Resource, Span, SpanGroup, SpanId, SpanKind, StatusCode,
    TraceId,
};

/// First half of every trace id in a template; found and replaced in the encoded bytes.
const MARK: [u8; 8] = *b"\xf3TRACEL\xf3";

/// When the first trace begins, Unix nanoseconds.
const BASE: u64 = 1_790_000_000_000_000_000;

/// Time from the start of one trace to that of the next, in nanoseconds.
const TRACE_EVERY: u64 = 20_000_000;

/// Templates of different content: what is stored of one request does not repeat the one before.
const N_TEMPLATES: u64 = 64;

/// What kind of spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// Every fifth span is a model call with 4 kB of messages, the others are short.
    Mix,
    /// HTTP and database spans with the attributes of the semantic conventions.
    Web,
}

/// How many traces of how many spans are in one request.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// What kind of spans.
    pub payload: Payload,
    /// Traces in a request.
    pub n_traces: u32,
    /// Spans of each.
    pub n_spans_each: u32,
}

/// A full batch of an OpenTelemetry exporter.
pub const BATCH: Shape = Shape { payload: Payload::Mix, n_traces: 25, n_spans_each: 20 };

/// One small trace of an MLflow program.
pub const SMALL: Shape = Shape { payload: Payload::Mix, n_traces: 1, n_spans_each: 8 };

/// A full batch of small spans.
pub const WEB: Shape = Shape { payload: Payload::Web, n_traces: 25, n_spans_each: 20 };

impl Shape {
    /// Returns how many spans are in a request.
    pub fn n_spans(self) -> u32 {
        self.n_traces * self.n_spans_each
    }
}

/// A seeded source of spans: the same on every machine.
pub struct Generator {
    random: Random,
    words: Vec<String>,
    n_traces: u64,
}

impl Generator {
    /// Starts with a seed.
    pub fn new(seed: u64) -> Self {
        // The vocabulary is that of the language, not of the text: the same for every seed.
        Self { words: words(&mut Random(1)), random: Random(seed), n_traces: 0 }
    }

    /// Returns the spans of one request; each call's are later than the last one's.
    pub fn group(&mut self, shape: Shape) -> SpanGroup {
        let mut spans = Vec::new();
        for _ in 0..shape.n_traces {
            let mut id = [0; 16];
            id[..8].copy_from_slice(&self.random.next().to_be_bytes());
            id[8..].copy_from_slice(&self.random.next().to_be_bytes());
            self.push_trace(TraceId(id), shape, &mut spans);
        }
        let (service, scope) = match shape.payload {
            Payload::Mix => ("assistant", "mlflow.openai"),
            Payload::Web => ("checkout", "opentelemetry.instrumentation.asgi"),
        };
        SpanGroup {
            resource: Resource {
                attributes: vec![
                    text("service.name", service),
                    text("service.version", "1.8.2"),
                    text("telemetry.sdk.language", "python"),
                    text("telemetry.sdk.name", "opentelemetry"),
                    text("telemetry.sdk.version", "1.38.0"),
                ],
                ..Resource::default()
            },
            scope: InstrumentationScope {
                name: scope.into(),
                version: "0.59b0".into(),
                ..Default::default()
            },
            spans,
        }
    }

    fn push_trace(&mut self, trace_id: TraceId, shape: Shape, spans: &mut Vec<Span>) {
        let start = BASE + self.n_traces * TRACE_EVERY;
        self.n_traces += 1;
        let mut ids: Vec<SpanId> = Vec::new();
        for index in 0..shape.n_spans_each as usize {
            let id = SpanId((self.random.next() | 1).to_be_bytes());
            let name = match shape.payload {
                Payload::Mix if index % 5 == 4 => "chat gpt-4o-mini",
                Payload::Mix => ["agent.run", "retrieve", "rerank", "format_prompt"][index % 4],
                Payload::Web if index % 2 == 1 => "SELECT shop.orders",
                Payload::Web => "GET /v1/items/{id}",
            };
            let mut span = Span::new(trace_id, id, name);
            // Each span has up to four children.
            span.parent_span_id = index.checked_sub(1).map(|before| ids[before / 4]);
            ids.push(id);
            span.flags = 0x101;
            span.kind = if index == 0 { SpanKind::SERVER } else { SpanKind::CLIENT };
            span.start_time_unix_nano = start + index as u64 * 1_000_000 + self.random.below(1_000_000);
            span.end_time_unix_nano = span.start_time_unix_nano + 100_000 + self.random.below(40_000_000);
            if self.random.below(100) == 0 {
                span.status.code = StatusCode::ERROR;
            }
            span.attributes = match shape.payload {
                Payload::Mix if index % 5 == 4 => self.model_call(),
                Payload::Mix => self.step(),
                Payload::Web if index % 2 == 1 => self.database_call(),
                Payload::Web => self.http_request(),
            };
            spans.push(span);
        }
    }

    fn model_call(&mut self) -> Vec<Attribute> {
        let messages = format!(
            r#"[{{"role":"system","parts":[{{"type":"text","content":"{}"}}]}},{{"role":"user","parts":[{{"type":"text","content":"{}"}}]}}]"#,
            self.prose(2_000),
            self.prose(1_400)
        );
        let answer = format!(
            r#"[{{"role":"assistant","parts":[{{"type":"text","content":"{}"}}],"finish_reason":"stop"}}]"#,
            self.prose(600)
        );
        vec![
            text("gen_ai.operation.name", "chat"),
            text("gen_ai.request.model", "gpt-4o-mini"),
            text("gen_ai.input.messages", &messages),
            text("gen_ai.output.messages", &answer),
            self.number("gen_ai.usage.input_tokens", 4_000),
            self.number("gen_ai.usage.output_tokens", 900),
        ]
    }

    fn step(&mut self) -> Vec<Attribute> {
        let document = format!("kb/{}/{:06}", self.word().to_owned(), self.random.below(1_000_000));
        vec![
            text("session.id", &format!("s-{:06}", self.n_traces % 500)),
            text("retrieval.document.id", &document),
            self.number("retrieval.top_k", 20),
            text("code.function.name", "app.pipeline.run_step"),
            text("thread.name", "asyncio_0"),
        ]
    }

    fn http_request(&mut self) -> Vec<Attribute> {
        let address = self.random.below(1 << 24);
        let url = format!(
            "https://shop.example.com/v1/items/{}?page={}&session={:016x}",
            self.random.below(1_000_000),
            self.random.below(50),
            self.random.next()
        );
        vec![
            text("http.request.method", if self.random.below(4) == 0 { "POST" } else { "GET" }),
            text("url.full", &url),
            text("http.route", "/v1/items/{id}"),
            Attribute::new(
                "http.response.status_code",
                AnyValue::Int(if self.random.below(20) == 0 { 404 } else { 200 }),
            ),
            text("server.address", "shop.example.com"),
            Attribute::new("server.port", AnyValue::Int(443)),
            text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/129.0"),
            text(
                "client.address",
                &format!("10.{}.{}.{}", address >> 16, (address >> 8) & 255, address & 255),
            ),
            text("network.protocol.version", "1.1"),
            self.number("http.response.body.size", 90_000),
        ]
    }

    fn database_call(&mut self) -> Vec<Attribute> {
        vec![
            text("db.system.name", "postgresql"),
            text("db.namespace", "shop"),
            text("db.operation.name", "SELECT"),
            text("db.collection.name", "orders"),
            text(
                "db.query.text",
                "SELECT o.id, o.total, o.created_at FROM orders o JOIN customers c ON c.id = o.customer_id \
                 WHERE c.region = $1 AND o.status = $2 ORDER BY o.created_at DESC LIMIT 50",
            ),
            text("server.address", "db-1.internal"),
            Attribute::new("server.port", AnyValue::Int(5432)),
            self.number("db.response.returned_rows", 50),
            text("thread.name", &format!("worker-{}", self.random.below(64))),
        ]
    }

    /// Returns words with the frequencies of a natural language.
    fn prose(&mut self, n_bytes: usize) -> String {
        let mut prose = String::with_capacity(n_bytes + 16);
        while prose.len() < n_bytes {
            prose.push_str(self.word());
            prose.push(' ');
        }
        prose
    }

    /// Returns a word; the rank of words follows Zipf's law.
    fn word(&mut self) -> &str {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rank below the number of words"
        )]
        let rank = {
            let share = (self.random.next() >> 11) as f64 / (1_u64 << 53) as f64;
            (self.words.len() as f64).powf(share) as usize - 1
        };
        &self.words[rank.min(self.words.len() - 1)]
    }

    fn number(&mut self, key: &str, below: u64) -> Attribute {
        Attribute::new(key, AnyValue::Int(i64::try_from(self.random.below(below)).unwrap_or(0)))
    }
}

fn words(random: &mut Random) -> Vec<String> {
    const SYLLABLES: [&str; 30] = [
        "an", "ter", "con", "re", "to", "ing", "de", "ta", "li", "or", "mi", "es", "sa", "po", "ver", "ent",
        "al", "co", "ra", "ne", "si", "ble", "un", "per", "ma", "ous", "th", "st", "gra", "ck",
    ];
    let mut word = |rank: u64| {
        let n_syllables = 1 + u64::from(rank > 50) + random.below(3);
        (0..n_syllables).map(|_| SYLLABLES[usize::try_from(random.below(30)).unwrap_or(0)]).collect()
    };
    (0..3_000).map(&mut word).collect()
}

fn text(key: &str, value: &str) -> Attribute {
    Attribute::new(key, AnyValue::String(value.into()))
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// Encoded requests and the places of their trace ids.
pub struct Templates {
    templates: Vec<Template>,
}

struct Template {
    body: Vec<u8>,
    marks: Vec<usize>,
}

impl Templates {
    /// Encodes requests.
    pub fn new(shape: Shape) -> Self {
        let mut generator = Generator::new(7);
        Self { templates: (0..N_TEMPLATES).map(|_| Template::new(generator.group(shape))).collect() }
    }

    /// Returns a request with trace ids that no other `number` has.
    pub fn request(&self, number: u64) -> Vec<u8> {
        let index = usize::try_from(number % N_TEMPLATES).unwrap_or(0);
        let Template { body, marks } = &self.templates[index];
        let mut body = body.clone();
        // The high bit keeps an id from being all zeros.
        let half = (number | 1 << 63).to_be_bytes();
        for at in marks {
            body[*at..*at + half.len()].copy_from_slice(&half);
        }
        body
    }

    /// Returns the mean size of a request in bytes.
    pub fn len(&self) -> usize {
        self.templates.iter().map(|template| template.body.len()).sum::<usize>() / self.templates.len()
    }
}

impl Template {
    fn new(mut group: SpanGroup) -> Self {
        for span in &mut group.spans {
            span.trace_id.0[..8].copy_from_slice(&MARK);
        }
        let body = proto::otlp::encode_protobuf(vec![group]);
        let marks = body
            .windows(MARK.len())
            .enumerate()
            .filter(|(_, bytes)| *bytes == MARK)
            .map(|(at, _)| at)
            .collect();
        Self { body, marks }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_request_has_all_spans_and_traces_of_its_own() {
        for shape in [BATCH, SMALL, WEB] {
            let templates = Templates::new(shape);
            let mut seen = HashSet::new();
            for number in [0, 1, N_TEMPLATES, N_TEMPLATES + 1] {
                let decoded = proto::otlp::decode_protobuf(&templates.request(number)).unwrap();
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

    #[test]
    fn payloads_are_as_large_as_those_of_the_storage_measurements() {
        // docs/adr/0002: 1,049 bytes of OTLP protobuf per span of mix, 488 of web; within a tenth.
        for (shape, expected) in [(BATCH, 1_049), (WEB, 488)] {
            let per_span = Templates::new(shape).len() / shape.n_spans() as usize;
            assert!(per_span.abs_diff(expected) < expected / 10, "{per_span}");
        }
    }
}

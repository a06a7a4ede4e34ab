//! Requests of many kinds from several connections, and what of them was acknowledged.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{AnyValue, Attribute, Event, Span, SpanGroup, SpanId, TraceId};
use reqwest::Client;
use serde_json::{Value, json};
use testkit::load::{Random, mix};
use tests::grpc::{GrpcConnection, frame, gzip};
use tokio::task::JoinSet;

use crate::serve::Served;

/// Connections that send at once.
const N_SENDERS: u64 = 4;

/// A request that was sent: one trace of its own, and whether the server said that it has it.
pub struct Sent {
    pub trace_id: TraceId,
    pub spans: Vec<Span>,
    pub is_acknowledged: bool,
    /// The text of a log record of its trace that the server said it has, if one was sent.
    pub logged: Option<String>,
}

/// Senders under way.
pub struct Load {
    senders: JoinSet<Vec<Sent>>,
    n_acknowledged: Arc<AtomicU64>,
}

impl Load {
    /// Begins to send; goes on until the server no longer answers.
    pub fn start(server: &Served, seed: u64) -> Self {
        let n_acknowledged = Arc::new(AtomicU64::new(0));
        let mut senders = JoinSet::new();
        for sender in 0..N_SENDERS {
            let random = Random::new(seed.wrapping_mul(N_SENDERS).wrapping_add(sender));
            let grpc = (sender == 0).then(|| server.ready["otlp_grpc"].as_str().expect("text").to_owned());
            let counter = Arc::clone(&n_acknowledged);
            senders.spawn(send(server.url("/v1/traces"), grpc, random, sender, counter));
        }
        Self { senders, n_acknowledged }
    }

    /// Returns how many requests were acknowledged so far.
    pub fn n_acknowledged(&self) -> u64 {
        self.n_acknowledged.load(Ordering::Relaxed)
    }

    /// Waits for the senders, and returns all that they sent.
    pub async fn sent(self) -> Vec<Sent> {
        self.senders.join_all().await.into_iter().flatten().collect()
    }
}

async fn send(
    url: String,
    grpc: Option<String>,
    mut random: Random,
    sender: u64,
    n_acknowledged: Arc<AtomicU64>,
) -> Vec<Sent> {
    // A client of its own is a connection of its own. One sender names an experiment, as MLflow's SDK does: it is answered after the
    // commit, where others are once the journal has their request.
    let mut way = match (grpc, sender) {
        (Some(address), _) => Way::Grpc(GrpcConnection::open(&address).await),
        (None, 2) => Way::Http(crate::serve::client(), Some("0")),
        _ => Way::Http(crate::serve::client(), None),
    };
    let logs = (sender == 3).then(|| url.replace("/v1/traces", "/v1/logs"));
    let mut sent = Vec::new();
    // Its numbers are its own, so that each kind of request comes from each sender.
    for number in sender * 1_000_000.. {
        let group = request(&mut random, number);
        let (trace_id, spans) = (group.spans[0].trace_id, group.spans.clone());
        let is_acknowledged = match &mut way {
            Way::Http(client, experiment) => post(client, &url, *experiment, number, group).await,
            Way::Grpc(connection) => call(connection, number, group).await,
        };
        let mut logged = None;
        let mut goes_on = is_acknowledged;
        if let (Way::Http(client, _), Some(logs), true) = (&way, &logs, is_acknowledged) {
            let text = format!("log {number} of {trace_id}");
            goes_on = log(client, logs, trace_id, &text).await;
            logged = goes_on.then_some(text);
        }
        sent.push(Sent { trace_id, spans, is_acknowledged, logged });
        if !goes_on {
            // Refused while stopping, or cut off: the end.
            break;
        }
        n_acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    sent
}

/// How a sender sends.
enum Way {
    Http(Client, Option<&'static str>),
    Grpc(GrpcConnection),
}

/// Sends as JSON or protobuf, plain or compressed; tells whether that was acknowledged.
async fn post(
    client: &Client,
    url: &str,
    experiment: Option<&'static str>,
    number: u64,
    group: SpanGroup,
) -> bool {
    let is_json = number.is_multiple_of(2);
    let (content_type, body) = if is_json {
        ("application/json", proto::otlp::encode_json(&[group]).to_string().into_bytes())
    } else {
        ("application/x-protobuf", proto::otlp::encode_protobuf(vec![group]))
    };
    let (encoding, body) = match number % 3 {
        0 => ("identity", body),
        1 => ("gzip", gzip(&body)),
        _ => ("zstd", zstd::encode_all(body.as_slice(), 1).expect("in memory")),
    };
    let mut request =
        client.post(url).header("content-type", content_type).header("content-encoding", encoding);
    if let Some(experiment) = experiment {
        request = request.header("x-mlflow-experiment-id", experiment);
    }
    request.body(body).send().await.is_ok_and(|answer| answer.status() == 200)
}

/// Sends a log record of a trace; tells whether that was acknowledged.
async fn log(client: &Client, url: &str, trace_id: TraceId, text: &str) -> bool {
    let record = json!({"traceId": trace_id.to_string(), "timeUnixNano": "7", "body": {"stringValue": text}});
    let body = json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}).to_string();
    let request = client.post(url).header("content-type", "application/json").body(body);
    request.send().await.is_ok_and(|answer| answer.status() == 200)
}

/// Sends over gRPC, plain or compressed; tells whether that was acknowledged.
async fn call(connection: &mut GrpcConnection, number: u64, group: SpanGroup) -> bool {
    let message = proto::otlp::encode_protobuf(vec![group]);
    let answer = if number % 8 < 4 {
        connection.export("", frame(false, &message)).await
    } else {
        connection.export("gzip", frame(true, &gzip(&message))).await
    };
    answer.is_ok_and(|answer| answer.status() == "0")
}

/// A request for a trace of its own: mostly a few spans, now and then 500, or values far over 64 kB.
fn request(random: &mut Random, number: u64) -> SpanGroup {
    let n_spans =
        if number % 16 == 7 { 500 } else { 1 + usize::try_from(random.next_u64() % 8).expect("below 8") };
    let mut group = mix(random, n_spans);
    let trace_id = group.spans[0].trace_id;
    for (index, span) in group.spans.iter_mut().enumerate() {
        span.trace_id = trace_id;
        span.span_id = SpanId((index as u64 + 1).to_be_bytes());
    }
    let first = &mut group.spans[0];
    first.attributes.push(Attribute::new("number", AnyValue::Int(i64::try_from(number).expect("small"))));
    first.events.push(Event {
        time_unix_nano: 7,
        name: "é\0\u{1f600}".to_owned(),
        attributes: vec![Attribute::new(
            "nested",
            AnyValue::Array(vec![AnyValue::KvList(vec![Attribute::new(
                "bytes",
                AnyValue::Bytes(vec![0xff, 0]),
            )])]),
        )],
        ..Event::default()
    });
    if number % 8 == 3 {
        let n_bytes = 70_000 + usize::try_from(random.next_u64() % 200_000).expect("small");
        let text: String = (0..n_bytes / 16).map(|_| format!("{:016x}", random.next_u64())).collect();
        first.attributes.push(Attribute::new("large text", AnyValue::String(text.clone())));
        first.attributes.push(Attribute::new("large bytes", AnyValue::Bytes(text.into_bytes())));
    }
    group
}

/// Asserts that what was acknowledged is there with all its content, and that what was not is there as a whole or not at all.
/// Returns how many traces were found.
pub async fn verify(server: &Served, client: &Client, sent: &[Sent]) -> usize {
    let mut n_found = 0;
    for request in sent {
        let path = format!("/traceloupe/v1/traces/{}/otlp?format=protobuf", request.trace_id);
        let answer = client.get(server.url(&path)).send().await.expect("an answer");
        if answer.status() == 404 {
            assert!(!request.is_acknowledged, "trace {} was acknowledged and is gone", request.trace_id);
            continue;
        }
        assert_eq!(answer.status(), 200, "{path}");
        let decoded = proto::otlp::decode_protobuf(&answer.bytes().await.expect("a body")).expect("OTLP");
        let mut spans: Vec<Span> = decoded.groups.into_iter().flat_map(|group| group.spans).collect();
        spans.sort_by_key(|span| span.span_id);
        assert!(spans == request.spans, "trace {} is not what was sent", request.trace_id);
        if let Some(text) = &request.logged {
            let path = format!("/traceloupe/v1/traces/{}/logs", request.trace_id);
            let answer = client.get(server.url(&path)).send().await.expect("an answer");
            let logs: Value = answer.json().await.expect("JSON");
            assert_eq!(
                logs["logs"][0]["body"]["stringValue"], *text,
                "a log record of {} is gone",
                request.trace_id
            );
        }
        n_found += 1;
    }
    n_found
}

//! `GET /traceloupe/v1/traces/{trace_id}/otlp`: a whole trace, however large.

use model::{AnyValue, Attribute, SpanGroup};
use serde_json::json;
use testkit::{span_id, trace_id};
use tests::TestServer;
use tests::raw::RawConnection;

/// A trace of as many spans of two services in turns, each with an attribute of so many bytes.
fn spans_of(n_spans: u64, n_bytes: usize) -> Vec<SpanGroup> {
    let group = |service: &str, numbers: &mut dyn Iterator<Item = u64>| {
        let drawn = format!(
            "
                 0....5....10...15...20    service.name={service}
call             [===================]
"
        );
        let mut group = testkit::draw::draw(trace_id(1), &drawn);
        let span = group.spans.remove(0);
        group.spans = numbers
            .map(|number| {
                let mut span = span.clone();
                span.span_id = span_id(number);
                // By time the services alternate.
                span.start_time_unix_nano += number;
                let text = AnyValue::String(number.to_string().repeat(n_bytes / number.to_string().len()));
                span.attributes.push(Attribute::new("text", text));
                span
            })
            .collect();
        group
    };
    vec![
        group("even", &mut (1..=n_spans).filter(|number| number % 2 == 0)),
        group("odd", &mut (1..=n_spans).filter(|number| number % 2 == 1)),
    ]
}

fn path(format: &str) -> String {
    format!("/traceloupe/v1/traces/{}/otlp?format={format}", trace_id(1))
}

#[tokio::test]
async fn a_trace_of_many_pieces_is_told_whole_and_in_order() {
    let server = TestServer::start().await;
    // Three times the spans of a piece.
    let sent = spans_of(10_000, 8);
    for group in &sent {
        assert_eq!(
            server.export_protobuf(proto::otlp::encode_protobuf(vec![group.clone()])).await.status(),
            200
        );
    }
    let mut expected: Vec<_> = sent
        .iter()
        .flat_map(|group| group.spans.iter().map(|span| (span, group.resource.service_name())))
        .collect();
    expected.sort_by_key(|(span, _)| span.start_time_unix_nano);
    for format in ["json", "protobuf"] {
        let answer = server.get(&path(format)).send().await.unwrap();
        let body = answer.bytes().await.unwrap();
        let decoded = match format {
            "json" => proto::otlp::decode_json(&body),
            _ => proto::otlp::decode_protobuf(&body),
        };
        let groups = decoded.unwrap().groups;
        let mut told: Vec<_> = groups
            .iter()
            .flat_map(|group| group.spans.iter().map(|span| (span, group.resource.service_name())))
            .collect();
        assert_eq!(told.len(), expected.len(), "{format}");
        // Within a piece spans stand by what they came with.
        told.sort_by_key(|(span, _)| span.start_time_unix_nano);
        assert!(told == expected, "{format}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_small_trace_has_a_length_and_each_origin_once() {
    let server = TestServer::start().await;
    let sent = spans_of(6, 8);
    server.export_protobuf(proto::otlp::encode_protobuf(sent.clone())).await;
    // The first span by time is an odd one.
    let groups: Vec<SpanGroup> = sent.into_iter().rev().collect();
    let json = server.get(&path("json")).send().await.unwrap();
    let expected = proto::otlp::encode_json(&groups).to_string();
    assert_eq!(json.content_length(), Some(expected.len() as u64));
    assert_eq!(json.text().await.unwrap(), expected);
    let protobuf = server.get(&path("protobuf")).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(protobuf, proto::otlp::encode_protobuf(groups));
    server.stop().await;
}

#[tokio::test]
async fn a_trace_that_is_deleted_on_the_way_breaks_the_transfer() {
    let server = TestServer::start().await;
    // 60 MB, more than sockets and pieces on the way hold.
    for group in spans_of(1_500, 40_000) {
        assert_eq!(server.export_protobuf(proto::otlp::encode_protobuf(vec![group])).await.status(), 200);
    }
    let mut connection = RawConnection::open(&server.ready().http).await;
    let request = format!("GET {} HTTP/1.1\r\nhost: localhost\r\n\r\n", path("protobuf"));
    assert!(connection.send(request.as_bytes()).await);
    let head = connection.head().await.to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 200") && head.contains("transfer-encoding: chunked"), "{head}");
    let body = json!({"experiment_id": "0", "request_ids": [trace_id(1).to_mlflow()]});
    let deleted = server.post_json("/api/2.0/mlflow/traces/delete-traces", &body).await;
    assert_eq!(deleted.status(), 200);
    // A client takes what has no last chunk for broken off.
    assert_eq!(connection.answer().await, None);
    server.stop().await;
}

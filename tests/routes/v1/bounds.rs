//! Bounds of one request: each at its limit and one above, over HTTP and gRPC, with the words that say what to do.

use model::{AnyValue, Attribute, Span, SpanGroup};
use serde_json::{Value, json};
use tests::TestServer;
use tests::otlp::{request, span, trace_id};

fn group(trace_byte: u8, n_spans: u8, value: &AnyValue) -> Vec<u8> {
    let span = |number: u64| {
        let mut span = Span::new(testkit::trace_id(trace_byte), testkit::span_id(number), "bounded");
        span.attributes = vec![Attribute::new("v", value.clone())];
        span
    };
    let group = SpanGroup {
        spans: (1..=n_spans).map(|number| span(number.into())).collect(),
        ..SpanGroup::default()
    };
    proto::otlp::encode_protobuf(vec![group])
}

#[tokio::test]
async fn a_request_with_too_many_spans_is_refused_whole_and_says_how_to_mend_it() {
    let server = TestServer::start_with(|config| config.max_request_spans = 3).await;
    assert_eq!(server.export_protobuf(group(1, 3, &AnyValue::Empty)).await.status(), 200);
    let refused = server.export_protobuf(group(2, 4, &AnyValue::Empty)).await;
    assert_eq!(refused.status(), 413);
    let text = String::from_utf8_lossy(&refused.bytes().await.unwrap()).into_owned();
    assert!(text.contains("more than 3 spans") && text.contains("max_request_spans"), "{text}");
    let spans: Vec<Value> = (0..4).map(|_| span(2, "json")).collect();
    assert_eq!(server.export_json(&request(&spans)).await.status(), 413);
    let path = format!("/traceloupe/v1/traces/{}", trace_id(2));
    assert_eq!(server.get(&path).send().await.unwrap().status(), 404, "nothing is half done");
    server.stop().await;
}

#[tokio::test]
async fn a_value_over_the_bound_costs_its_span_and_no_other() {
    let server = TestServer::start_with(|config| config.max_value_bytes = 1_000).await;
    let large = |n_bytes: usize| AnyValue::String("x".repeat(n_bytes));
    let at_limit = server.export_protobuf(group(1, 1, &large(1_000))).await;
    assert_eq!((at_limit.status().as_u16(), at_limit.bytes().await.unwrap().len()), (200, 0));
    let mut both = group(2, 1, &large(1_001));
    both.extend(group(3, 1, &large(1)));
    let answer = server.export_protobuf(both).await;
    assert_eq!(answer.status(), 200);
    let text = String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned();
    assert!(text.contains("max_value_bytes"), "{text}");
    server.json(&format!("/traceloupe/v1/traces/{}", trace_id(3))).await;
    server.stop().await;
}

#[tokio::test]
async fn values_deeper_than_the_bound_are_shown_as_text() {
    let server = TestServer::start_with(|config| config.max_value_depth = 2).await;
    let list = |inner| AnyValue::Array(vec![inner]);
    for (trace_byte, value, expected) in [
        (1, list(list(AnyValue::Int(7))), json!({"intValue": "7"})),
        (
            2,
            list(list(list(AnyValue::Int(7)))),
            json!({"stringValue": r#"{"arrayValue":{"values":[{"intValue":"7"}]}}"#}),
        ),
    ] {
        let answer = server.export_protobuf(group(trace_byte, 1, &value)).await;
        assert_eq!((answer.status().as_u16(), answer.bytes().await.unwrap().len()), (200, 0));
        let otlp = server.json(&format!("/traceloupe/v1/traces/{}/otlp", trace_id(trace_byte))).await;
        let stored = &otlp["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["attributes"][0]["value"];
        let wrapped = json!({"arrayValue": {"values": [{"arrayValue": {"values": [expected]}}]}});
        assert_eq!(*stored, wrapped);
    }
    server.stop().await;
}

//! Any valid request, read back as raw OTLP, equals its input up to batching.

use model::{InstrumentationScope, Resource, Span, SpanGroup, TraceId};
use proptest::collection::vec;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use testkit::strategies;
use tests::TestServer;

/// Spans with what they came with, in an order that does not depend on batching.
fn flat(groups: Vec<SpanGroup>) -> Vec<(Span, Resource, InstrumentationScope)> {
    let mut flat: Vec<_> = groups
        .into_iter()
        .flat_map(|SpanGroup { resource, scope, spans }| {
            spans.into_iter().map(move |span| (span, resource.clone(), scope.clone()))
        })
        .collect();
    flat.sort_by_key(|(span, ..)| (span.trace_id, span.span_id));
    flat
}

#[tokio::test]
async fn any_valid_request_reads_back_as_it_was_sent() {
    let server = TestServer::start().await;
    let mut runner = TestRunner::deterministic();
    for case in 0..64_u8 {
        let mut groups = vec(strategies::group(), 1..4).new_tree(&mut runner).unwrap().current();
        // One trace per case, with a few spans; ids are as random as all else.
        let trace_id = TraceId([case + 1; 16]);
        groups.iter_mut().flat_map(|group| &mut group.spans).for_each(|span| span.trace_id = trace_id);
        let response = server.export_protobuf(proto::otlp::encode_protobuf(groups.clone())).await;
        assert_eq!(
            (response.status().as_u16(), response.bytes().await.unwrap().len()),
            (200, 0),
            "case {case}"
        );
        let path = format!("/traceloupe/v1/traces/{trace_id}/otlp?format=protobuf");
        let body = server.get(&path).send().await.unwrap().bytes().await.unwrap();
        let decoded = proto::otlp::decode_protobuf(&body).unwrap();
        assert_eq!(decoded.rejections, []);
        assert_eq!(flat(decoded.groups), flat(groups.clone()), "protobuf, case {case}");
        let path = format!("/traceloupe/v1/traces/{trace_id}/otlp");
        let body = server.get(&path).send().await.unwrap().bytes().await.unwrap();
        let sent = flat(groups);
        assert_eq!(flat(proto::otlp::decode_json(&body).unwrap().groups), sent, "JSON, case {case}");
        let Some((first, ..)) = sent.first() else { continue };
        let path = format!("/traceloupe/v1/traces/{trace_id}/spans/{}/otlp", first.span_id);
        let body = server.get(&path).send().await.unwrap().bytes().await.unwrap();
        let alone = flat(proto::otlp::decode_json(&body).unwrap().groups);
        assert_eq!(alone, sent[..1], "one span, case {case}");
    }
    let missing =
        format!("/traceloupe/v1/traces/{}/spans/{}/otlp", TraceId([1; 16]), model::SpanId([0xee; 8]));
    assert_eq!(server.get(&missing).send().await.unwrap().status(), 404);
    server.stop().await;
}

#[tokio::test]
async fn values_over_64_kb_are_stored_once_and_read_back() {
    let server = TestServer::start().await;
    let large = "x".repeat(300_000);
    let mut group = testkit::draw::draw(
        testkit::trace_id(1),
        "
                 0....5....10...15...20    service.name=agent
plan             [===================]
  call             [=========]
",
    );
    for span in &mut group.spans {
        let value = model::AnyValue::Array(vec![
            model::AnyValue::String(large.clone()),
            model::AnyValue::Bytes(large.clone().into_bytes()),
        ]);
        span.attributes.push(model::Attribute::new("large", value));
    }
    let response = server.export_protobuf(proto::otlp::encode_protobuf(vec![group.clone()])).await;
    assert_eq!(response.status(), 200);
    let path = format!("/traceloupe/v1/traces/{}/otlp?format=protobuf", testkit::trace_id(1));
    let body = server.get(&path).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(flat(proto::otlp::decode_protobuf(&body).unwrap().groups), flat(vec![group]));
    server.stop().await;
}

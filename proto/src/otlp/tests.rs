//! Spans survive every codec, both encodings agree, and wild JSON is read.

mod hostile;

use model::{AnyValue, Attribute, SpanGroup, SpanKind, StatusCode};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;
use testkit::strategies;

use super::*;
use crate::blob;

fn good(decoded: Result<Decoded, DecodeError>) -> Vec<SpanGroup> {
    let decoded = decoded.expect("it decodes");
    assert_eq!(decoded.rejections, []);
    decoded.groups
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_valid_request_survives_protobuf(groups in vec(strategies::group(), 1..3)) {
        prop_assert_eq!(&good(decode_protobuf(&encode_protobuf(groups.clone()))), &groups);
    }

    #[test]
    fn any_valid_request_survives_json(groups in vec(strategies::group(), 1..3)) {
        prop_assert_eq!(&good(decode_json(encode_json(&groups).to_string().as_bytes())), &groups);
    }

    #[test]
    fn a_stored_span_is_the_span(span in strategies::span(), max_inline in 0_usize..10) {
        let mut kept: Vec<Vec<u8>> = Vec::new();
        let bytes = blob::encode_span(span.clone(), max_inline, &mut |value| {
            kept.push(value);
            let mut hash = [0; 32];
            hash[0] = u8::try_from(kept.len() - 1).unwrap();
            hash
        });
        let block = blob::encode_block(&[b"before".to_vec(), bytes, Vec::new()]);
        let bytes = blob::span_in_block(&block, 1).unwrap();
        let mut fetch = |hash: blob::ValueHash| Ok::<_, blob::BlobError>(kept[usize::from(hash[0])].clone());
        prop_assert_eq!(blob::decode_span(span.trace_id, bytes, &mut fetch).unwrap(), span);
        prop_assert_eq!(blob::span_in_block(&block, 2).unwrap(), b"");
        prop_assert!(blob::span_in_block(&block, 3).is_err());
    }

    #[test]
    fn garbage_is_refused_or_read_but_never_panics(body in vec(any::<u8>(), 0..200)) {
        let _ = decode_protobuf(&body);
        let _ = decode_json(&body);
        let _ = blob::span_in_block(&body, 0);
        let _ = blob::decode_resource(&body);
    }
}

#[test]
fn not_a_number_survives() {
    let mut group = SpanGroup {
        spans: vec![model::Span::new(testkit::trace_id(1), testkit::span_id(1), "n")],
        ..SpanGroup::default()
    };
    group.spans[0].attributes = vec![Attribute::new("nan", AnyValue::Double(f64::NAN))];
    for groups in [
        good(decode_protobuf(&encode_protobuf(vec![group.clone()]))),
        good(decode_json(encode_json(&[group]).to_string().as_bytes())),
    ] {
        assert!(
            matches!(groups[0].spans[0].attributes[0].value, AnyValue::Double(double) if double.is_nan())
        );
    }
}

/// A request with one span that has these fields beside its ids.
fn request(fields: serde_json::Value) -> Vec<u8> {
    let mut span = json!({"traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708"});
    span.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).to_string().into_bytes()
}

#[test]
fn json_is_read_with_the_liberties_of_the_specification() {
    let groups = good(decode_json(&request(json!({
        "kind": "SPAN_KIND_CLIENT", "status": {"code": "STATUS_CODE_ERROR"},
        "startTimeUnixNano": 1795358868000000001_u64, "endTimeUnixNano": "1795358868000000002",
        "attributes": [
            {"key": "int", "value": {"intValue": "9223372036854775807"}},
            {"key": "number", "value": {"intValue": 5}},
            {"key": "nan", "value": {"doubleValue": "-Infinity"}},
            {"key": "list", "value": {"arrayValue": {}}},
            {"key": "map", "value": {"kvlistValue": {"values": null}}},
            {"key": "bytes", "value": {"bytesValue": "-_8"}},
            {"key": "none"}, {"key": "null", "value": null}, {"key": "empty", "value": {}},
        ],
        "events": null, "links": null, "droppedLinksCount": "7", "flags": null, "aNewField": [1, {"x": 2}],
        "parentSpanId": "",
    }))));
    let span = &groups[0].spans[0];
    assert_eq!((span.kind, span.status.code), (SpanKind::CLIENT, StatusCode::ERROR));
    assert_eq!(
        (span.start_time_unix_nano, span.end_time_unix_nano),
        (1_795_358_868_000_000_001, 1_795_358_868_000_000_002)
    );
    let values: Vec<&AnyValue> = span.attributes.iter().map(|attribute| &attribute.value).collect();
    assert_eq!(
        values,
        [
            &AnyValue::Int(i64::MAX),
            &AnyValue::Int(5),
            &AnyValue::Double(f64::NEG_INFINITY),
            &AnyValue::Array(vec![]),
            &AnyValue::KvList(vec![]),
            &AnyValue::Bytes(vec![0xfb, 0xff]),
            &AnyValue::Empty,
            &AnyValue::Empty,
            &AnyValue::Empty,
        ]
    );
    assert_eq!((span.dropped_links_count, span.parent_span_id), (7, None));
}

#[test]
fn integers_of_javascript_beyond_64_bits_are_doubles() {
    // What `JSON.stringify` makes of the whole numbers -2^63, 2^63 - 1024, 2^63, 2^64 and `Number.MAX_VALUE`.
    for (number, expected) in [
        ("-9223372036854776000", AnyValue::Int(i64::MIN)),
        ("9223372036854774784", AnyValue::Int(i64::MAX - 1023)),
        ("9223372036854776000", AnyValue::Double(9_223_372_036_854_775_808.0)),
        ("18446744073709552000", AnyValue::Double(18_446_744_073_709_551_616.0)),
        ("1.7976931348623157e308", AnyValue::Double(f64::MAX)),
        ("-1.7976931348623157e308", AnyValue::Double(f64::MIN)),
    ] {
        let attributes = format!(r#"[{{"key":"n","value":{{"intValue":{number}}}}}]"#);
        let body = String::from_utf8(request(json!({"attributes": "here"}))).unwrap();
        let groups = good(decode_json(body.replace(r#""here""#, &attributes).as_bytes()));
        assert_eq!(groups[0].spans[0].attributes[0].value, expected, "{number}");
    }
    let fraction = request(json!({"attributes": [{"key": "n", "value": {"intValue": 1.5}}]}));
    assert_eq!(decode_json(&fraction).unwrap().rejections.len(), 1);
}

#[test]
fn one_bad_span_does_not_cost_the_others() {
    let good_span =
        json!({"traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708", "name": "good"});
    let with = |key: &str, value: &str| {
        let mut span = good_span.clone();
        span[key] = json!(value);
        span["name"] = json!("bad");
        span
    };
    for (bad, reason) in [
        (with("traceId", ""), RejectReason::NoTraceId),
        (with("spanId", ""), RejectReason::NoSpanId),
        (with("traceId", "0102030405060708090a0b0c0d0e0f1011"), RejectReason::TraceIdTooLong),
        (with("spanId", "010203040506070809"), RejectReason::SpanIdTooLong),
        (with("traceId", "00000000000000000000000000000000"), RejectReason::ZeroId),
        (with("spanId", "AQIDBAUGBwg="), RejectReason::NotHex),
        (with("traceId", "0x02030405060708090a0b0c0d0e0f10"), RejectReason::NotHex),
    ] {
        let body = json!({"resourceSpans": [{"scopeSpans": [{"spans": [bad, good_span]}]}]}).to_string();
        let decoded = decode_json(body.as_bytes()).unwrap();
        assert_eq!(decoded.rejections, [Rejection { span_name: "bad".into(), reason }]);
        assert_eq!(decoded.groups[0].spans[0].name, "good");
    }
}

#[test]
fn short_ids_are_padded_as_mlflow_does() {
    let groups = good(decode_json(&request(
        json!({"traceId": "0a", "spanId": "0b", "parentSpanId": "0000000000000000"}),
    )));
    let span = &groups[0].spans[0];
    assert_eq!(span.trace_id.to_string(), "0000000000000000000000000000000a");
    assert_eq!(span.span_id.to_string(), "000000000000000b");
    assert_eq!(span.parent_span_id, None, "an all-zero parent is no parent");
}

#[test]
fn what_is_no_request_is_an_error_that_says_where() {
    for body in ["", "[]", "null", "\"x\"", "5", "{\"resourceSpans\": 5}", "{} x"] {
        assert!(matches!(decode_json(body.as_bytes()), Err(DecodeError::Json(..))), "{body}");
    }
    assert!(matches!(decode_protobuf(b"\x0a\xff"), Err(DecodeError::Protobuf(..))));
    assert!(!decode_json(b"{}").unwrap().has_resource_spans);
    assert!(decode_json(br#"{"resourceSpans": [{}]}"#).unwrap().has_resource_spans);
}

#[test]
fn a_list_is_no_message() {
    for body in [
        r#"[[{"scopeSpans": []}]]"#,
        r#"{"resourceSpans": [[{"scopeSpans": []}]]}"#,
        r#"{"resourceSpans": [{"resource": [], "scopeSpans": []}]}"#,
    ] {
        assert!(matches!(decode_json(body.as_bytes()), Err(DecodeError::Json(..))), "{body}");
    }
    let decoded = decode_json(br#"{"resourceSpans": [{"scopeSpans": [{"spans": [["00"]]}]}]}"#).unwrap();
    assert!(matches!(decoded.rejections[0].reason, RejectReason::Malformed(_)), "{decoded:?}");
}

#[test]
fn a_link_to_nowhere_does_not_cost_its_span() {
    for (trace_id, span_id) in
        [("", ""), ("zz", "0102030405060708"), ("0102030405060708090a0b0c0d0e0f1011", "01")]
    {
        let groups =
            good(decode_json(&request(json!({"links": [{"traceId": trace_id, "spanId": span_id}]}))));
        assert!(groups[0].spans[0].links[0].trace_id.is_zero(), "{trace_id}");
    }
}

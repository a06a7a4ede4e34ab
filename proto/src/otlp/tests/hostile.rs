//! What a hostile or careless sender can put into a request costs at most the span that it is in.

use model::Span;
use prost::Message as _;

use super::*;
use crate::otlp::wire::put_delimited;

const DEEPEST: usize = Limits::DEEPEST_VALUE;

fn span_of(attributes: Vec<Attribute>) -> SpanGroup {
    let mut span = Span::new(testkit::trace_id(1), testkit::span_id(1), "neighbour");
    span.attributes = attributes;
    SpanGroup { spans: vec![span], ..SpanGroup::default() }
}

/// A value that is nested so many lists or key-value lists deep.
fn nested(n_levels: usize, is_list: bool) -> AnyValue {
    (0..n_levels).fold(AnyValue::Int(1), |inner, _| {
        if is_list {
            AnyValue::Array(vec![inner])
        } else {
            AnyValue::KvList(vec![Attribute::new("k", inner)])
        }
    })
}

/// The same on the wire, for depths at which nothing that recurses can be used.
fn nested_on_wire(n_levels: usize, is_list: bool) -> Vec<u8> {
    (0..n_levels).fold(b"\x18\x01".to_vec(), |inner, _| {
        let mut item = inner;
        if !is_list {
            let mut key_value = Vec::new();
            put_delimited(&mut key_value, 1, b"k");
            put_delimited(&mut key_value, 2, &item);
            item = key_value;
        }
        let (mut list, mut value) = (Vec::new(), Vec::new());
        put_delimited(&mut list, 1, &item);
        put_delimited(&mut value, if is_list { 5 } else { 6 }, &list);
        value
    })
}

/// What the innermost levels of a value read as.
fn text_of(n_levels: usize, is_list: bool) -> String {
    let (open, close) = if is_list {
        (r#"{"arrayValue":{"values":["#, "]}}")
    } else {
        (r#"{"kvlistValue":{"values":[{"key":"k","value":"#, "}]}}")
    };
    format!(r#"{}{{"intValue":"1"}}{}"#, open.repeat(n_levels), close.repeat(n_levels))
}

/// A protobuf request of two spans: a good one, and one of these bytes.
fn protobuf_with_span(span: &[u8]) -> Vec<u8> {
    let mut body = encode_protobuf(vec![span_of(Vec::new())]);
    let (mut scope_spans, mut resource_spans) = (Vec::new(), Vec::new());
    put_delimited(&mut scope_spans, 2, span);
    put_delimited(&mut resource_spans, 2, &scope_spans);
    put_delimited(&mut body, 1, &resource_spans);
    body
}

/// A span with valid ids, and fields of these bytes.
fn span_on_wire(fields: &[(u32, &[u8])]) -> Vec<u8> {
    let mut span = Vec::new();
    put_delimited(&mut span, 1, &[2; 16]);
    put_delimited(&mut span, 2, &[2; 8]);
    for (number, payload) in fields {
        put_delimited(&mut span, *number, payload);
    }
    span
}

fn attribute_on_wire(key: &[u8], value: &[u8]) -> Vec<u8> {
    let mut attribute = Vec::new();
    put_delimited(&mut attribute, 1, key);
    put_delimited(&mut attribute, 2, value);
    attribute
}

fn spans_of(decoded: &Decoded) -> Vec<&Span> {
    decoded.groups.iter().flat_map(|group| &group.spans).collect()
}

/// Returns what became of the second span of a request.
fn second(body: &[u8]) -> Span {
    let decoded = decode_protobuf(body).unwrap();
    assert_eq!(decoded.rejections, []);
    let spans = spans_of(&decoded);
    assert_eq!(spans.len(), 2);
    assert_eq!(spans[0].name, "neighbour");
    spans[1].clone()
}

#[test]
fn values_nest_to_the_limit_and_are_text_beyond_it() {
    for is_list in [true, false] {
        for n_levels in [DEEPEST, DEEPEST + 1, 1_000, 20_000] {
            let wire = nested_on_wire(n_levels, is_list);
            let span = second(&protobuf_with_span(&span_on_wire(&[(9, &attribute_on_wire(b"deep", &wire))])));
            let mut value = &span.attributes[0].value;
            for _ in 0..DEEPEST {
                value = match value {
                    AnyValue::Array(values) => &values[0],
                    AnyValue::KvList(pairs) => &pairs[0].value,
                    other => panic!("{n_levels} levels: {other:?}"),
                };
            }
            let expected = if n_levels == DEEPEST {
                AnyValue::Int(1)
            } else {
                AnyValue::String(text_of(n_levels - DEEPEST, is_list))
            };
            assert!(*value == expected, "{n_levels} levels");
            // The same in JSON, written without recursion.
            let json = format!(
                r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"{}","spanId":"{}","attributes":[{{"key":"deep","value":{}}}]}}]}}]}}]}}"#,
                "02".repeat(16),
                "02".repeat(8),
                text_of(n_levels, is_list)
            );
            let decoded = decode_json(json.as_bytes()).unwrap();
            assert!(spans_of(&decoded) == [&span], "JSON, {n_levels} levels");
        }
    }
}

#[test]
fn what_is_taken_can_be_stored_and_read() {
    for is_list in [true, false] {
        let mut span = Span::new(testkit::trace_id(1), testkit::span_id(1), "n");
        let attributes = vec![Attribute::new("deep", nested(DEEPEST, is_list))];
        // Inside of an event there are most messages around a value.
        span.events = vec![model::Event { attributes, ..model::Event::default() }];
        let bytes = blob::encode_span(span.clone(), usize::MAX, &mut |_| [0; 32]);
        let read =
            blob::decode_span(span.trace_id, &bytes, &mut |_| Err(blob::BlobError("no large value".into())));
        assert_eq!(read, Ok(span));
    }
}

#[test]
fn a_lower_limit_of_depth_holds_for_every_attribute() {
    let limits = Limits { max_value_depth: 2, ..Limits::default() };
    let attributes = |depth| vec![Attribute::new("k", nested(depth, true))];
    let mut group = span_of(attributes(3));
    group.spans[0].events = vec![model::Event { attributes: attributes(3), ..model::Event::default() }];
    group.resource.attributes = attributes(3);
    group.scope.attributes = attributes(2);
    let body = encode_protobuf(vec![group.clone()]);
    let decoded = decode_protobuf_within(&body, &limits).unwrap();
    assert_eq!(decoded, decode_json_within(encode_json(&[group]).to_string().as_bytes(), &limits).unwrap());
    let text = AnyValue::String(text_of(1, true));
    let cut = vec![Attribute::new("k", AnyValue::Array(vec![AnyValue::Array(vec![text])]))];
    let group = &decoded.groups[0];
    assert_eq!(group.spans[0].attributes, cut);
    assert_eq!(group.spans[0].events[0].attributes, cut);
    assert_eq!(group.resource.attributes, cut);
    assert_eq!(group.scope.attributes, attributes(2), "at the limit nothing changes");
}

#[test]
fn a_value_over_the_limit_of_size_rejects_its_span_alone() {
    let limits = Limits { max_value_bytes: 1_000, ..Limits::default() };
    for (n_bytes, n_rejected) in [(1_000, 0), (1_001, 1)] {
        for value in [AnyValue::String("x".repeat(n_bytes)), AnyValue::Bytes(vec![0; n_bytes])] {
            let large = span_of(vec![Attribute::new("in a list", AnyValue::Array(vec![value.clone()]))]);
            let body = encode_protobuf(vec![span_of(Vec::new()), large]);
            let decoded = decode_protobuf_within(&body, &limits).unwrap();
            assert_eq!(decoded.rejections.len(), n_rejected);
            assert_eq!(spans_of(&decoded).len(), 2 - n_rejected);
            // In a resource it is in all spans of it.
            let mut shared = span_of(Vec::new());
            shared.resource.attributes = vec![Attribute::new("large", value)];
            let body = encode_protobuf(vec![shared, span_of(Vec::new())]);
            let decoded = decode_protobuf_within(&body, &limits).unwrap();
            assert_eq!((decoded.rejections.len(), spans_of(&decoded).len()), (n_rejected, 2 - n_rejected));
        }
    }
    // Text that stands for what is nested too deeply is a value like any other.
    let wire = nested_on_wire(1_000, true);
    let body = protobuf_with_span(&span_on_wire(&[(9, &attribute_on_wire(b"deep", &wire))]));
    let decoded = decode_protobuf_within(&body, &limits).unwrap();
    assert_eq!(decoded.rejections[0].reason, RejectReason::ValueTooLarge { max_bytes: 1_000 });
    assert_eq!(spans_of(&decoded).len(), 1);
}

#[test]
fn the_limit_of_spans_holds_for_good_and_bad_ones_together() {
    let limits = Limits { max_spans: 3, ..Limits::default() };
    let good = json!({"traceId": "01", "spanId": "01"});
    for (n_good, n_bad, is_refused) in [(3, 0, false), (2, 1, false), (4, 0, true), (3, 1, true)] {
        let spans: Vec<_> = std::iter::repeat_n(&good, n_good)
            .chain(std::iter::repeat_n(&json!({}), n_bad))
            .cloned()
            .collect();
        let body = json!({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}).to_string();
        let refused =
            decode_json_within(body.as_bytes(), &limits) == Err(DecodeError::TooManySpans { max: 3 });
        assert_eq!(refused, is_refused, "{n_good} good, {n_bad} bad");
    }
}

#[test]
fn small_bodies_do_not_unfold_to_large_memory() {
    // Two bytes for an empty span.
    let mut spans = b"\x12\x00".repeat(Limits::MAX_MESSAGES + 1);
    let body = |spans: &[u8]| {
        let (mut resource_spans, mut body) = (Vec::new(), Vec::new());
        put_delimited(&mut resource_spans, 2, spans);
        put_delimited(&mut body, 1, &resource_spans);
        body
    };
    let too_many = Err(DecodeError::TooManyMessages { max: Limits::MAX_MESSAGES });
    assert_eq!(decode_protobuf(&body(&spans)), too_many);
    // One `ResourceSpans` and one `ScopeSpans` count as well.
    spans.truncate(2 * (Limits::MAX_MESSAGES - 2));
    assert_eq!(decode_protobuf(&body(&spans)), Err(DecodeError::TooManySpans { max: 100_000 }));
    let json = |n: usize| {
        format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{}{{}}]}}]}}]}}"#, "{},".repeat(n - 4))
    };
    assert_eq!(decode_json(json(Limits::MAX_MESSAGES + 1).as_bytes()), too_many);
    assert_eq!(decode_json(json(200_000).as_bytes()), Err(DecodeError::TooManySpans { max: 100_000 }));
}

#[test]
fn texts_that_are_not_utf_8_keep_what_can_be_read() {
    let event = {
        let mut event = Vec::new();
        put_delimited(&mut event, 2, b"event \xff");
        event
    };
    let mut value = Vec::new();
    put_delimited(&mut value, 1, b"value \xc3\x28");
    let attribute = attribute_on_wire(b"key \x80", &value);
    let span =
        second(&protobuf_with_span(&span_on_wire(&[(5, b"name \xff"), (9, &attribute), (11, &event)])));
    assert_eq!(span.name, "name \u{fffd}");
    assert_eq!(span.attributes, [Attribute::new("key \u{fffd}", AnyValue::String("value \u{fffd}(".into()))]);
    assert_eq!(span.events[0].name, "event \u{fffd}");
}

#[test]
fn a_span_that_is_damaged_inside_is_rejected_alone_and_named() {
    for (what, field) in [
        ("a length beyond the end of the span", &b"\x4a\x7f"[..]),
        ("the name as a number", b"\x28\x01"),
        ("a start time as a text", b"\x3a\x01x"),
        ("a varint without an end", b"\x30\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
        ("field number zero", b"\x00\x00"),
        ("a group without an end", b"\xfb\x01\x08\x01"),
    ] {
        let mut span = span_on_wire(&[(5, b"damaged")]);
        span.extend_from_slice(field);
        let decoded = decode_protobuf(&protobuf_with_span(&span)).expect(what);
        assert!(
            matches!(&decoded.rejections[..], [Rejection { span_name, reason: RejectReason::Malformed(_) }] if span_name == "damaged"),
            "{what}: {:?}",
            decoded.rejections
        );
        assert_eq!(spans_of(&decoded).len(), 1, "{what}");
    }
    // Unknown fields are what a newer protocol may send, groups of the old one included.
    let mut span = span_on_wire(&[(5, b"newer"), (99, b"x")]);
    span.extend_from_slice(b"\xfb\x01\x08\x01\xfc\x01");
    assert_eq!(second(&protobuf_with_span(&span)).name, "newer");
}

#[test]
fn damage_around_the_spans_refuses_the_request() {
    let whole = protobuf_with_span(&span_on_wire(&[]));
    for length in 1..whole.len() {
        let cut = decode_protobuf(&whole[..length]);
        // Where the second `ResourceSpans` begins, the first is a request of its own.
        let is_whole = encode_protobuf(vec![span_of(Vec::new())]).len() == length;
        assert_eq!(cut.is_ok(), is_whole, "{length} of {} bytes: {cut:?}", whole.len());
    }
}

#[test]
fn one_span_of_wrong_types_does_not_cost_the_others() {
    let good_span = json!({"traceId": "01", "spanId": "01", "name": "good"});
    for (key, value, word) in [
        ("kind", json!("SPAN_KIND_NOPE"), "SPAN_KIND_NOPE"),
        ("kind", json!([[[]]]), "SPAN_KIND"),
        ("startTimeUnixNano", json!(-1), "-1"),
        ("startTimeUnixNano", json!("soon"), "soon"),
        ("startTimeUnixNano", json!("18446744073709551616"), "18446744073709551616"),
        ("startTimeUnixNano", json!(1.5), "1.5"),
        ("attributes", json!({}), "sequence"),
        ("attributes", json!([5]), "object"),
        ("attributes", json!([{"key": 5}]), "string"),
        ("attributes", json!([{"key": "k", "value": 5}]), "stringValue"),
        ("attributes", json!([{"key": "k", "value": {"intValue": "1e3"}}]), "1e3"),
        ("attributes", json!([{"key": "k", "value": {"bytesValue": "*"}}]), "base64"),
        ("status", json!("ERROR"), "object"),
    ] {
        let mut bad = good_span.clone();
        bad["name"] = json!("bad");
        bad[key] = value;
        let body = json!({"resourceSpans": [{"scopeSpans": [{"spans": [bad, good_span]}]}]}).to_string();
        let decoded = decode_json(body.as_bytes()).unwrap();
        assert_eq!(spans_of(&decoded).len(), 1, "{key}");
        assert_eq!(spans_of(&decoded)[0].name, "good");
        let [Rejection { span_name, reason: RejectReason::Malformed(reason) }] = &decoded.rejections[..]
        else {
            panic!("{key}: {:?}", decoded.rejections)
        };
        assert_eq!(span_name, "bad");
        assert!(reason.contains(word) && reason.contains("column"), "{key}: {reason}");
    }
    // A number that no float holds, which cannot be written with `json!`.
    let body = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[
        {"traceId":"01","spanId":"01","attributes":[{"key":"k","value":{"doubleValue":1e400}}]},
        {"traceId":"01","spanId":"02"}]}]}]}"#;
    let decoded = decode_json(body.as_bytes()).unwrap();
    assert_eq!((spans_of(&decoded).len(), decoded.rejections.len()), (1, 1));
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_document() {
    let body = [b"\xef\xbb\xbf".as_slice(), &request(json!({"name": "marked"}))].concat();
    assert_eq!(good(decode_json(&body))[0].spans[0].name, "marked");
}

#[test]
fn what_is_unknown_is_skipped_however_deep_it_is() {
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let body = format!(
        r#"{{"unknown":{deep},"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"01","spanId":"01","x":{deep}}}]}}]}}]}}"#
    );
    assert_eq!(good(decode_json(body.as_bytes()))[0].spans.len(), 1);
    let wrong = format!(r#"{{"resourceSpans":{deep}}}"#);
    assert!(matches!(decode_json(wrong.as_bytes()), Err(DecodeError::Json(..))));
}

#[test]
fn text_of_deep_values_is_that_of_the_json_encoder() {
    let value = AnyValue::KvList(vec![
        Attribute::new("", AnyValue::Empty),
        Attribute::new("quote \" and \n", AnyValue::String("é\0".into())),
        Attribute::new("bool", AnyValue::Array(vec![AnyValue::Bool(true), AnyValue::Bool(false)])),
        Attribute::new("int", AnyValue::Int(i64::MIN)),
        Attribute::new(
            "double",
            AnyValue::Array(vec![AnyValue::Double(-1.5), AnyValue::Double(f64::NEG_INFINITY)]),
        ),
        Attribute::new("bytes", AnyValue::Bytes(vec![0xfb, 0xff])),
        Attribute::new("empty", AnyValue::Array(vec![AnyValue::Array(vec![]), AnyValue::KvList(vec![])])),
    ]);
    let wire = crate::otlp::protobuf::value_to_wire(value.clone()).encode_to_vec();
    let text = crate::otlp::raw_text::json_text(&wire, usize::MAX).unwrap();
    assert_eq!(text, crate::otlp::json_encode::any_value_json(&value).to_string());
}

#[test]
fn log_records_are_as_well_looked_after_as_spans() {
    let list = |items: &[&[u8]]| {
        let (mut scope, mut resource, mut body) = (Vec::new(), Vec::new(), Vec::new());
        items.iter().for_each(|item| put_delimited(&mut scope, 2, item));
        put_delimited(&mut resource, 2, &scope);
        put_delimited(&mut body, 1, &resource);
        body
    };
    let record = |text: &[u8], body: &[u8]| {
        let mut record = Vec::new();
        put_delimited(&mut record, 3, text);
        put_delimited(&mut record, 5, body);
        put_delimited(&mut record, 9, &[1; 16]);
        record
    };
    let mut damaged = record(b"damaged", b"");
    damaged.extend_from_slice(b"\x32\x7f");
    let items = [record(b"good", b"\x18\x01"), damaged, record(b"bytes \xff", &nested_on_wire(1_000, false))];
    let body = list(&[&items[0], &items[1], &items[2]]);
    let decoded = decode_logs_protobuf(&body).unwrap();
    assert!(matches!(&decoded.rejections[..], [RejectReason::Malformed(_)]), "{:?}", decoded.rejections);
    let records = &decoded.groups[0].records;
    assert_eq!(records[0].body, AnyValue::Int(1));
    assert_eq!(records[1].severity_text, "bytes \u{fffd}");

    let value = text_of(1_000, false);
    let json = format!(
        r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[
        {{"traceId":"{id}","severityText":"good","body":{{"intValue":1}}}},
        {{"traceId":"{id}","severityNumber":"LOUD"}},
        {{"traceId":"{id}","severityText":"bytes \udc00","body":{value}}}]}}]}}]}}"#,
        id = "01".repeat(16)
    );
    let from_json = decode_logs_json(json.as_bytes()).unwrap();
    assert_eq!(from_json.groups, decoded.groups);
    assert!(
        matches!(&from_json.rejections[..], [RejectReason::Malformed(reason)] if reason.contains("LOUD"))
    );

    for (max_spans, is_refused) in [(3, false), (2, true)] {
        let refused = decode_logs_protobuf_within(&body, &Limits { max_spans, ..Limits::default() });
        assert_eq!(refused.is_err(), is_refused);
    }
}

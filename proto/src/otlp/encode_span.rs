//! Spans as OTLP protobuf, written straight from `model` to where they are kept.
//!
//! Every span that arrives is stored so. prost's own encoder wants its own messages, which would have to be built and taken apart
//! again for each. The fields are written by prost's functions, in its order: the bytes are the same.

use model::{AnyValue, Attribute, Event, Link, Span, Status};
use prost::encoding::{
    WireType, bool, double, encode_key, encode_varint, encoded_len_varint, fixed32, fixed64, int32, int64,
    key_len, string, uint32,
};

/// Appends a `Span` message without its trace id.
pub(crate) fn put_span(span: &Span, out: &mut Vec<u8>) {
    put_bytes(2, &span.span_id.0, out);
    put_text(3, &span.trace_state, out);
    if let Some(parent) = span.parent_span_id {
        put_bytes(4, &parent.0, out);
    }
    put_text(5, &span.name, out);
    put_int32(6, span.kind.0, out);
    put_fixed64(7, span.start_time_unix_nano, out);
    put_fixed64(8, span.end_time_unix_nano, out);
    put_attributes(9, &span.attributes, out);
    put_uint32(10, span.dropped_attributes_count, out);
    for event in &span.events {
        put_head(11, event_len(event), out);
        put_event(event, out);
    }
    put_uint32(12, span.dropped_events_count, out);
    for link in &span.links {
        put_head(13, link_len(link), out);
        put_link(link, out);
    }
    put_uint32(14, span.dropped_links_count, out);
    if span.status != Status::default() {
        put_head(15, status_len(&span.status), out);
        put_text(2, &span.status.message, out);
        put_int32(3, span.status.code.0, out);
    }
    put_fixed32(16, span.flags, out);
}

/// Returns how many bytes [`put_span`] appends.
pub(crate) fn span_len(span: &Span) -> usize {
    let events: usize = span.events.iter().map(|event| nested_len(11, event_len(event))).sum();
    let links: usize = span.links.iter().map(|link| nested_len(13, link_len(link))).sum();
    let status = &span.status;
    nested_len(2, span.span_id.0.len())
        + text_len(3, &span.trace_state)
        + span.parent_span_id.map_or(0, |parent| nested_len(4, parent.0.len()))
        + text_len(5, &span.name)
        + int32_len(6, span.kind.0)
        + fixed64_len(7, span.start_time_unix_nano)
        + fixed64_len(8, span.end_time_unix_nano)
        + attributes_len(9, &span.attributes)
        + uint32_len(10, span.dropped_attributes_count)
        + events
        + uint32_len(12, span.dropped_events_count)
        + links
        + uint32_len(14, span.dropped_links_count)
        + if *status == Status::default() { 0 } else { nested_len(15, status_len(status)) }
        + fixed32_len(16, span.flags)
}

fn put_event(event: &Event, out: &mut Vec<u8>) {
    put_fixed64(1, event.time_unix_nano, out);
    put_text(2, &event.name, out);
    put_attributes(3, &event.attributes, out);
    put_uint32(4, event.dropped_attributes_count, out);
}

fn event_len(event: &Event) -> usize {
    fixed64_len(1, event.time_unix_nano)
        + text_len(2, &event.name)
        + attributes_len(3, &event.attributes)
        + uint32_len(4, event.dropped_attributes_count)
}

fn put_link(link: &Link, out: &mut Vec<u8>) {
    put_bytes(1, &link.trace_id.0, out);
    put_bytes(2, &link.span_id.0, out);
    put_text(3, &link.trace_state, out);
    put_attributes(4, &link.attributes, out);
    put_uint32(5, link.dropped_attributes_count, out);
    put_fixed32(6, link.flags, out);
}

fn link_len(link: &Link) -> usize {
    nested_len(1, link.trace_id.0.len())
        + nested_len(2, link.span_id.0.len())
        + text_len(3, &link.trace_state)
        + attributes_len(4, &link.attributes)
        + uint32_len(5, link.dropped_attributes_count)
        + fixed32_len(6, link.flags)
}

fn status_len(status: &Status) -> usize {
    text_len(2, &status.message) + int32_len(3, status.code.0)
}

fn put_attributes(number: u32, attributes: &[Attribute], out: &mut Vec<u8>) {
    for Attribute { key, value } in attributes {
        let n_bytes = value_len(value);
        put_head(number, text_len(1, key) + nested_len(2, n_bytes), out);
        put_text(1, key, out);
        put_head(2, n_bytes, out);
        put_value(value, out);
    }
}

fn attributes_len(number: u32, attributes: &[Attribute]) -> usize {
    let len = |Attribute { key, value }: &Attribute| text_len(1, key) + nested_len(2, value_len(value));
    attributes.iter().map(|attribute| nested_len(number, len(attribute))).sum()
}

/// Which of the kinds of values it is always stands there, also where the value is its default.
fn put_value(value: &AnyValue, out: &mut Vec<u8>) {
    match value {
        AnyValue::Empty => {}
        AnyValue::String(text) => string::encode(1, text, out),
        AnyValue::Bool(truth) => bool::encode(2, truth, out),
        AnyValue::Int(int) => int64::encode(3, int, out),
        AnyValue::Double(double) => double::encode(4, double, out),
        AnyValue::Array(values) => {
            put_head(5, values_len(values), out);
            for value in values {
                put_head(1, value_len(value), out);
                put_value(value, out);
            }
        }
        AnyValue::KvList(pairs) => {
            put_head(6, attributes_len(1, pairs), out);
            put_attributes(1, pairs, out);
        }
        AnyValue::Bytes(bytes) => put_bytes(7, bytes, out),
    }
}

fn value_len(value: &AnyValue) -> usize {
    match value {
        AnyValue::Empty => 0,
        AnyValue::String(text) => nested_len(1, text.len()),
        AnyValue::Bool(truth) => bool::encoded_len(2, truth),
        AnyValue::Int(int) => int64::encoded_len(3, int),
        AnyValue::Double(double) => double::encoded_len(4, double),
        AnyValue::Array(values) => nested_len(5, values_len(values)),
        AnyValue::KvList(pairs) => nested_len(6, attributes_len(1, pairs)),
        AnyValue::Bytes(bytes) => nested_len(7, bytes.len()),
    }
}

fn values_len(values: &[AnyValue]) -> usize {
    values.iter().map(|value| nested_len(1, value_len(value))).sum()
}

/// Writes what stands before a message, a text or bytes.
pub(crate) fn put_head(number: u32, n_bytes: usize, out: &mut Vec<u8>) {
    encode_key(number, WireType::LengthDelimited, out);
    encode_varint(n_bytes as u64, out);
}

fn nested_len(number: u32, n_bytes: usize) -> usize {
    key_len(number) + encoded_len_varint(n_bytes as u64) + n_bytes
}

fn put_bytes(number: u32, bytes: &[u8], out: &mut Vec<u8>) {
    put_head(number, bytes.len(), out);
    out.extend_from_slice(bytes);
}

fn put_text(number: u32, text: &String, out: &mut Vec<u8>) {
    if !text.is_empty() {
        string::encode(number, text, out);
    }
}

fn text_len(number: u32, text: &str) -> usize {
    if text.is_empty() { 0 } else { nested_len(number, text.len()) }
}

/// A number that is zero is left out.
macro_rules! number_field {
    ($put:ident, $len:ident, $encoding:ident, $number:ty) => {
        fn $put(number: u32, value: $number, out: &mut Vec<u8>) {
            if value != 0 {
                $encoding::encode(number, &value, out);
            }
        }

        fn $len(number: u32, value: $number) -> usize {
            if value == 0 { 0 } else { $encoding::encoded_len(number, &value) }
        }
    };
}

number_field!(put_int32, int32_len, int32, i32);
number_field!(put_uint32, uint32_len, uint32, u32);
number_field!(put_fixed32, fixed32_len, fixed32, u32);
number_field!(put_fixed64, fixed64_len, fixed64, u64);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use prost::Message as _;
    use testkit::strategies;

    use super::*;
    use crate::otlp::protobuf::span_to_wire;

    proptest! {
        #[test]
        fn the_bytes_are_those_of_prost(span in strategies::span()) {
            let mut wire = span_to_wire(span.clone());
            wire.trace_id = Vec::new();
            let mut bytes = b"before".to_vec();
            put_span(&span, &mut bytes);
            prop_assert_eq!(&bytes[b"before".len()..], wire.encode_to_vec());
            prop_assert_eq!(span_len(&span), bytes.len() - b"before".len());
        }
    }

    #[test]
    fn numbers_and_texts_of_any_length_are_those_of_prost() {
        let mut span = Span::new(testkit::trace_id(1), testkit::span_id(1), "n");
        (span.kind.0, span.status.code.0) = (-1, i32::MIN);
        let texts = [0, 127, 128, 16_383, 16_384, 70_000].map(|n| AnyValue::String("x".repeat(n)));
        let numbers = [0, -1, i64::MIN, i64::MAX].map(AnyValue::Int);
        let doubles = [0.0, -0.0, f64::NAN].map(AnyValue::Double);
        let values: Vec<AnyValue> = texts.into_iter().chain(numbers).chain(doubles).collect();
        let nested = (0..20).fold(AnyValue::Array(values.clone()), |inner, _| {
            AnyValue::Array(vec![AnyValue::KvList(vec![Attribute::new("", inner)])])
        });
        span.attributes =
            values.into_iter().chain([nested]).map(|value| Attribute::new("k", value)).collect();
        let mut wire = span_to_wire(span.clone());
        wire.trace_id = Vec::new();
        let mut bytes = Vec::new();
        put_span(&span, &mut bytes);
        assert_eq!(bytes, wire.encode_to_vec());
    }
}

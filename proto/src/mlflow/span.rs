//! Spans as MLflow's API answers them: the OTLP message in proto-JSON, snake case, base64 ids (contract d.4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{AnyValue, Attribute, Event, Link, Span, StatusCode};
use serde_json::{Map, Value, json};

/// Encodes a span. `attributes` stands for its own ones, as the reader's rules have decoded them.
pub fn span(span: &Span, attributes: &[Attribute]) -> Value {
    let mut message = Map::new();
    let mut put = |key: &str, is_set: bool, value: Value| {
        if is_set {
            message.insert(key.to_owned(), value);
        }
    };
    put("trace_id", true, json!(STANDARD.encode(span.trace_id.0)));
    put("span_id", true, json!(STANDARD.encode(span.span_id.0)));
    put("trace_state", !span.trace_state.is_empty(), json!(span.trace_state));
    if let Some(parent) = span.parent_span_id {
        put("parent_span_id", true, json!(STANDARD.encode(parent.0)));
    }
    put("name", true, json!(span.name));
    put("kind", true, json!(span.kind.name()));
    put("start_time_unix_nano", span.start_time_unix_nano != 0, json!(span.start_time_unix_nano));
    put("end_time_unix_nano", span.end_time_unix_nano != 0, json!(span.end_time_unix_nano));
    put("attributes", !attributes.is_empty(), attributes_json(attributes));
    put("events", !span.events.is_empty(), span.events.iter().map(event).collect());
    put("links", !span.links.is_empty(), span.links.iter().map(link).collect());
    let mut status = Map::new();
    if span.status.code != StatusCode::UNSET {
        status.insert("code".into(), json!(span.status.code.name()));
    }
    if !span.status.message.is_empty() {
        status.insert("message".into(), json!(span.status.message));
    }
    put("status", true, Value::Object(status));
    Value::Object(message)
}

fn event(event: &Event) -> Value {
    let mut message = Map::new();
    message.insert("time_unix_nano".into(), json!(event.time_unix_nano));
    message.insert("name".into(), json!(event.name));
    if !event.attributes.is_empty() {
        message.insert("attributes".into(), attributes_json(&event.attributes));
    }
    Value::Object(message)
}

fn link(link: &Link) -> Value {
    let mut message = Map::new();
    message.insert("trace_id".into(), json!(STANDARD.encode(link.trace_id.0)));
    message.insert("span_id".into(), json!(STANDARD.encode(link.span_id.0)));
    if !link.attributes.is_empty() {
        message.insert("attributes".into(), attributes_json(&link.attributes));
    }
    Value::Object(message)
}

fn attributes_json(attributes: &[Attribute]) -> Value {
    attributes
        .iter()
        .map(|attribute| match &attribute.value {
            AnyValue::Empty => json!({"key": attribute.key}),
            value => json!({"key": attribute.key, "value": value_json(value)}),
        })
        .collect()
}

fn value_json(value: &AnyValue) -> Value {
    match value {
        AnyValue::Empty => json!({}),
        AnyValue::String(text) => json!({"string_value": text}),
        AnyValue::Bool(truth) => json!({"bool_value": truth}),
        AnyValue::Int(int) => json!({"int_value": int}),
        AnyValue::Double(double) if double.is_nan() => json!({"double_value": "NaN"}),
        AnyValue::Double(double) if double.is_infinite() => {
            json!({"double_value": if *double > 0.0 { "Infinity" } else { "-Infinity" }})
        }
        AnyValue::Double(double) => json!({"double_value": double}),
        AnyValue::Array(values) if values.is_empty() => json!({"array_value": {}}),
        AnyValue::Array(values) => {
            json!({"array_value": {"values": values.iter().map(value_json).collect::<Vec<_>>()}})
        }
        AnyValue::KvList(pairs) if pairs.is_empty() => json!({"kvlist_value": {}}),
        AnyValue::KvList(pairs) => json!({"kvlist_value": {"values": attributes_json(pairs)}}),
        AnyValue::Bytes(bytes) => json!({"bytes_value": STANDARD.encode(bytes)}),
    }
}

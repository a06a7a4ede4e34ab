//! `model` to OTLP/JSON: hex ids, 64-bit integers as strings, enums as numbers, as the specification writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{AnyValue, Attribute, Event, InstrumentationScope, Link, Resource, Span, SpanGroup, Status};
use serde_json::{Map, Value, json};

/// Encodes groups as an `ExportTraceServiceRequest` in JSON.
pub fn encode_json(groups: &[SpanGroup]) -> Value {
    json!({"resourceSpans": groups.iter().map(encode_json_group).collect::<Vec<_>>()})
}

/// Writes one group as an element of `resourceSpans`, for requests that are too large to be written at once.
pub fn encode_json_group(group: &SpanGroup) -> Value {
    let mut scope_spans = Map::new();
    if !group.scope.is_empty() {
        scope_spans.insert("scope".into(), scope_json(&group.scope));
    }
    scope_spans.insert("spans".into(), group.spans.iter().map(span_json).collect());
    put_text(&mut scope_spans, "schemaUrl", &group.scope.schema_url);
    let mut resource_spans = Map::new();
    resource_spans.insert("resource".into(), resource_json(&group.resource));
    resource_spans.insert("scopeSpans".into(), json!([scope_spans]));
    put_text(&mut resource_spans, "schemaUrl", &group.resource.schema_url);
    Value::Object(resource_spans)
}

/// Writes a value as an OTLP/JSON `AnyValue` object.
pub(super) fn any_value_json(value: &AnyValue) -> Value {
    match value {
        AnyValue::Empty => json!({}),
        AnyValue::String(text) => json!({"stringValue": text}),
        AnyValue::Bool(truth) => json!({"boolValue": truth}),
        AnyValue::Int(int) => json!({"intValue": int.to_string()}),
        AnyValue::Double(double) => json!({"doubleValue": double_json(*double)}),
        AnyValue::Array(values) => {
            json!({"arrayValue": {"values": values.iter().map(any_value_json).collect::<Vec<_>>()}})
        }
        AnyValue::KvList(pairs) => json!({"kvlistValue": {"values": attributes_json(pairs)}}),
        AnyValue::Bytes(bytes) => json!({"bytesValue": STANDARD.encode(bytes)}),
    }
}

fn double_json(double: f64) -> Value {
    if double.is_nan() {
        json!("NaN")
    } else if double.is_infinite() {
        json!(if double > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        json!(double)
    }
}

fn attributes_json(attributes: &[Attribute]) -> Value {
    attributes
        .iter()
        .map(|attribute| json!({"key": attribute.key, "value": any_value_json(&attribute.value)}))
        .collect()
}

fn span_json(span: &Span) -> Value {
    let mut object = Map::new();
    object.insert("traceId".into(), json!(span.trace_id.to_string()));
    object.insert("spanId".into(), json!(span.span_id.to_string()));
    put_text(&mut object, "traceState", &span.trace_state);
    if let Some(parent) = span.parent_span_id {
        object.insert("parentSpanId".into(), json!(parent.to_string()));
    }
    put_number(&mut object, "flags", span.flags);
    object.insert("name".into(), json!(span.name));
    object.insert("kind".into(), json!(span.kind.0));
    object.insert("startTimeUnixNano".into(), json!(span.start_time_unix_nano.to_string()));
    object.insert("endTimeUnixNano".into(), json!(span.end_time_unix_nano.to_string()));
    put_attributes(&mut object, &span.attributes, span.dropped_attributes_count);
    if !span.events.is_empty() {
        object.insert("events".into(), span.events.iter().map(event_json).collect());
    }
    put_number(&mut object, "droppedEventsCount", span.dropped_events_count);
    if !span.links.is_empty() {
        object.insert("links".into(), span.links.iter().map(link_json).collect());
    }
    put_number(&mut object, "droppedLinksCount", span.dropped_links_count);
    if span.status != Status::default() {
        let mut status = Map::new();
        put_text(&mut status, "message", &span.status.message);
        status.insert("code".into(), json!(span.status.code.0));
        object.insert("status".into(), Value::Object(status));
    }
    Value::Object(object)
}

fn event_json(event: &Event) -> Value {
    let mut object = Map::new();
    object.insert("timeUnixNano".into(), json!(event.time_unix_nano.to_string()));
    object.insert("name".into(), json!(event.name));
    put_attributes(&mut object, &event.attributes, event.dropped_attributes_count);
    Value::Object(object)
}

fn link_json(link: &Link) -> Value {
    let mut object = Map::new();
    object.insert("traceId".into(), json!(link.trace_id.to_string()));
    object.insert("spanId".into(), json!(link.span_id.to_string()));
    put_text(&mut object, "traceState", &link.trace_state);
    put_attributes(&mut object, &link.attributes, link.dropped_attributes_count);
    put_number(&mut object, "flags", link.flags);
    Value::Object(object)
}

fn resource_json(resource: &Resource) -> Value {
    let mut object = Map::new();
    put_attributes(&mut object, &resource.attributes, resource.dropped_attributes_count);
    if !resource.entity_refs.is_empty() {
        let entities = resource.entity_refs.iter().map(|entity| {
            json!({
                "schemaUrl": entity.schema_url,
                "type": entity.entity_type,
                "idKeys": entity.id_keys,
                "descriptionKeys": entity.description_keys,
            })
        });
        object.insert("entityRefs".into(), entities.collect());
    }
    Value::Object(object)
}

fn scope_json(scope: &InstrumentationScope) -> Value {
    let mut object = Map::new();
    put_text(&mut object, "name", &scope.name);
    put_text(&mut object, "version", &scope.version);
    put_attributes(&mut object, &scope.attributes, scope.dropped_attributes_count);
    Value::Object(object)
}

fn put_attributes(object: &mut Map<String, Value>, attributes: &[Attribute], n_dropped: u32) {
    if !attributes.is_empty() {
        object.insert("attributes".into(), attributes_json(attributes));
    }
    put_number(object, "droppedAttributesCount", n_dropped);
}

fn put_text(object: &mut Map<String, Value>, key: &str, text: &str) {
    if !text.is_empty() {
        object.insert(key.into(), json!(text));
    }
}

fn put_number(object: &mut Map<String, Value>, key: &str, number: u32) {
    if number != 0 {
        object.insert(key.into(), json!(number));
    }
}

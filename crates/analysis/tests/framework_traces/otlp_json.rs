//! Just enough of OTLP/JSON to read well-formed files; the real decoder is `proto`'s, which this crate may not import.

use model::{AnyValue, Attribute, Event, Span};
use serde_json::Value;

/// Returns all spans of a request.
pub(crate) fn spans(request: &Value) -> Vec<Span> {
    let scopes = list(request, "resourceSpans").iter().flat_map(|resource| list(resource, "scopeSpans"));
    scopes.flat_map(|scope| list(scope, "spans")).map(span).collect()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn nanos(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).unwrap_or(0)
}

fn span(value: &Value) -> Span {
    let id = |key: &str| value[key].as_str().filter(|id| !id.is_empty());
    let trace_id = id("traceId").unwrap().parse().unwrap();
    let span_id = id("spanId").unwrap().parse().unwrap();
    let mut span = Span::new(trace_id, span_id, value["name"].as_str().unwrap_or_default());
    span.parent_span_id = id("parentSpanId").map(|id| id.parse().unwrap());
    span.start_time_unix_nano = nanos(&value["startTimeUnixNano"]);
    span.end_time_unix_nano = nanos(&value["endTimeUnixNano"]);
    span.attributes = attributes(value);
    let event = |event: &Value| Event {
        name: event["name"].as_str().unwrap_or_default().to_owned(),
        time_unix_nano: nanos(&event["timeUnixNano"]),
        attributes: attributes(event),
        ..Event::default()
    };
    span.events = list(value, "events").iter().map(event).collect();
    span
}

fn attributes(holder: &Value) -> Vec<Attribute> {
    let attribute = |pair: &Value| Attribute::new(pair["key"].as_str().unwrap(), any(&pair["value"]));
    list(holder, "attributes").iter().map(attribute).collect()
}

fn any(value: &Value) -> AnyValue {
    let Some((kind, inner)) = value.as_object().and_then(|object| object.iter().next()) else {
        return AnyValue::Empty;
    };
    match kind.as_str() {
        "stringValue" => AnyValue::String(inner.as_str().unwrap().to_owned()),
        "boolValue" => AnyValue::Bool(inner.as_bool().unwrap()),
        "intValue" => {
            AnyValue::Int(inner.as_i64().unwrap_or_else(|| inner.as_str().unwrap().parse().unwrap()))
        }
        "doubleValue" => AnyValue::Double(inner.as_f64().unwrap()),
        "arrayValue" => AnyValue::Array(list(inner, "values").iter().map(any).collect()),
        "kvlistValue" => AnyValue::KvList(
            list(inner, "values")
                .iter()
                .map(|pair| Attribute::new(pair["key"].as_str().unwrap(), any(&pair["value"])))
                .collect(),
        ),
        other => panic!("{other}"),
    }
}

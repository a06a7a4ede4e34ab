//! A span as the JSON text that filters over its content are about: what MLflow stores, without ids and times.

use analysis::python_json::dumps;
use ingest::merge;
use model::{Attribute, SpanCopy};
use serde_json::{Map, Value, json};

use crate::spans::attributes;

/// Writes a span from its copies.
///
/// Ids and times are left out: MLflow finds a text in them by chance alone, for it stores ids in base64. So is a cost that was
/// computed, and what log records tell.
pub fn span_content(copies: &[SpanCopy]) -> String {
    let span = merge::merge(copies).span;
    let status = json!({"code": span.status.code.name(), "message": span.status.message});
    let events: Vec<Value> = span
        .events
        .iter()
        .map(|event| json!({"name": event.name, "attributes": plain(&event.attributes)}))
        .collect();
    let links: Vec<Value> =
        span.links.iter().map(|link| json!({"attributes": plain(&link.attributes)})).collect();
    // The values of attributes are JSON texts within the JSON text.
    let attributes: Map<String, Value> = attributes(&span, &span.trace_id.to_mlflow(), copies, &[], None)
        .into_iter()
        .map(|attribute| {
            let text = dumps(&analysis::plain::plain(&attribute.value));
            (attribute.key, Value::String(text))
        })
        .collect();
    dumps(&json!({
        "name": span.name,
        "kind": span.kind.name(),
        "events": events,
        "status": status,
        "attributes": attributes,
        "links": links,
    }))
}

fn plain(attributes: &[Attribute]) -> Value {
    Value::Object(analysis::plain::plain_object(attributes))
}

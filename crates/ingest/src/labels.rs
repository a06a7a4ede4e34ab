//! Tags of traces: which are kept, which are cut, which nobody may set (contract b.2, d.6).

use analysis::plain::{decoded, plain};
use analysis::python_json::dumps;
use model::{Attribute, Resource, TraceInfo, keys};
use serde_json::Value;
use store::{StoreError, TraceKey, WriteTx};

/// Longest key of a tag.
pub const MAX_KEY_CHARS: usize = 250;
/// Longest value of a tag; longer ones are cut.
pub const MAX_TAG_VALUE_CHARS: usize = 4096;
/// Longest session id.
pub const MAX_SESSION_CHARS: usize = 250;
/// Longest name of a trace.
pub const MAX_TRACE_NAME_CHARS: usize = 4096;
/// Tags that the server alone sets.
pub const IMMUTABLE_TAGS: [&str; 4] = [
    keys::SPANS_LOCATION,
    keys::ARTIFACT_LOCATION,
    "mlflow.trace.archiveLocation",
    "mlflow.trace.archivalFailure",
];

/// Returns the first `max` characters.
pub(crate) fn cut(text: &str, max: usize) -> &str {
    text.char_indices().nth(max).map_or(text, |(end, _)| &text[..end])
}

/// Sets a tag that a client sent along with a trace: immutable and over-long keys are left out, as MLflow does.
pub(crate) fn put_tag(
    tx: &mut WriteTx<'_>,
    trace: TraceKey,
    info: &mut TraceInfo,
    key: &str,
    value: &str,
) -> Result<(), StoreError> {
    if IMMUTABLE_TAGS.contains(&key) || key.is_empty() || key.chars().count() > MAX_KEY_CHARS {
        return Ok(());
    }
    if key == keys::TRACE_NAME {
        info.name = Some(cut(value, MAX_TRACE_NAME_CHARS).to_owned());
        return Ok(());
    }
    tx.put_trace_tag(trace, key, cut(value, MAX_TAG_VALUE_CHARS))
}

/// Returns the attributes of a resource that become tags of its traces.
pub(crate) fn resource_tags(resource: &Resource) -> impl Iterator<Item = (&str, String)> {
    let is_label = |key: &str| !key.starts_with("telemetry.sdk.") && !key.starts_with("mlflow.");
    resource
        .attributes
        .iter()
        .filter(move |attribute| is_label(&attribute.key))
        .map(|attribute| (attribute.key.as_str(), text_of(&plain(&attribute.value))))
}

/// Returns the tags that a root span carries in its attributes.
pub(crate) fn root_tags(attributes: &[Attribute]) -> impl Iterator<Item = (&str, String)> {
    attributes.iter().filter_map(|attribute| {
        let key = attribute.key.strip_prefix(keys::TRACE_TAG_PREFIX)?;
        Some((key, text_of(&decoded(&attribute.value))))
    })
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => dumps(other),
    }
}

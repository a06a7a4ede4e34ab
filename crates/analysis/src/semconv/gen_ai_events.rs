//! Message content that OpenTelemetry's GenAI conventions send beside the span's attributes: as span events, or as log records
//! that may arrive before or after the span.
//!
//! Three generations are read, newest first: one event with the attributes of the span
//! (`gen_ai.client.inference.operation.details`), one event for each message (`gen_ai.user.message` …, `gen_ai.choice`), and one
//! event each for all prompts and completions (`gen_ai.content.prompt`, `gen_ai.content.completion`).

use model::{AnyValue, Attribute, LogRecord, Span};
use serde_json::{Map, Value, json};

use crate::plain::{decoded, plain_object};

/// The event that carries what would otherwise be attributes of the span.
const DETAILS: &str = "gen_ai.client.inference.operation.details";

/// Prefix of all names that are read here.
pub(super) const PREFIX: &str = "gen_ai.";

/// A span event or a log record, in one form.
struct Occurrence<'a> {
    name: &'a str,
    time: u64,
    attributes: &'a [Attribute],
    body: Option<&'a AnyValue>,
}

/// Returns the name of a log record's event: its own field, or the attribute that SDKs used before there was one.
pub(super) fn event_name(record: &LogRecord) -> &str {
    use model::Attributes as _;
    if record.event_name.is_empty() {
        record.attributes.text("event.name").unwrap_or_default()
    } else {
        &record.event_name
    }
}

fn occurrences<'a>(span: &'a Span, logs: &'a [LogRecord]) -> Vec<Occurrence<'a>> {
    let events = span.events.iter().map(|event| Occurrence {
        name: &event.name,
        time: event.time_unix_nano,
        attributes: &event.attributes,
        body: None,
    });
    let records = logs.iter().map(|record| Occurrence {
        name: event_name(record),
        time: record.time().0.unsigned_abs(),
        attributes: &record.attributes,
        body: Some(&record.body),
    });
    let mut all: Vec<_> = events.chain(records).filter(|one| one.name.starts_with(PREFIX)).collect();
    all.sort_by_key(|one| one.time);
    all
}

/// Returns the attributes of the details event: those of the record, and those in its body where older SDKs put them.
pub(super) fn details(span: &Span, logs: &[LogRecord]) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    for one in occurrences(span, logs).into_iter().filter(|one| one.name == DETAILS) {
        if let Some(AnyValue::KvList(pairs)) = one.body {
            attributes.extend_from_slice(pairs);
        }
        attributes.extend_from_slice(one.attributes);
    }
    attributes
}

/// Returns the fields of every event of a name in the order of time: those of its attributes, and those in its body where SDKs of
/// before 1.38 put them.
pub(super) fn fields_of_all(span: &Span, logs: &[LogRecord], name: &str) -> Vec<Map<String, Value>> {
    let one = |one: &Occurrence<'_>| {
        let mut fields = match one.body {
            Some(AnyValue::KvList(pairs)) => plain_object(pairs),
            _ => Map::new(),
        };
        let attributes = one.attributes.iter();
        fields.extend(attributes.map(|attribute| (attribute.key.clone(), decoded(&attribute.value))));
        fields
    };
    occurrences(span, logs).iter().filter(|found| found.name == name).map(one).collect()
}

/// Returns the messages that were sent to the model.
pub(super) fn input_messages(span: &Span, logs: &[LogRecord]) -> Option<Value> {
    let all = occurrences(span, logs);
    let role = |name: &str| match name {
        "gen_ai.system.message" => Some("system"),
        "gen_ai.user.message" => Some("user"),
        "gen_ai.assistant.message" => Some("assistant"),
        "gen_ai.tool.message" => Some("tool"),
        _ => None,
    };
    let messages: Vec<Value> = all.iter().filter_map(|one| Some(message(one, role(one.name)?))).collect();
    non_empty(messages).or_else(|| content(&all, "gen_ai.content.prompt", "gen_ai.prompt"))
}

/// Returns what the model answered.
pub(super) fn output_messages(span: &Span, logs: &[LogRecord]) -> Option<Value> {
    let all = occurrences(span, logs);
    let choices = all.iter().filter(|one| one.name == "gen_ai.choice").map(choice).collect();
    non_empty(choices).or_else(|| content(&all, "gen_ai.content.completion", "gen_ai.completion"))
}

fn non_empty(messages: Vec<Value>) -> Option<Value> {
    // In the shape of a chat request or answer, which previews and the inspector know.
    (!messages.is_empty()).then(|| json!({"messages": messages}))
}

/// Returns the fields of a message: those of the body, else the attributes.
fn fields(one: &Occurrence<'_>) -> Map<String, Value> {
    match one.body {
        Some(AnyValue::KvList(pairs)) => plain_object(pairs),
        Some(AnyValue::Empty) | None => one
            .attributes
            .iter()
            .filter(|attribute| !attribute.key.contains('.'))
            .map(|attribute| (attribute.key.clone(), decoded(&attribute.value)))
            .collect(),
        Some(body) => match decoded(body) {
            Value::Object(fields) => fields,
            content => Map::from_iter([("content".to_owned(), content)]),
        },
    }
}

fn message(one: &Occurrence<'_>, role: &str) -> Value {
    let mut fields = fields(one);
    fields.entry("role").or_insert_with(|| json!(role));
    Value::Object(fields)
}

/// A choice holds its message in a field of its own, or in place.
fn choice(one: &Occurrence<'_>) -> Value {
    let mut fields = fields(one);
    let mut message = match fields.remove("message") {
        Some(Value::Object(message)) => message,
        Some(content) => Map::from_iter([("content".to_owned(), content)]),
        None => std::mem::take(&mut fields),
    };
    message.entry("role").or_insert_with(|| json!("assistant"));
    if let Some(reason) = fields.remove("finish_reason") {
        message.insert("finish_reason".to_owned(), reason);
    }
    Value::Object(message)
}

/// Returns the content of the last event that carries all prompts or completions in one attribute.
fn content(all: &[Occurrence<'_>], name: &str, key: &str) -> Option<Value> {
    use model::Attributes as _;
    let last = all.iter().rev().find(|one| one.name == name)?;
    last.attributes.value(key).map(decoded).filter(|value| !value.is_null())
}

//! What a query can be completed with at the caret: keys, operators, values.

use model::ExperimentId;
use model::filter::assist::{Completion, Expected};
use model::filter::trace::AssessmentKind;
use proto::ui::Suggestion;
use store::{KnownField, ReadTx};

use crate::api::ApiError;

/// What can be asked of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Number,
    Text,
    /// A text that may be absent.
    Label,
    /// A part of a long text.
    Part,
    /// Equality alone.
    Equality,
    Assessment,
}

struct Key {
    name: &'static str,
    detail: &'static str,
    asks: Asks,
}

const fn key(name: &'static str, asks: Asks, detail: &'static str) -> Key {
    Key { name, detail, asks }
}

/// Keys that every trace has, in the order of use.
const KEYS: [Key; 21] = [
    key("status", Asks::Text, "OK, ERROR or IN_PROGRESS"),
    key("duration", Asks::Number, "time, such as 250ms or 1.5s"),
    key("name", Asks::Label, "name of the trace"),
    key("service", Asks::Text, "service of a span"),
    key("session", Asks::Label, "conversation"),
    key("user", Asks::Label, "user"),
    key("tokens", Asks::Number, "input and output tokens"),
    key("cost", Asks::Number, "dollars"),
    key("errors", Asks::Number, "spans with an error"),
    key("spans", Asks::Number, "spans"),
    key("source", Asks::Text, "SDK: mlflow or opentelemetry"),
    key("span.name", Asks::Text, "name of a span"),
    key("span.type", Asks::Text, "type of a span: LLM, TOOL …"),
    key("span.status", Asks::Text, "OK, ERROR or UNSET of a span"),
    key("span.content", Asks::Part, "all of a span as JSON"),
    key("run_id", Asks::Equality, "run that it belongs to"),
    key("prompt", Asks::Equality, "version of a prompt: name/version"),
    key("request_id", Asks::Text, "trace id, tr-…"),
    key("client_request_id", Asks::Text, "id that the client gave"),
    key("timestamp_ms", Asks::Number, "start, Unix milliseconds"),
    key("execution_time_ms", Asks::Number, "duration in milliseconds"),
];

const LABEL_OPERATORS: [&str; 7] = ["=", "!=", "LIKE", "ILIKE", "RLIKE", "IS NULL", "IS NOT NULL"];

fn asks_of(name: &str) -> Asks {
    if let Some(key) = KEYS.iter().find(|key| key.name == name) {
        return key.asks;
    }
    match name.split_once('.').map(|(entity, _)| entity) {
        Some("feedback" | "expectation") => Asks::Assessment,
        Some("span") => Asks::Part,
        _ => Asks::Label,
    }
}

fn operators(name: &str) -> &'static [&'static str] {
    match asks_of(name) {
        Asks::Number => &[">", ">=", "<", "<=", "=", "!="],
        Asks::Text => &["=", "!=", "IN", "NOT IN", "LIKE", "ILIKE", "RLIKE"],
        Asks::Label => &LABEL_OPERATORS,
        Asks::Part if name.starts_with("span.attributes.") => &["=", "LIKE", "ILIKE", "RLIKE"],
        Asks::Part => &["LIKE", "ILIKE"],
        Asks::Equality => &["="],
        Asks::Assessment => {
            &["=", "!=", ">", ">=", "<", "<=", "LIKE", "ILIKE", "RLIKE", "IS NULL", "IS NOT NULL"]
        }
    }
}

fn meaning(operator: &str) -> &'static str {
    match operator {
        "=" => "is",
        "!=" => "is not",
        ">" => "more than",
        ">=" => "at least",
        "<" => "less than",
        "<=" => "at most",
        "IN" => "one of",
        "NOT IN" => "none of",
        "LIKE" => "pattern: % any text, _ any character",
        "ILIKE" => "pattern, case aside",
        "RLIKE" => "regular expression",
        "IS NULL" => "is not there",
        "IS NOT NULL" => "is there",
        _ => "",
    }
}

/// Returns what may stand at a place, best first.
pub(super) fn suggestions(
    tx: &ReadTx<'_>,
    scope: &[ExperimentId],
    completion: &Completion,
    limit: usize,
) -> Result<Vec<Suggestion>, ApiError> {
    let prefix = completion.prefix.as_str();
    let mut found = match &completion.expected {
        Expected::Key => keys(tx, scope, prefix, limit)?,
        Expected::Operator(key) => operators(key)
            .iter()
            .filter(|operator| starts_with(operator, prefix))
            .map(|operator| suggestion(operator, format!("{operator} "), meaning(operator), None))
            .collect(),
        Expected::Value(key, _) => values(tx, scope, key, prefix, limit)?,
        Expected::And => vec![suggestion("AND", "AND ".to_owned(), "another condition", None)]
            .into_iter()
            .filter(|one| starts_with(&one.label, prefix))
            .collect(),
    };
    found.truncate(limit);
    Ok(found)
}

fn suggestion(label: &str, insert: String, detail: &str, n: Option<u64>) -> Suggestion {
    Suggestion { label: label.to_owned(), insert, detail: detail.to_owned(), n }
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn keys(
    tx: &ReadTx<'_>,
    scope: &[ExperimentId],
    prefix: &str,
    limit: usize,
) -> Result<Vec<Suggestion>, ApiError> {
    let mut found: Vec<Suggestion> = KEYS
        .iter()
        .filter(|key| starts_with(key.name, prefix) || (prefix.len() > 1 && key.name.contains(prefix)))
        .map(|key| suggestion(key.name, format!("{} ", key.name), key.detail, None))
        .collect();
    // Keys that traces brought: behind a dot all of an entity, before it those that have the word.
    for (entity, field, detail) in [
        ("tags", KnownField::TagKey, "tag"),
        ("metadata", KnownField::MetadataKey, "metadata"),
        ("feedback", KnownField::AssessmentName(AssessmentKind::Feedback), "feedback"),
        ("expectation", KnownField::AssessmentName(AssessmentKind::Expectation), "expectation"),
        ("span.attributes", KnownField::AttributeKey, "attribute of a span"),
    ] {
        let inside = prefix.strip_prefix(entity).and_then(|rest| rest.strip_prefix('.'));
        let part = match inside {
            Some(inside) => inside.trim_matches('`'),
            None if starts_with(entity, prefix) => "",
            None => prefix,
        };
        // Attributes are in bodies: they are only read once they are asked for by name.
        if field == KnownField::AttributeKey && inside.is_none() {
            if starts_with("span.attributes.", prefix) {
                found.push(suggestion(
                    "span.attributes.",
                    "span.attributes.".to_owned(),
                    "an attribute of a span",
                    None,
                ));
            }
            continue;
        }
        for (name, n) in tx.known_values(scope, &field, part, limit)? {
            if let Some(name) = quoted_key(&name) {
                let label = format!("{entity}.{name}");
                found.push(suggestion(&label, format!("{label} "), detail, Some(n)));
            }
        }
    }
    Ok(found)
}

fn values(
    tx: &ReadTx<'_>,
    scope: &[ExperimentId],
    key: &str,
    prefix: &str,
    limit: usize,
) -> Result<Vec<Suggestion>, ApiError> {
    let fixed: &[&str] = match key {
        "status" => &["OK", "ERROR", "IN_PROGRESS"],
        "span.status" => &["OK", "ERROR", "UNSET"],
        "source" => &model::filter::query::SOURCES,
        "duration" => &["100ms", "1s", "5s", "1m"],
        _ => &[],
    };
    if !fixed.is_empty() {
        let is_number = asks_of(key) == Asks::Number;
        let matching = fixed.iter().filter(|value| starts_with(value, prefix));
        return Ok(matching
            .map(|value| {
                let insert = if is_number { format!("{value} ") } else { format!("'{value}' ") };
                suggestion(value, insert, "", None)
            })
            .collect());
    }
    let (entity, rest) = key.split_once('.').unwrap_or(("", key));
    let rest = || rest.trim_matches('`').to_owned();
    let field = match (entity, key) {
        (_, "name") => KnownField::Name,
        (_, "session") => KnownField::Session,
        (_, "user") => KnownField::User,
        (_, "service") => KnownField::Service,
        (_, "span.name") => KnownField::SpanName,
        (_, "span.type") => KnownField::SpanType,
        ("tags" | "tag", _) => KnownField::Tag(rest()),
        ("metadata" | "request_metadata", _) => KnownField::Metadata(rest()),
        ("feedback", _) => KnownField::Assessment(AssessmentKind::Feedback, rest()),
        ("expectation", _) => KnownField::Assessment(AssessmentKind::Expectation, rest()),
        ("span", _) => match rest().strip_prefix("attributes.") {
            Some(name) => KnownField::Attribute(name.trim_matches('`').to_owned()),
            None => return Ok(Vec::new()),
        },
        _ => return Ok(Vec::new()),
    };
    let is_json = matches!(field, KnownField::Assessment(..));
    let found = tx.known_values(scope, &field, prefix, limit)?;
    Ok(found
        .into_iter()
        .filter_map(|(value, n)| {
            let plain = if is_json { serde_json::from_str(&value).unwrap_or(value) } else { value };
            Some(suggestion(&plain, format!("{} ", quoted_value(&plain)?), "", Some(n)))
        })
        .collect())
}

/// Writes a key so that it is read as one; none if no quotes can hold it.
fn quoted_key(key: &str) -> Option<String> {
    let is_plain = key
        .split('.')
        .all(|word| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "_$#@:".contains(c)));
    match is_plain {
        true => Some(key.to_owned()),
        false => (!key.contains('`')).then(|| format!("`{key}`")),
    }
}

/// Writes a value in the quotes that it does not have itself; none if it has both.
fn quoted_value(value: &str) -> Option<String> {
    let quote = ['\'', '"'].into_iter().find(|quote| !value.contains(*quote))?;
    Some(format!("{quote}{value}{quote}"))
}

#[cfg(test)]
mod tests {
    use model::filter::trace::TraceFilter;

    use super::*;

    #[test]
    fn every_key_takes_every_operator_that_is_offered() {
        for name in KEYS.iter().map(|key| key.name).chain([
            "tags.k",
            "metadata.`a b`",
            "feedback.x",
            "span.attributes.k",
        ]) {
            for operator in operators(name) {
                let value = match *operator {
                    "IS NULL" | "IS NOT NULL" => "",
                    "IN" | "NOT IN" => "('mlflow', 'opentelemetry')",
                    ">" | ">=" | "<" | "<=" => "1",
                    _ if asks_of(name) == Asks::Number => "1",
                    _ if name == "prompt" => "'a/1'",
                    _ if name == "source" && matches!(*operator, "=" | "!=") => "'mlflow'",
                    _ => "'x'",
                };
                let query = format!("{name} {operator} {value}");
                assert!(TraceFilter::parse_query(&query).is_ok(), "{query}");
            }
        }
    }

    #[test]
    fn what_is_offered_reads_as_it_was() {
        assert_eq!(quoted_key("mlflow.user").as_deref(), Some("mlflow.user"));
        assert_eq!(quoted_key("a b").as_deref(), Some("`a b`"));
        assert_eq!(quoted_key("a-b").as_deref(), Some("`a-b`"));
        assert_eq!(quoted_key("`"), None);
        assert_eq!(quoted_value("it's").as_deref(), Some("\"it's\""));
        assert_eq!(quoted_value("'\""), None);
    }
}

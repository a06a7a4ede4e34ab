//! Assessments as MLflow's messages (contract k.2), to `model::Assessment` and back.

use std::collections::BTreeMap;

use model::{Assessment, AssessmentValue, UnixNanos};
use serde_json::{Map, Number, Value, json};

use super::time::{parse_timestamp, timestamp_text};
use super::trace_info::{MessageError, field, invalid, text, text_map};

/// How values of expectations that are lists or objects travel: as JSON in a text.
const JSON_FORMAT: &str = "JSON_FORMAT";

/// What an update may change. `None` leaves as it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AssessmentUpdate {
    /// Name.
    pub name: Option<String>,
    /// What it says; the kind stays.
    pub value: Option<AssessmentValue>,
    /// Why.
    pub rationale: Option<String>,
    /// Entries to add or replace.
    pub metadata: BTreeMap<String, String>,
}

/// Decodes an assessment. `id` is what it is called if it does not say, `now` the time of times that are missing.
///
/// # Errors
///
/// A field has a wrong type, or there is neither feedback nor expectation nor issue.
pub fn decode_assessment(
    message: &Map<String, Value>,
    id: impl FnOnce() -> String,
    now: UnixNanos,
    dumps: impl Fn(&Value) -> String,
) -> Result<Assessment, MessageError> {
    let source = field(message, "source").and_then(Value::as_object);
    let source_text = |name| source.map(|source| text(source, name)).transpose().map(Option::flatten);
    let value = value(message, &dumps)?.ok_or(MessageError::NoAssessmentValue)?;
    let name = text(message, "assessment_name")?.unwrap_or_default();
    Ok(Assessment {
        assessment_id: text(message, "assessment_id")?.filter(|id| !id.is_empty()).unwrap_or_else(id),
        name,
        span_id: text(message, "span_id")?.filter(|id| !id.is_empty()),
        source_type: source_text("source_type")?.unwrap_or_else(|| "SOURCE_TYPE_UNSPECIFIED".to_owned()),
        source_id: source_text("source_id")?,
        create_time: time(message, "create_time")?.unwrap_or(now),
        last_update_time: time(message, "last_update_time")?.unwrap_or(now),
        value,
        rationale: text(message, "rationale")?.filter(|text| !text.is_empty()),
        metadata: text_map(message, "metadata")?,
        overrides: text(message, "overrides")?.filter(|id| !id.is_empty()),
        is_valid: match field(message, "valid") {
            None => true,
            Some(Value::Bool(is_valid)) => *is_valid,
            Some(other) => return Err(invalid("valid", other, "it must be true or false")),
        },
    })
}

/// Decodes an update. Without a mask everything that is given counts; names that the mask should not have are passed over.
///
/// # Errors
///
/// A field has a wrong type, or the mask is none.
pub fn decode_update(
    message: &Map<String, Value>,
    mask: Option<&Value>,
    dumps: impl Fn(&Value) -> String,
) -> Result<AssessmentUpdate, MessageError> {
    let paths: Option<Vec<String>> = match mask {
        None | Some(Value::Null) => None,
        Some(Value::String(paths)) => Some(paths.split(',').map(snake).collect()),
        Some(Value::Object(object)) => match object.get("paths") {
            Some(Value::Array(paths)) => Some(paths.iter().filter_map(Value::as_str).map(snake).collect()),
            None => Some(Vec::new()),
            Some(other) => return Err(invalid("update_mask", other, "its paths must be a list")),
        },
        Some(other) => return Err(invalid("update_mask", other, "it must be names separated by commas")),
    };
    let is_asked = |path: &str| paths.as_ref().is_none_or(|paths| paths.iter().any(|asked| asked == path));
    let mut update = AssessmentUpdate::default();
    if is_asked("assessment_name") {
        update.name = text(message, "assessment_name")?.filter(|name| !name.is_empty());
    }
    let new_value = value(message, &dumps)?;
    update.value = new_value.filter(|value| is_asked(value.kind()));
    if is_asked("rationale") {
        // Asked for by name and not given it is emptied, as in MLflow.
        let if_absent = paths.is_some().then(String::new);
        update.rationale = text(message, "rationale")?.or(if_absent);
    }
    if is_asked("metadata") {
        update.metadata = text_map(message, "metadata")?;
    }
    Ok(update)
}

/// Turns `lowerCamelCase` into `snake_case`.
fn snake(path: &str) -> String {
    let mut snake = String::with_capacity(path.len() + 4);
    for letter in path.trim().chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

fn time(message: &Map<String, Value>, name: &'static str) -> Result<Option<UnixNanos>, MessageError> {
    let Some(value) = field(message, name) else { return Ok(None) };
    match value.as_str().and_then(parse_timestamp) {
        // MLflow keeps milliseconds.
        Some(time) => Ok(Some(UnixNanos::from_millis(time.as_millis()))),
        None => {
            Err(invalid(name, value, "it must be an RFC 3339 timestamp such as 2026-11-22T14:47:48.100Z"))
        }
    }
}

fn value(
    message: &Map<String, Value>,
    dumps: impl Fn(&Value) -> String,
) -> Result<Option<AssessmentValue>, MessageError> {
    if let Some(feedback) = object(message, "feedback")? {
        // `null` is a value of its own here.
        let value = feedback.get("value").cloned().map(|value| doubles(value, 0));
        let error = match field(feedback, "error") {
            None => None,
            Some(Value::Object(error)) => Some(dumps(&Value::Object(error.clone()))),
            Some(other) => return Err(invalid("error", other, "it must be an object")),
        };
        let number = value.as_ref().and_then(number);
        // A missing value is null, as the SDK sends it for a failed scorer.
        let value = Some(dumps(&value.unwrap_or(Value::Null)));
        return Ok(Some(AssessmentValue::Feedback { value, error, number }));
    }
    if let Some(expectation) = object(message, "expectation")? {
        let serialized = object(expectation, "serialized_value")?;
        let value = match serialized {
            Some(serialized) => {
                let format = text(serialized, "serialization_format")?.unwrap_or_default();
                if format != JSON_FORMAT {
                    return Err(MessageError::SerializationFormat(format));
                }
                let json = text(serialized, "value")?.unwrap_or_default();
                serde_json::from_str(&json)
                    .map_err(|_| invalid("serialized_value", &json!(json), "its value must be JSON"))?
            }
            None => doubles(expectation.get("value").cloned().ok_or(MessageError::NoExpectationValue)?, 0),
        };
        let number = number(&value);
        return Ok(Some(AssessmentValue::Expectation { value: dumps(&value), number }));
    }
    let Some(issue) = object(message, "issue")? else { return Ok(None) };
    Ok(Some(AssessmentValue::Issue { issue_name: text(issue, "issue_name")? }))
}

fn object<'a>(
    message: &'a Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'a Map<String, Value>>, MessageError> {
    match field(message, name) {
        None => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(other) => Err(invalid(name, other, "it must be an object")),
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().filter(|number| number.is_finite())
}

/// Deepest nesting of a value that is looked into; below it numbers stay as they came.
const MAX_DEPTH: usize = 100;

/// Makes all numbers doubles, as protobuf's `Value` has no others.
fn doubles(value: Value, depth: usize) -> Value {
    match value {
        Value::Number(number) => {
            number.as_f64().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
        }
        Value::Array(items) if depth < MAX_DEPTH => {
            items.into_iter().map(|item| doubles(item, depth + 1)).collect()
        }
        Value::Object(object) if depth < MAX_DEPTH => {
            object.into_iter().map(|(key, item)| (key, doubles(item, depth + 1))).collect()
        }
        other => other,
    }
}

/// Encodes an assessment of a trace.
pub fn assessment(assessment: &Assessment, trace_id: &str) -> Value {
    let mut message = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            message.insert(key.to_owned(), value);
        }
    };
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    put("assessment_id", Some(json!(assessment.assessment_id)));
    put("assessment_name", Some(json!(assessment.name)));
    put("trace_id", Some(json!(trace_id)));
    put("span_id", text(&assessment.span_id));
    let mut source = Map::from_iter([("source_type".to_owned(), json!(assessment.source_type))]);
    if let Some(id) = &assessment.source_id {
        source.insert("source_id".to_owned(), json!(id));
    }
    put("source", Some(Value::Object(source)));
    put("create_time", Some(json!(timestamp_text(assessment.create_time))));
    put("last_update_time", Some(json!(timestamp_text(assessment.last_update_time))));
    let parsed = |json: &str| serde_json::from_str::<Value>(json).unwrap_or_default();
    match &assessment.value {
        AssessmentValue::Feedback { value, error, .. } => {
            let mut feedback = Map::new();
            if let Some(value) = value {
                feedback.insert("value".into(), doubles(parsed(value), 0));
            }
            if let Some(error) = error {
                feedback.insert("error".into(), parsed(error));
            }
            put("feedback", Some(Value::Object(feedback)));
        }
        AssessmentValue::Expectation { value, .. } => {
            let parsed = parsed(value);
            let expectation = if parsed.is_array() || parsed.is_object() {
                json!({"serialized_value": {"serialization_format": JSON_FORMAT, "value": value}})
            } else {
                json!({"value": doubles(parsed, 0)})
            };
            put("expectation", Some(expectation));
        }
        AssessmentValue::Issue { issue_name } => {
            put("issue", Some(json!({"issue_name": issue_name.as_deref().unwrap_or_default()})));
        }
    }
    put("rationale", text(&assessment.rationale));
    put("metadata", (!assessment.metadata.is_empty()).then(|| json!(assessment.metadata)));
    put("overrides", text(&assessment.overrides));
    put("valid", Some(json!(assessment.is_valid)));
    Value::Object(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(message: &Value) -> Value {
        let dumps = |value: &Value| value.to_string();
        let decoded =
            decode_assessment(message.as_object().unwrap(), || "a-1".to_owned(), UnixNanos(0), dumps)
                .unwrap();
        assessment(&decoded, "tr-1")
    }

    #[test]
    fn messages_come_back_as_the_real_server_returns_them() {
        // Contract k.2, Appendix 2 and gotchas 10, 11.
        for (sent, part) in [
            (json!({"feedback": {"value": 3}}), json!({"value": 3.0})),
            (
                json!({"feedback": {"value": null, "error": {"error_code": "E"}}}),
                json!({"value": null, "error": {"error_code": "E"}}),
            ),
            (json!({"feedback": {"value": {"a": [1, "x"]}}}), json!({"value": {"a": [1.0, "x"]}})),
            (json!({"expectation": {"value": "new"}}), json!({"value": "new"})),
            (
                json!({"expectation": {"serializedValue": {"serializationFormat": "JSON_FORMAT", "value": "[1,2]"}}}),
                json!({"serialized_value": {"serialization_format": "JSON_FORMAT", "value": "[1,2]"}}),
            ),
        ] {
            let mut message = json!({"assessment_name": "n", "create_time": "2026-11-22T15:03:30.725Z"});
            let kind = sent.as_object().unwrap().keys().next().unwrap().clone();
            message[&kind] = sent[&kind].clone();
            let answer = round_trip(&message);
            assert_eq!(answer[&kind], part, "{sent}");
            assert_eq!(answer["create_time"], "2026-11-22T15:03:30.725Z");
            assert_eq!(answer["last_update_time"], "1970-01-01T00:00:00Z", "now, if it is missing");
            assert_eq!(answer["valid"], true);
            assert_eq!(answer["source"], json!({"source_type": "SOURCE_TYPE_UNSPECIFIED"}));
        }
    }

    #[test]
    fn masks_in_every_form() {
        let message = json!({"assessment_name": "n", "rationale": "r", "feedback": {"value": true}});
        for (mask, name, rationale, has_value) in [
            (json!("assessmentName,rationale"), Some("n"), Some("r"), false),
            (json!("assessment_name,feedback"), Some("n"), None, true),
            (json!({"paths": ["rationale"]}), None, Some("r"), false),
            (json!("unknown"), None, None, false),
            (Value::Null, Some("n"), Some("r"), true),
        ] {
            let update =
                decode_update(message.as_object().unwrap(), Some(&mask), |value| value.to_string()).unwrap();
            assert_eq!(update.name.as_deref(), name, "{mask}");
            assert_eq!(update.rationale.as_deref(), rationale, "{mask}");
            assert_eq!(update.value.is_some(), has_value, "{mask}");
        }
        assert!(decode_update(&Map::new(), Some(&json!(5)), |value| value.to_string()).is_err());
    }
}

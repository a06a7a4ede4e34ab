//! Attribute values as plain JSON, by MLflow's rules (contract d.4): what its API answers and what conventions are read from.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{AnyValue, Attribute};
use serde_json::{Map, Number, Value};

/// Converts a typed value to JSON. Bytes become base64; NaN and infinities become their names, which JSON cannot hold.
pub fn plain(value: &AnyValue) -> Value {
    match value {
        AnyValue::Empty => Value::Null,
        AnyValue::String(text) => Value::String(text.clone()),
        AnyValue::Bool(truth) => Value::Bool(*truth),
        AnyValue::Int(int) => Value::from(*int),
        AnyValue::Double(double) => match Number::from_f64(*double) {
            Some(number) => Value::Number(number),
            None if double.is_nan() => Value::from("NaN"),
            None if *double > 0.0 => Value::from("Infinity"),
            None => Value::from("-Infinity"),
        },
        AnyValue::Array(values) => values.iter().map(plain).collect(),
        AnyValue::KvList(pairs) => Value::Object(plain_object(pairs)),
        AnyValue::Bytes(bytes) => Value::String(STANDARD.encode(bytes)),
    }
}

/// Converts attributes to a JSON object; the last of a repeated key wins.
pub fn plain_object(attributes: &[Attribute]) -> Map<String, Value> {
    attributes.iter().map(|attribute| (attribute.key.clone(), plain(&attribute.value))).collect()
}

/// Converts a value as MLflow decodes it: a text whose content is a JSON string, object or array loses that one layer.
///
/// So the typed copy of the MLflow exporter and the copy of an OpenTelemetry exporter, which carries the same attribute as
/// JSON text, read alike. `"5"`, `"true"` and `"null"` stay texts.
pub fn decoded(value: &AnyValue) -> Value {
    if let AnyValue::String(text) = value {
        return unwrapped(text).unwrap_or_else(|| Value::String(text.clone()));
    }
    plain(value)
}

fn unwrapped(text: &str) -> Option<Value> {
    // A look at the first byte saves parsing most texts.
    if !text.trim_start().starts_with(['"', '{', '[']) {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// Converts plain JSON back to a typed value: integers that fit stay integers.
pub fn typed(value: Value) -> AnyValue {
    match value {
        Value::Null => AnyValue::Empty,
        Value::Bool(truth) => AnyValue::Bool(truth),
        Value::Number(number) => match number.as_i64() {
            Some(int) => AnyValue::Int(int),
            None => AnyValue::Double(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => AnyValue::String(text),
        Value::Array(values) => AnyValue::Array(values.into_iter().map(typed).collect()),
        Value::Object(object) => AnyValue::KvList(
            object.into_iter().map(|(key, value)| Attribute::new(key, typed(value))).collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_layer_of_json_text_is_removed() {
        // Contract d.4: these were observed on the real server.
        for (text, expected) in [
            (r#"{"a":1}"#, json!({"a": 1})),
            (r#""q""#, json!("q")),
            ("[1, 2]", json!([1, 2])),
            ("5", json!("5")),
            ("true", json!("true")),
            ("null", json!("null")),
            ("{not json", json!("{not json")),
        ] {
            assert_eq!(decoded(&AnyValue::String(text.to_owned())), expected, "{text}");
        }
    }

    #[test]
    fn integers_survive_the_round_trip() {
        let value = AnyValue::KvList(vec![Attribute::new("n", AnyValue::Int(i64::MAX))]);
        assert_eq!(typed(plain(&value)), value);
    }
}

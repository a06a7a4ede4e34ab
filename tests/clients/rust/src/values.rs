//! Attributes of the SDK from OTLP's JSON.

use std::str::FromStr;

use opentelemetry::{Array, KeyValue, StringValue, Value as Attribute};
use serde_json::Value;

pub fn attributes(given: &Value) -> Vec<KeyValue> {
    items(given).map(|item| KeyValue::new(text(&item["key"]).to_owned(), attribute(&item["value"]))).collect()
}

/// The elements of a list; none if there is no list.
pub fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn attribute(given: &Value) -> Attribute {
    match only(given) {
        ("stringValue", content) => text(content).to_owned().into(),
        ("boolValue", content) => flag(content).into(),
        ("intValue", content) => number::<i64>(content).into(),
        ("doubleValue", content) => number::<f64>(content).into(),
        ("arrayValue", content) => Attribute::Array(array(&content["values"])),
        (other, _) => panic!("no attribute for {other}"),
    }
}

/// The type is that of the first element; an empty one is of texts.
fn array(values: &Value) -> Array {
    let contents = || items(values).map(|value| only(value).1);
    match values.get(0).map(only) {
        None | Some(("stringValue", _)) => {
            Array::String(contents().map(|content| StringValue::from(text(content).to_owned())).collect())
        }
        Some(("boolValue", _)) => Array::Bool(contents().map(flag).collect()),
        Some(("intValue", _)) => Array::I64(contents().map(number).collect()),
        Some(("doubleValue", _)) => Array::F64(contents().map(number).collect()),
        Some((other, _)) => panic!("no array of {other}"),
    }
}

fn flag(content: &Value) -> bool {
    content.as_bool().unwrap_or_else(|| panic!("{content} is no boolean"))
}

fn number<T: FromStr>(content: &Value) -> T {
    text(content).parse().unwrap_or_else(|_| panic!("{content} is no number"))
}

/// The one field of an object.
fn only(value: &Value) -> (&str, &Value) {
    let fields = value.as_object().and_then(|object| object.iter().next());
    fields.map_or_else(|| panic!("{value} is empty"), |(key, content)| (key.as_str(), content))
}

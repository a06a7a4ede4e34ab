//! An encoded `AnyValue` to OTLP/JSON text, however deep it is nested: no recursion, one pass, a bound on the text.

use model::AnyValue;
use opentelemetry_proto::tonic::common::v1 as common;
use prost::Message as _;

use super::json_encode::any_value_json;
use super::protobuf::value_from_wire;
use super::wire::{Field, Fields, Malformed};

/// Why a value cannot be written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextError {
    /// It is no `AnyValue`.
    Malformed,
    /// The text would be longer than allowed.
    TooLong,
}

impl From<Malformed> for TextError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// A list that is being written.
struct Open<'a> {
    items: Fields<'a>,
    is_key_values: bool,
    is_first: bool,
    /// Whether the list is the value of a key, whose object ends with it.
    ends_key_value: bool,
}

/// Writes a value as OTLP/JSON, compact, of at most `max_bytes`.
pub(super) fn json_text(value: &[u8], max_bytes: usize) -> Result<String, TextError> {
    let mut text = String::new();
    let mut open = Vec::new();
    put_value(&mut text, &mut open, value, false)?;
    while let Some(list) = open.last_mut() {
        if text.len() > max_bytes {
            return Err(TextError::TooLong);
        }
        let Some(item) = list.items.next() else {
            let ended = open.pop().ok_or(TextError::Malformed)?;
            text.push_str(if ended.ends_key_value { "]}}}" } else { "]}}" });
            continue;
        };
        let Field { number: 1, payload: Some(item), .. } = item? else { continue };
        if !std::mem::take(&mut list.is_first) {
            text.push(',');
        }
        if list.is_key_values {
            put_key_value(&mut text, &mut open, item)?;
        } else {
            put_value(&mut text, &mut open, item, false)?;
        }
    }
    if text.len() > max_bytes { Err(TextError::TooLong) } else { Ok(text) }
}

fn put_key_value<'a>(text: &mut String, open: &mut Vec<Open<'a>>, item: &'a [u8]) -> Result<(), TextError> {
    let (mut key, mut value) = (&[][..], None);
    for field in Fields::new(item) {
        match field? {
            Field { number: 1, payload: Some(payload), .. } => key = payload,
            Field { number: 2, payload: Some(payload), .. } => value = Some(payload),
            _ => {}
        }
    }
    text.push_str("{\"key\":");
    put_quoted(text, key);
    text.push_str(",\"value\":");
    put_value(text, open, value.unwrap_or_default(), true)
}

/// Writes a value; a list is only begun.
fn put_value<'a>(
    text: &mut String,
    open: &mut Vec<Open<'a>>,
    value: &'a [u8],
    ends_key_value: bool,
) -> Result<(), TextError> {
    // As in any oneof, the last field counts.
    let mut last = None;
    for field in Fields::new(value) {
        let field = field?;
        if (1..=7).contains(&field.number) {
            last = Some(field);
        }
    }
    match last {
        Some(Field { number: number @ (5 | 6), payload: Some(list), .. }) => {
            let is_key_values = number == 6;
            text.push_str(if is_key_values {
                "{\"kvlistValue\":{\"values\":["
            } else {
                "{\"arrayValue\":{\"values\":["
            });
            open.push(Open { items: Fields::new(list), is_key_values, is_first: true, ends_key_value });
            return Ok(());
        }
        Some(field) => put_scalar(text, &field)?,
        None => text.push_str("{}"),
    }
    if ends_key_value {
        text.push('}');
    }
    Ok(())
}

fn put_scalar(text: &mut String, field: &Field<'_>) -> Result<(), TextError> {
    let value = match (field.number, field.payload) {
        (1, Some(payload)) => AnyValue::String(String::from_utf8_lossy(payload).into_owned()),
        // A field is a message of its own.
        _ => value_from_wire(Some(common::AnyValue::decode(field.bytes).map_err(|_| TextError::Malformed)?)),
    };
    text.push_str(&any_value_json(&value).to_string());
    Ok(())
}

fn put_quoted(text: &mut String, bytes: &[u8]) {
    text.push_str(&serde_json::Value::from(String::from_utf8_lossy(bytes)).to_string());
}

//! Protobuf messages rewritten so that the real decoder takes them: texts that are not UTF-8 get replacement characters, and
//! values nested too deeply become JSON text.

use super::raw_text::{self, TextError};
use super::wire::{Field, Fields, Malformed, put_delimited};
use super::{Limits, RejectReason};

/// What a field holds, as far as it matters here.
pub(super) enum Kind {
    /// A `string`.
    Text,
    /// A message.
    Message(Schema),
    /// An `AnyValue`.
    Value,
}

/// The fields of a message that can need repair, by number. <https://github.com/open-telemetry/opentelemetry-proto>
pub(super) type Schema = &'static [(u32, Kind)];

const KEY_VALUE: Schema = &[(1, Kind::Text), (2, Kind::Value)];
const ARRAY: Schema = &[(1, Kind::Value)];
const KEY_VALUE_LIST: Schema = &[(1, Kind::Message(KEY_VALUE))];
const EVENT: Schema = &[(2, Kind::Text), (3, Kind::Message(KEY_VALUE))];
const LINK: Schema = &[(3, Kind::Text), (4, Kind::Message(KEY_VALUE))];
const STATUS: Schema = &[(2, Kind::Text)];
const ENTITY_REF: Schema = &[(1, Kind::Text), (2, Kind::Text), (3, Kind::Text), (4, Kind::Text)];

pub(super) const RESOURCE: Schema = &[(1, Kind::Message(KEY_VALUE)), (3, Kind::Message(ENTITY_REF))];
pub(super) const SCOPE: Schema = &[(1, Kind::Text), (2, Kind::Text), (3, Kind::Message(KEY_VALUE))];
pub(super) const SPAN: Schema = &[
    (3, Kind::Text),
    (5, Kind::Text),
    (9, Kind::Message(KEY_VALUE)),
    (11, Kind::Message(EVENT)),
    (13, Kind::Message(LINK)),
    (15, Kind::Message(STATUS)),
];
const SCOPE_SPANS: Schema = &[(1, Kind::Message(SCOPE)), (2, Kind::Message(SPAN)), (3, Kind::Text)];
const RESOURCE_SPANS: Schema =
    &[(1, Kind::Message(RESOURCE)), (2, Kind::Message(SCOPE_SPANS)), (3, Kind::Text)];

/// `ExportTraceServiceRequest`.
pub(super) const TRACES: Schema = &[(1, Kind::Message(RESOURCE_SPANS))];

pub(super) const LOG_RECORD: Schema =
    &[(3, Kind::Text), (5, Kind::Value), (6, Kind::Message(KEY_VALUE)), (12, Kind::Text)];
const SCOPE_LOGS: Schema = &[(1, Kind::Message(SCOPE)), (2, Kind::Message(LOG_RECORD)), (3, Kind::Text)];
const RESOURCE_LOGS: Schema =
    &[(1, Kind::Message(RESOURCE)), (2, Kind::Message(SCOPE_LOGS)), (3, Kind::Text)];

/// `ExportLogsServiceRequest`.
pub(super) const LOGS: Schema = &[(1, Kind::Message(RESOURCE_LOGS))];

/// Fields of `AnyValue`.
const STRING_VALUE: u32 = 1;
const ARRAY_VALUE: u32 = 5;
const KVLIST_VALUE: u32 = 6;

impl From<Malformed> for RejectReason {
    fn from(_: Malformed) -> Self {
        Self::Malformed("a length or a field type in its protobuf is wrong".to_owned())
    }
}

/// Returns a message that says the same as far as the decoder can take it.
pub(super) fn repaired(schema: Schema, message: &[u8], limits: &Limits) -> Result<Vec<u8>, RejectReason> {
    let mut out = Vec::with_capacity(message.len());
    repair_message(schema, message, 0, limits, &mut out)?;
    Ok(out)
}

/// Recurses as deep as a value may nest, and no deeper. `depth` counts the lists around.
fn repair_message(
    schema: Schema,
    message: &[u8],
    depth: usize,
    limits: &Limits,
    out: &mut Vec<u8>,
) -> Result<(), RejectReason> {
    for field in Fields::new(message) {
        let Field { number, payload, bytes } = field?;
        let kind = schema.iter().find(|(known, _)| *known == number).map(|(_, kind)| kind);
        match (kind, payload) {
            (Some(Kind::Text), Some(text)) => {
                put_delimited(out, number, String::from_utf8_lossy(text).as_bytes());
            }
            (Some(Kind::Message(schema)), Some(inner)) => {
                let mut repaired = Vec::with_capacity(inner.len());
                repair_message(schema, inner, depth, limits, &mut repaired)?;
                put_delimited(out, number, &repaired);
            }
            (Some(Kind::Value), Some(value)) => {
                put_delimited(out, number, &repaired_value(value, depth, limits)?);
            }
            // Of no concern, or of a wrong type, which the decoder will say.
            _ => out.extend_from_slice(bytes),
        }
    }
    Ok(())
}

fn repaired_value(value: &[u8], depth: usize, limits: &Limits) -> Result<Vec<u8>, RejectReason> {
    let mut out = Vec::with_capacity(value.len());
    for field in Fields::new(value) {
        let Field { number, payload, bytes } = field?;
        let inner_schema = match number {
            ARRAY_VALUE => Some(ARRAY),
            KVLIST_VALUE => Some(KEY_VALUE_LIST),
            _ => None,
        };
        match (inner_schema, payload) {
            (Some(_), Some(_)) if depth >= limits.max_value_depth => return as_text(value, limits),
            (Some(schema), Some(inner)) => {
                let mut repaired = Vec::with_capacity(inner.len());
                repair_message(schema, inner, depth + 1, limits, &mut repaired)?;
                put_delimited(&mut out, number, &repaired);
            }
            (None, Some(text)) if number == STRING_VALUE => {
                put_delimited(&mut out, number, String::from_utf8_lossy(text).as_bytes());
            }
            _ => out.extend_from_slice(bytes),
        }
    }
    Ok(out)
}

fn as_text(value: &[u8], limits: &Limits) -> Result<Vec<u8>, RejectReason> {
    let text = raw_text::json_text(value, limits.max_value_bytes).map_err(|error| match error {
        TextError::Malformed => RejectReason::from(Malformed),
        TextError::TooLong => RejectReason::ValueTooLarge { max_bytes: limits.max_value_bytes },
    })?;
    let mut out = Vec::with_capacity(text.len() + 6);
    put_delimited(&mut out, STRING_VALUE, text.as_bytes());
    Ok(out)
}

/// Whether a request holds more messages than may be decoded. What is nested too deeply to be decoded is not counted.
pub(super) fn has_more_messages_than(schema: Schema, message: &[u8], max: usize) -> bool {
    let mut left = max;
    !count_messages(schema, message, 0, &mut left)
}

/// Takes the messages in a message from what is left; tells whether there was enough. Malformed ones are the decoder's to refuse.
fn count_messages(schema: Schema, message: &[u8], depth: usize, left: &mut usize) -> bool {
    Fields::new(message).map_while(Result::ok).all(|Field { number, payload, .. }| {
        let kind = schema.iter().find(|(known, _)| *known == number).map(|(_, kind)| kind);
        let (Some(kind), Some(payload)) = (kind, payload) else { return true };
        let Some(fewer) = left.checked_sub(1) else { return false };
        *left = fewer;
        match kind {
            Kind::Text => true,
            Kind::Message(schema) => count_messages(schema, payload, depth, left),
            Kind::Value if depth > Limits::DEEPEST_VALUE => true,
            Kind::Value => {
                const VALUE: Schema =
                    &[(ARRAY_VALUE, Kind::Message(ARRAY)), (KVLIST_VALUE, Kind::Message(KEY_VALUE_LIST))];
                count_messages(VALUE, payload, depth + 1, left)
            }
        }
    })
}

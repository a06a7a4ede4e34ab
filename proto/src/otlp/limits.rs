//! Bounds on what a request may hold, and what becomes of a value beyond them.

use model::{AnyValue, Attribute, LogGroup, LogRecord, Span, SpanGroup};

use super::repair::{Schema, has_more_messages_than};
use super::{DecodeError, Decoded, DecodedLogs, RejectReason, Rejection, json_encode};

/// Bounds on what a request may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Spans or log records in one request; more refuse the request.
    pub max_spans: usize,
    /// Lists within lists of an attribute value; a list that lies deeper is kept as its OTLP/JSON text. At most
    /// [`Limits::DEEPEST_VALUE`].
    pub max_value_depth: usize,
    /// Bytes of one text or bytes value; a larger one rejects its span.
    pub max_value_bytes: usize,
}

impl Limits {
    /// Deepest nesting that can be stored: what is stored must be readable as protobuf, whose decoder takes 100 messages in one
    /// another. Five lie around an attribute of an event, and a level of key-value lists takes three.
    pub const DEEPEST_VALUE: usize = 31;

    /// Most protobuf messages or JSON objects in one request. An empty one takes two bytes on the wire and some hundred in
    /// memory: without this bound a body of 64 MB could take gigabytes.
    pub const MAX_MESSAGES: usize = 2 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        // A collector sends 8,192 spans at once by default. Prompts with images are megabytes.
        Self { max_spans: 100_000, max_value_depth: Self::DEEPEST_VALUE, max_value_bytes: 16 << 20 }
    }
}

/// Bodies up to this size cannot hold so many messages that memory is at risk.
const MAX_UNCOUNTED_BYTES: usize = 1 << 20;

/// Refuses a protobuf body that holds more messages than may be decoded.
pub(super) fn check_messages(schema: Schema, body: &[u8]) -> Result<(), DecodeError> {
    if body.len() > MAX_UNCOUNTED_BYTES && has_more_messages_than(schema, body, Limits::MAX_MESSAGES) {
        return Err(DecodeError::TooManyMessages { max: Limits::MAX_MESSAGES });
    }
    Ok(())
}

/// Applies the limits to what was decoded: rejects spans, and writes deep values as text.
pub(super) fn apply(decoded: &mut Decoded, limits: &Limits) -> Result<(), DecodeError> {
    let Decoded { groups, rejections, .. } = decoded;
    check_items(rejections.len() + groups.iter().map(|group| group.spans.len()).sum::<usize>(), limits)?;
    for SpanGroup { resource, scope, spans } in groups.iter_mut() {
        let shared = bound_shared(&mut resource.attributes, &mut scope.attributes, limits);
        spans.retain_mut(|span| match shared.clone().and_then(|()| bound_span(span, limits)) {
            Ok(()) => true,
            Err(reason) => {
                rejections.push(Rejection::new(&span.name, reason));
                false
            }
        });
    }
    groups.retain(|group| !group.spans.is_empty());
    Ok(())
}

/// Applies the limits to log records.
pub(super) fn apply_to_logs(decoded: &mut DecodedLogs, limits: &Limits) -> Result<(), DecodeError> {
    let DecodedLogs { groups, rejections, n_without_trace } = decoded;
    let n_good: usize = groups.iter().map(|group| group.records.len()).sum();
    check_items(n_good + rejections.len() + *n_without_trace, limits)?;
    for LogGroup { resource, scope, records } in groups.iter_mut() {
        let shared = bound_shared(&mut resource.attributes, &mut scope.attributes, limits);
        records.retain_mut(|record| match shared.clone().and_then(|()| bound_record(record, limits)) {
            Ok(()) => true,
            Err(reason) => {
                rejections.push(reason);
                false
            }
        });
    }
    groups.retain(|group| !group.records.is_empty());
    Ok(())
}

fn check_items(n_items: usize, limits: &Limits) -> Result<(), DecodeError> {
    if n_items > limits.max_spans { Err(DecodeError::TooManySpans { max: limits.max_spans }) } else { Ok(()) }
}

fn bound_shared(
    resource: &mut [Attribute],
    scope: &mut [Attribute],
    limits: &Limits,
) -> Result<(), RejectReason> {
    bound_attributes(resource, limits)?;
    bound_attributes(scope, limits)
}

fn bound_record(record: &mut LogRecord, limits: &Limits) -> Result<(), RejectReason> {
    bound_value(&mut record.body, 0, limits)?;
    bound_attributes(&mut record.attributes, limits)
}

fn bound_span(span: &mut Span, limits: &Limits) -> Result<(), RejectReason> {
    bound_attributes(&mut span.attributes, limits)?;
    span.events.iter_mut().try_for_each(|event| bound_attributes(&mut event.attributes, limits))?;
    span.links.iter_mut().try_for_each(|link| bound_attributes(&mut link.attributes, limits))
}

fn bound_attributes(attributes: &mut [Attribute], limits: &Limits) -> Result<(), RejectReason> {
    attributes.iter_mut().try_for_each(|attribute| bound_value(&mut attribute.value, 0, limits))
}

/// Bounds a value with so many lists around it.
fn bound_value(value: &mut AnyValue, depth: usize, limits: &Limits) -> Result<(), RejectReason> {
    let is_list = matches!(value, AnyValue::Array(_) | AnyValue::KvList(_));
    if is_list && depth >= limits.max_value_depth {
        *value = AnyValue::String(json_encode::any_value_json(value).to_string());
    }
    let n_bytes = match value {
        AnyValue::Array(values) => {
            return values.iter_mut().try_for_each(|value| bound_value(value, depth + 1, limits));
        }
        AnyValue::KvList(pairs) => {
            return pairs.iter_mut().try_for_each(|pair| bound_value(&mut pair.value, depth + 1, limits));
        }
        AnyValue::String(text) => text.len(),
        AnyValue::Bytes(bytes) => bytes.len(),
        AnyValue::Empty | AnyValue::Bool(_) | AnyValue::Int(_) | AnyValue::Double(_) => 0,
    };
    if n_bytes > limits.max_value_bytes {
        return Err(RejectReason::ValueTooLarge { max_bytes: limits.max_value_bytes });
    }
    Ok(())
}

//! Ids from the wire: which lengths are taken, padded or refused.

use model::{SpanId, TraceId};

use super::RejectReason;

/// Takes a trace id; one shorter than 16 bytes is padded with zeros on the left, as MLflow does.
pub(super) fn trace_id(bytes: &[u8]) -> Result<TraceId, RejectReason> {
    match left_padded::<16>(bytes) {
        None if bytes.is_empty() => Err(RejectReason::NoTraceId),
        None => Err(RejectReason::TraceIdTooLong),
        Some(id) if id == [0; 16] => Err(RejectReason::ZeroId),
        Some(id) => Ok(TraceId(id)),
    }
}

/// Takes a span id; one shorter than 8 bytes is padded with zeros on the left.
pub(super) fn span_id(bytes: &[u8]) -> Result<SpanId, RejectReason> {
    match left_padded::<8>(bytes) {
        None if bytes.is_empty() => Err(RejectReason::NoSpanId),
        None => Err(RejectReason::SpanIdTooLong),
        Some(id) if id == [0; 8] => Err(RejectReason::ZeroId),
        Some(id) => Ok(SpanId(id)),
    }
}

/// Takes a parent span id; empty and all zero both mean that there is none.
pub(super) fn parent_span_id(bytes: &[u8]) -> Result<Option<SpanId>, RejectReason> {
    match span_id(bytes) {
        Ok(id) => Ok(Some(id)),
        Err(RejectReason::NoSpanId | RejectReason::ZeroId) => Ok(None),
        Err(reason) => Err(reason),
    }
}

/// Takes the ids of a link. One that is no id becomes zero: a link to nowhere is shown as such, and does not cost its span.
pub(super) fn link_ids(trace_id: &[u8], span_id: &[u8]) -> (TraceId, SpanId) {
    (TraceId(left_padded(trace_id).unwrap_or_default()), SpanId(left_padded(span_id).unwrap_or_default()))
}

fn left_padded<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    let start = N.checked_sub(bytes.len()).filter(|_| !bytes.is_empty())?;
    let mut id = [0; N];
    id[start..].copy_from_slice(bytes);
    Some(id)
}

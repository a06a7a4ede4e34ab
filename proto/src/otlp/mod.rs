//! OTLP, protobuf and JSON: traces to and from [`model::SpanGroup`]s, logs to [`model::LogGroup`]s, metrics counted.
//!
//! Decoding foreign input gives what is good and a [`Rejection`] for each span that is not: one bad span never costs the batch.

mod id;
mod json;
mod json_encode;
mod logs;
mod metrics;
mod protobuf;
mod response;

use model::SpanGroup;

pub use json::decode_json;
pub use json_encode::encode_json;
pub use logs::{DecodedLogs, decode_logs_json, decode_logs_protobuf};
pub(crate) use logs::{log_from_wire, log_to_wire};
pub use metrics::{count_points_json, count_points_protobuf};
pub use protobuf::{decode_protobuf, encode_protobuf};
pub(crate) use protobuf::{
    resource_from_wire, resource_to_wire, scope_from_wire, scope_to_wire, span_from_wire, span_to_wire,
};
pub use response::encode_retry_details;
pub use response::{
    Items, encode_status_json, encode_status_protobuf, partial_success_json, partial_success_protobuf,
};

/// What came out of a request.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decoded {
    /// The good spans, by resource and scope; groups without a span are left out.
    pub groups: Vec<SpanGroup>,
    /// The bad ones.
    pub rejections: Vec<Rejection>,
    /// Whether the request held a `resourceSpans` element at all.
    pub has_resource_spans: bool,
}

/// A span that cannot be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Its name, as far as it was legible.
    pub span_name: String,
    /// Why.
    pub reason: RejectReason,
}

/// Why a span cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RejectReason {
    /// The trace id is empty.
    #[error("trace_id is missing")]
    NoTraceId,
    /// The span id is empty.
    #[error("span_id is missing")]
    NoSpanId,
    /// The trace id has more than 16 bytes.
    #[error("trace_id is longer than 16 bytes")]
    TraceIdTooLong,
    /// The span id or parent span id has more than 8 bytes.
    #[error("span_id or parent_span_id is longer than 8 bytes")]
    SpanIdTooLong,
    /// An id is all zero.
    #[error("trace_id or span_id is all zero, which OpenTelemetry calls invalid")]
    ZeroId,
    /// An id in JSON is not hexadecimal.
    #[error("an id is not hexadecimal; OTLP/JSON writes trace_id and span_id as hex, not base64")]
    NotHex,
    /// A value is nested deeper than protobuf could carry.
    #[error("an attribute value is nested too deeply")]
    TooDeep,
}

/// Why a request cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not the protobuf message that it should be: its name, and what is wrong.
    #[error("the body is not an {0} in protobuf: {1}")]
    Protobuf(&'static str, String),
    /// Not the JSON document that it should be: its name, and what is wrong.
    #[error("the body is not an {0} in JSON: {1}")]
    Json(&'static str, String),
}

#[cfg(test)]
mod tests;

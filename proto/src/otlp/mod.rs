//! OTLP, protobuf and JSON: traces to and from [`model::SpanGroup`]s, logs to [`model::LogGroup`]s, metrics counted.
//!
//! Decoding foreign input gives what is good and a [`Rejection`] for each span that is not: one bad span never costs the batch.

mod encode_span;
mod id;
mod json;
mod json_encode;
mod limits;
mod logs;
mod metrics;
mod protobuf;
mod raw_text;
mod repair;
mod response;
mod salvage;
mod wire;

use model::SpanGroup;

pub(crate) use encode_span::{put_head, put_span, span_len};
pub use json::{decode_json, decode_json_within};
pub use json_encode::{encode_json, encode_json_group};
pub use limits::Limits;
pub use logs::{
    DecodedLogs, decode_logs_json, decode_logs_json_within, decode_logs_protobuf, decode_logs_protobuf_within,
};
pub(crate) use logs::{log_from_wire, log_to_wire};
pub use metrics::{count_points_json, count_points_protobuf};
pub use protobuf::{decode_protobuf, decode_protobuf_within, encode_protobuf};
pub(crate) use protobuf::{
    resource_from_wire, resource_to_wire, scope_from_wire, scope_to_wire, span_from_wire,
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

impl Rejection {
    /// Longest name that is told, in characters.
    const MAX_NAME_CHARS: usize = 200;

    pub(crate) fn new(span_name: &str, reason: RejectReason) -> Self {
        Self { span_name: span_name.chars().take(Self::MAX_NAME_CHARS).collect(), reason }
    }
}

/// Why a span cannot be stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
    /// A text or bytes value is larger than allowed.
    #[error("an attribute value has more than {max_bytes} bytes: send less, or raise max_value_bytes")]
    ValueTooLarge {
        /// The most that a value may have.
        max_bytes: usize,
    },
    /// The span itself is no `Span` message; the text says what is wrong.
    #[error("it is not a valid span: {0}")]
    Malformed(String),
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
    /// More spans than one request may have.
    #[error(
        "the request has more than {max} spans or log records: send smaller batches, or raise max_request_spans"
    )]
    TooManySpans {
        /// The most that a request may have.
        max: usize,
    },
    /// More messages (attributes, values, events) than one request may have.
    #[error(
        "the request has more than {max} attributes, values, events and other parts: send smaller batches"
    )]
    TooManyMessages {
        /// The most that a request may have.
        max: usize,
    },
}

#[cfg(test)]
mod tests;

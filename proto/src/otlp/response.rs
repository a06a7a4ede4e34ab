//! Answers to OTLP requests: partial success, and `google.rpc.Status` for failures.

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceResponse,
};
use prost::Message;
use serde_json::json;

/// `google.rpc.Status`, of which OTLP uses the message, and the details to say when to try again. <https://opentelemetry.io/docs/specs/otlp/#failures>
#[derive(Clone, PartialEq, Message)]
struct RpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, Message)]
struct Any {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

/// `google.rpc.RetryInfo`.
#[derive(Clone, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<Delay>,
}

/// `google.protobuf.Duration`, of whole seconds.
#[derive(Clone, PartialEq, Message)]
struct Delay {
    #[prost(int64, tag = "1")]
    seconds: i64,
}

/// `INVALID_ARGUMENT` of `google.rpc.Code`: what a request that must not be repeated as it is gets.
const INVALID_ARGUMENT: i32 = 3;

/// The items of a signal that an answer can count as rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Items {
    /// Spans, of traces.
    Spans,
    /// Log records.
    LogRecords,
    /// Data points, of metrics.
    DataPoints,
}

impl Items {
    fn rejected_key(self) -> &'static str {
        match self {
            Self::Spans => "rejectedSpans",
            Self::LogRecords => "rejectedLogRecords",
            Self::DataPoints => "rejectedDataPoints",
        }
    }
}

/// Encodes an `ExportTraceServiceResponse`, or the response of another signal, whose fields have the same numbers and types; all
/// good is the empty message, of no bytes.
pub fn partial_success_protobuf(n_rejected: usize, message: &str) -> Vec<u8> {
    let partial_success = (n_rejected > 0 || !message.is_empty()).then(|| ExportTracePartialSuccess {
        rejected_spans: i64::try_from(n_rejected).unwrap_or(i64::MAX),
        error_message: message.to_owned(),
    });
    ExportTraceServiceResponse { partial_success }.encode_to_vec()
}

/// Encodes the response of a signal as JSON; all good is `{}`.
pub fn partial_success_json(items: Items, n_rejected: usize, message: &str) -> String {
    if n_rejected == 0 && message.is_empty() {
        return "{}".to_owned();
    }
    json!({"partialSuccess": {items.rejected_key(): n_rejected.to_string(), "errorMessage": message}})
        .to_string()
}

/// Encodes a failure for a protobuf client.
pub fn encode_status_protobuf(message: &str) -> Vec<u8> {
    RpcStatus { code: INVALID_ARGUMENT, message: message.to_owned(), details: Vec::new() }.encode_to_vec()
}

/// Encodes a failure for a JSON client.
pub fn encode_status_json(message: &str) -> String {
    json!({"code": INVALID_ARGUMENT, "message": message}).to_string()
}

/// Encodes the details of a gRPC status that may be tried again after some seconds.
pub fn encode_retry_details(code: i32, message: &str, after_seconds: u16) -> Vec<u8> {
    let retry = RetryInfo { retry_delay: Some(Delay { seconds: after_seconds.into() }) };
    let details = vec![Any {
        type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(),
        value: retry.encode_to_vec(),
    }];
    RpcStatus { code, message: message.to_owned(), details }.encode_to_vec()
}

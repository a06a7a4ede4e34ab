//! Answers in the dialect of the client: MLflow's words for a request with its header, OTLP's for any other.

use std::fmt;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ingest::IngestError;
use mlflow::ApiError;
use proto::otlp::{self, RejectReason};
use serde_json::json;

use super::take::Done;
use super::{Encoding, Export, Signal};

/// Seconds after which a client may try again when the store is busy.
pub(super) const RETRY_AFTER_SECONDS: u16 = 1;

/// Why a request is refused as a whole.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    /// The content type is neither protobuf nor JSON.
    ContentType(Option<String>),
    /// The content encoding is not known.
    UnknownCompression(String),
    /// The body is not what its content encoding says.
    BadCompression(&'static str),
    /// The body is larger than this many bytes.
    TooLarge(usize),
    /// It holds more than one request may; the text says of what.
    TooMuch(String),
    /// Its body did not arrive in time.
    TooSlow,
    /// Its body ended early.
    CutOff,
    /// There is no `resourceSpans` in it.
    NoSpans,
    /// It is no request for traces.
    Undecodable(String),
    /// None of its spans is good; this is the first one's reason.
    NoGoodSpan(RejectReason),
    /// The experiment header is no number.
    BadExperiment(String),
    /// The body is compressed so, and no content encoding says it.
    UntoldCompression(&'static str),
    /// It was posted to a path where nothing takes it.
    WrongPath {
        /// Where it was posted.
        path: String,
        /// What it carries, which is taken elsewhere.
        signal: Signal,
        /// Where this server is, as the client names it.
        endpoint: String,
    },
    /// The write was refused.
    Ingest(IngestError),
    /// A defect of ours.
    Failed(String),
}

impl From<IngestError> for Refusal {
    fn from(error: IngestError) -> Self {
        Self::Ingest(error)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ContentType(given) => {
                let given = given.as_deref().unwrap_or("None");
                write!(
                    f,
                    "Invalid Content-Type: {given}. Expected: application/x-protobuf or application/json"
                )
            }
            Self::UnknownCompression(name) => write!(f, "Unsupported Content-Encoding: {name}"),
            Self::BadCompression(name) => write!(f, "Failed to decompress {name} payload"),
            Self::TooLarge(max) => {
                write!(
                    f,
                    "The body has more than {max} bytes after decompression: send smaller batches, or raise max_body_bytes"
                )
            }
            Self::TooMuch(reason) => f.write_str(reason),
            Self::TooSlow => f.write_str(
                "The body did not arrive in time: send smaller batches, or raise read_timeout_seconds",
            ),
            Self::CutOff => f.write_str("The connection ended before the body was complete"),
            Self::NoSpans => f.write_str("Invalid OpenTelemetry format - no spans found"),
            Self::Undecodable(reason) | Self::BadExperiment(reason) | Self::Failed(reason) => {
                f.write_str(reason)
            }
            Self::UntoldCompression(name) => {
                write!(f, "The body is compressed by {name}, and no Content-Encoding says so")
            }
            Self::WrongPath { path, signal, endpoint } => write!(
                f,
                "nothing takes exports at '{path}': post them to {expected}, as OTEL_EXPORTER_OTLP_ENDPOINT={endpoint} \
                 does; the request waits in the inbox of rejected requests",
                expected = signal.path()
            ),
            Self::NoGoodSpan(reason) => write!(f, "no span could be stored: {reason}"),
            Self::Ingest(error) => error.fmt(f),
        }
    }
}

/// Answers one request.
pub(super) struct Answerer {
    signal: Signal,
    encoding: Option<Encoding>,
    speaks_mlflow: bool,
}

impl Answerer {
    pub(super) fn new(export: &Export) -> Self {
        Self { signal: export.signal, encoding: export.encoding, speaks_mlflow: export.speaks_mlflow() }
    }

    pub(super) fn success(&self, done: &Done) -> Response {
        let message = done.message();
        match self.encoding {
            Some(Encoding::Json) => json_body(
                StatusCode::OK,
                otlp::partial_success_json(self.signal.items(), done.n_rejected, &message),
            ),
            _ => protobuf_body(StatusCode::OK, otlp::partial_success_protobuf(done.n_rejected, &message)),
        }
    }

    pub(super) fn refusal(&self, refusal: &Refusal) -> Response {
        let mut response =
            if self.speaks_mlflow { mlflow_refusal(refusal) } else { self.otlp_refusal(refusal) };
        if response.status() == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
        }
        response
    }

    /// `google.rpc.Status` in the request's encoding; a request of unknown encoding gets the one that people can read.
    fn otlp_refusal(&self, refusal: &Refusal) -> Response {
        let (status, text) = (otlp_status(refusal), refusal.to_string());
        match self.encoding {
            Some(Encoding::Protobuf) => protobuf_body(status, otlp::encode_status_protobuf(&text)),
            _ => json_body(status, otlp::encode_status_json(&text)),
        }
    }
}

fn otlp_status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::TooLarge(_) | Refusal::TooMuch(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Refusal::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        Refusal::Ingest(IngestError::Store(error)) if error.is_temporary() => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Ingest(IngestError::Store(_)) => StatusCode::INTERNAL_SERVER_ERROR,
        Refusal::Ingest(IngestError::NoSuchExperiment(_)) | Refusal::WrongPath { .. } => {
            StatusCode::NOT_FOUND
        }
        _ => StatusCode::BAD_REQUEST,
    }
}

/// MLflow's own words, which its clients and their tests look for (contract c).
fn mlflow_refusal(refusal: &Refusal) -> Response {
    let detail = |status: StatusCode, text: &str| (status, Json(json!({"detail": text}))).into_response();
    match refusal {
        Refusal::Ingest(error) => ApiError::from(error.clone()).into_response(),
        Refusal::BadExperiment(reason) => ApiError::invalid(reason.clone()).into_response(),
        Refusal::Undecodable(_) | Refusal::UntoldCompression(_) => {
            detail(StatusCode::BAD_REQUEST, "Invalid OpenTelemetry format")
        }
        Refusal::NoGoodSpan(RejectReason::TraceIdTooLong) => {
            detail(StatusCode::UNPROCESSABLE_ENTITY, "Failed to log OpenTelemetry spans")
        }
        Refusal::NoGoodSpan(_) => {
            detail(StatusCode::UNPROCESSABLE_ENTITY, "Cannot convert OpenTelemetry span to MLflow span")
        }
        other => detail(otlp_status(other), &other.to_string()),
    }
}

fn protobuf_body(status: StatusCode, body: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/x-protobuf")], body).into_response()
}

fn json_body(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

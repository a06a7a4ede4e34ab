//! Messages about the inbox of rejected requests: what could not be taken, why, and how to mend it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Attribute;

/// What was wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RejectionKind {
    /// The experiment of the header does not exist.
    UnknownExperiment,
    /// The experiment header is no number.
    BadExperimentId,
    /// Spans of a trace that is in another experiment.
    OtherExperiment,
    /// The content type is neither protobuf nor JSON.
    ContentType,
    /// The content encoding is not known, or the body is not what it says.
    Compression,
    /// The body, or the number of its spans, is above a bound.
    TooLarge,
    /// The body is not what its content type says.
    Undecodable,
    /// Spans with ids that no span may have.
    BadSpans,
    /// Posted to a path that nothing exports to.
    WrongPath,
    /// A web page whose origin is not allowed.
    ForeignOrigin,
    /// A host name that is not allowed.
    ForeignHost,
    /// Without the token that this server wants.
    Unauthorized,
    /// It began with TLS, which this server does not speak.
    Tls,
    /// The store could not take it; the client was told to try again.
    Unavailable,
    /// A defect of Traceloupe.
    Internal,
}

/// Requests that failed alike: the same reason, path and client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RejectedGroup {
    /// Names the group in paths.
    pub group_id: String,
    /// What was wrong.
    pub kind: RejectionKind,
    /// The reason in plain words.
    pub reason: String,
    /// `http` or `grpc`.
    pub transport: String,
    /// HTTP method.
    pub method: String,
    /// Path of the request.
    pub path: String,
    /// IP address of the client.
    pub client_address: String,
    /// User agent of the client, empty if it sent none.
    pub user_agent: String,
    /// The SDK by its user agent, for example `OpenTelemetry Python`; absent if not recognised.
    pub sdk: Option<String>,
    /// Origin of the web page, for `foreign_origin`.
    pub origin: Option<String>,
    /// How many requests failed so.
    pub n_requests: u64,
    /// How many of them are kept with their payload.
    pub n_kept: u64,
    /// Spans and log records in the kept payloads that can be accepted.
    pub n_waiting: u64,
    /// First of them, Unix nanoseconds.
    pub first_time_unix_nano: String,
    /// Last of them, Unix nanoseconds.
    pub last_time_unix_nano: String,
}

/// The inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RejectedList {
    /// Newest first.
    pub groups: Vec<RejectedGroup>,
    /// Bytes of the payloads that are kept.
    pub n_bytes: u64,
    /// Payloads that had to make room for newer ones since the inbox was last emptied.
    pub n_forgotten: u64,
}

/// A text to copy that mends the cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FixSnippet {
    /// Where it goes, for example `Shell, before the program starts`.
    pub title: String,
    /// Language for the highlighting: `shell`, `python`, `javascript`, `go`, `java`, `rust`, `yaml`.
    pub language: String,
    /// The text.
    pub code: String,
}

/// How to mend the cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fix {
    /// What to do, in a sentence or two.
    pub text: String,
    /// For the SDK that sent it, if it is known; else for any.
    pub snippets: Vec<FixSnippet>,
}

/// One rejected request whose payload is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RejectedRequest {
    /// Names it in paths.
    pub request_id: String,
    /// When it came, Unix nanoseconds.
    pub time_unix_nano: String,
    /// The headers that matter; secrets are left out.
    pub headers: Vec<Header>,
    /// Bytes of the payload, decompressed if it could be.
    pub n_bytes: u64,
    /// Spans and log records that can be accepted; 0 if the payload cannot be decoded.
    pub n_waiting: u64,
    /// Names of the first few spans.
    pub span_names: Vec<String>,
    /// Resource attributes of the first resource.
    pub resource: Vec<Attribute>,
}

/// A header of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Header {
    /// Lower-case name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// A group with its newest requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RejectedDetail {
    /// The group.
    pub group: RejectedGroup,
    /// How to mend the cause.
    pub fix: Fix,
    /// The kept requests, newest first, at most 50.
    pub requests: Vec<RejectedRequest>,
}

/// Body of accepting a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AcceptRejected {
    /// Experiment for traces that are new; spans of a known trace join it where it is.
    pub experiment_id: String,
}

/// What became of accepted requests. They leave the inbox but for those that still cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Accepted {
    /// Spans and log records that were stored.
    pub n_stored: u64,
    /// Requests that stay in the inbox.
    pub n_left: u64,
    /// Why they stay.
    pub reasons: Vec<String>,
    /// Traces that were stored, at most 100.
    pub trace_ids: Vec<String>,
}

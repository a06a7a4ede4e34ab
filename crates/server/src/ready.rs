//! The ready line: what a program that started us needs to know.

use serde::Serialize;

/// One JSON line on stdout once connections are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ready {
    /// Always `ready`.
    pub event: &'static str,
    /// `host:port` of UI, REST API and OTLP/HTTP.
    pub http: String,
    /// `host:port` of OTLP/HTTP.
    pub otlp_http: String,
    /// `host:port` of OTLP/gRPC.
    pub otlp_grpc: String,
    /// Folder of the database.
    pub data_dir: String,
    /// Version of Traceloupe.
    pub version: &'static str,
    /// What differs from what one would expect: default ports that were taken and what is used instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
}

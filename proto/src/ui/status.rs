//! Messages about the server: where it listens, what it holds, how its store is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a listener is for; every listener speaks every protocol, they differ in their default ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListenerRole {
    /// UI, REST API and OTLP/HTTP, default port 5000.
    Http,
    /// OTLP/HTTP, default port 4318.
    OtlpHttp,
    /// OTLP/gRPC, default port 4317.
    OtlpGrpc,
}

/// One listener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Listener {
    /// What it is for.
    pub role: ListenerRole,
    /// `host:port` that it is bound to.
    pub address: String,
    /// `host:port` that was asked for.
    pub asked: String,
    /// Whether the default port was taken and a free one is used instead.
    pub is_fallback: bool,
}

/// State of the running app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// Version of Traceloupe.
    pub version: String,
    /// All listeners: HTTP, OTLP/HTTP, OTLP/gRPC.
    pub listeners: Vec<Listener>,
    /// Folder of the database.
    pub data_dir: String,
    /// When this process started, Unix nanoseconds.
    pub started_at_unix_nano: String,
    /// Traces in the store.
    pub n_traces: u64,
    /// Spans in the store.
    pub n_spans: u64,
    /// Items that were rejected since the start.
    pub n_rejected: u64,
    /// Groups in the inbox of rejected requests.
    pub n_rejected_groups: u64,
    /// Spans and log records that wait there.
    pub n_waiting: u64,
    /// What came and is not stored, since the start.
    pub not_stored: NotStored,
    /// Whether the store takes writes.
    pub store: StoreStatus,
    /// What retention removed.
    pub retention: RetentionStatus,
    /// Size of the database on disk in bytes.
    pub database_bytes: u64,
    /// Experiment that spans without an experiment header join.
    pub default_experiment_id: String,
}

/// Signals that were accepted so that their SDK is not in error, but are not kept. Since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NotStored {
    /// Requests with metrics.
    pub n_metric_requests: u64,
    /// Data points in them.
    pub n_metric_points: u64,
    /// Log records without a trace id.
    pub n_logs_without_trace: u64,
}

/// Whether the store takes writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoreStatus {
    /// What hinders it, if anything does.
    pub state: StoreState,
    /// What hinders it and what to do, for a person; absent if all is well.
    pub message: Option<String>,
    /// Since when, Unix nanoseconds; absent if all is well.
    pub since_unix_nano: Option<String>,
}

/// What hinders the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StoreState {
    /// Nothing.
    Ok,
    /// Another program holds the database.
    Busy,
    /// The disk is full.
    Full,
    /// The folder or file may not be written.
    ReadOnly,
    /// Anything else.
    Failed,
}

/// What retention removed so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RetentionStatus {
    /// When it last removed something, Unix nanoseconds; absent if it never did.
    pub last_time_unix_nano: Option<String>,
    /// Traces removed, ever.
    pub n_traces: u64,
    /// Spans removed, ever.
    pub n_spans: u64,
}

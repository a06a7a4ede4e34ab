//! Messages about log records.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AnyValue, Attribute};

/// A log record of a trace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LogRecord {
    /// When it happened as sent, Unix nanoseconds; `0` if the sender did not say.
    pub time_unix_nano: String,
    /// When it was observed as sent, Unix nanoseconds; `0` if the sender did not say.
    pub observed_time_unix_nano: String,
    /// 16 hex digits of the span that it belongs to; absent if it belongs to the trace alone.
    pub span_id: Option<String>,
    /// 1 to 24, 0 if not said.
    pub severity_number: i32,
    /// Severity as the source names it, may be empty.
    pub severity_text: String,
    /// Name of the event, for a record that is one; may be empty.
    pub event_name: String,
    /// The body.
    pub body: AnyValue,
    /// Attributes in order.
    pub attributes: Vec<Attribute>,
    /// How many the sender dropped.
    pub dropped_attributes_count: u32,
    /// Name of the instrumentation scope, may be empty.
    pub scope_name: String,
    /// `service.name` of the resource, may be empty.
    pub service_name: String,
}

/// All log records of a trace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LogList {
    /// By time.
    pub logs: Vec<LogRecord>,
}

//! A log record as OpenTelemetry defines it, with every field of the protocol.

use crate::{AnyValue, Attribute, InstrumentationScope, Resource, SpanId, TraceId, UnixNanos};

/// Something that was logged; an *event* if it has a name. Several GenAI conventions send message content only so.
///
/// Times are kept as they came; [`LogRecord::time`] gives the instant that we sort by.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogRecord {
    /// Trace that it belongs to, if any.
    pub trace_id: Option<TraceId>,
    /// Span of that trace that it belongs to, if any.
    pub span_id: Option<SpanId>,
    /// When it happened, nanoseconds since the epoch as sent; 0 if not said.
    pub time_unix_nano: u64,
    /// When it was observed, nanoseconds since the epoch as sent; 0 if not said.
    pub observed_time_unix_nano: u64,
    /// Severity, 1 (trace) to 24 (fatal); 0 if not said. Open: any number is kept.
    pub severity_number: i32,
    /// Severity as its source names it, may be empty.
    pub severity_text: String,
    /// Name of the event, empty if it is none.
    pub event_name: String,
    /// What was logged.
    pub body: AnyValue,
    /// Attributes in order.
    pub attributes: Vec<Attribute>,
    /// How many attributes the sender dropped.
    pub dropped_attributes_count: u32,
    /// W3C trace flags.
    pub flags: u32,
}

impl LogRecord {
    /// Returns when it happened, or else when it was observed.
    pub fn time(&self) -> UnixNanos {
        let sent = if self.time_unix_nano == 0 { self.observed_time_unix_nano } else { self.time_unix_nano };
        UnixNanos::from_otlp(sent)
    }
}

/// Log records of one resource and one scope.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogGroup {
    /// Their resource.
    pub resource: Resource,
    /// Their scope, empty if none was sent.
    pub scope: InstrumentationScope,
    /// The records, in the order of the request.
    pub records: Vec<LogRecord>,
}

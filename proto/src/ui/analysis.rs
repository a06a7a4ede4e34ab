//! What computations over a whole trace found: its critical path, and what the doctor says.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What was found in a trace.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TraceAnalysis {
    /// Stretches of time that decided how long the trace took, earliest first; they never overlap.
    pub critical_path: Vec<CriticalSegment>,
    /// Sum of these stretches in nanoseconds, decimal string.
    pub critical_path_ns: String,
    /// What the doctor found, worst first.
    pub findings: Vec<Finding>,
}

/// A stretch of time during which the trace waited for one span itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CriticalSegment {
    /// Row of the span in the span table.
    pub row: u32,
    /// 16 hex digits.
    pub span_id: String,
    /// Start, Unix nanoseconds.
    pub start_time_unix_nano: String,
    /// End, Unix nanoseconds.
    pub end_time_unix_nano: String,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The trace is shown otherwise than it was sent.
    Error,
    /// Something is missing or wrong in what was sent.
    Warning,
    /// Worth knowing.
    Info,
}

/// Something that the doctor found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// What a program may branch on, for example `orphan`.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// For a heading.
    pub title: String,
    /// What it means for what is shown.
    pub meaning: String,
    /// How to fix it at the sender.
    pub fix: String,
    /// The first 100 spans that it is about, 16 hex digits each.
    pub span_ids: Vec<String>,
    /// How many spans it is about.
    pub n_spans: u64,
}
